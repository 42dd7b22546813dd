/** A real apt in front of a bucket that anybody may read: nothing stands between it and what the program has put there. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { awsSettings } from "../../src/adapters/storage/aws-settings.ts";
import { nodeHttp } from "../../src/adapters/node-http.ts";
import { s3Client } from "../../src/adapters/storage/s3-client.ts";
import { debianMachine, machinePrograms } from "../apt/debian-machine.ts";
import { publisher } from "../apt/publisher.ts";
import { describeWith } from "../requires.ts";
import { s3Programs, startS3, type S3Server } from "../s3-server.ts";
import { realPorts, scratchFolder } from "../scratch.ts";

describeWith([...machinePrograms, ...s3Programs, "xz"], "apt of trixie in front of a bucket", () => {
  let server: S3Server;
  beforeAll(async () => (server = await startS3()));
  afterAll(() => server.close());

  it("reads the indexes, installs, and upgrades to what was added meanwhile", async () => {
    const folder = await scratchFolder("bucket");
    server.bucket("public");
    const our = await publisher(folder, "s3://public/apt", server.variables);
    await our.add(our.package("sample", "1.0+b1~x"));
    await openToAll("public");
    const machine = await debianMachine("trixie", folder);
    try {
      await machine.run("rm", "-rf", "/etc/apt/sources.list", "/etc/apt/sources.list.d");
      machine.write("/etc/apt/keyrings/trial.asc", our.certificate);
      const source = ["Types: deb", `URIs: ${server.address}/public/apt`, "Suites: stable", "Components: main"];
      source.push("Signed-By: /etc/apt/keyrings/trial.asc", "");
      machine.write("/etc/apt/sources.list.d/trial.sources", source.join("\n"));
      const update = ["apt-get", "update", "-o", "APT::Update::Error-Mode=any"];
      const install = ["apt-get", "-q", "-y", "install", "sample"];
      expect(await machine.run(...update)).toMatchObject({ exit: 0 });
      expect(await machine.run(...install)).toMatchObject({ exit: 0 });
      expect((await machine.run("cat", "/usr/share/sample/version")).output.trim()).toBe("1.0+b1~x");
      await our.add(our.package("sample", "1.1"));
      expect(await machine.run(...update)).toMatchObject({ exit: 0 });
      expect(await machine.run("apt-get", "-q", "-y", "upgrade")).toMatchObject({ exit: 0 });
      expect((await machine.run("cat", "/usr/share/sample/version")).output.trim()).toBe("1.1");
    } finally {
      machine.remove();
    }
  });

  it("gives readers the headers that caches go by", async () => {
    const folder = await scratchFolder("headers");
    server.bucket("cached");
    const our = await publisher(folder, "s3://cached/apt", server.variables);
    await our.add(our.package("sample", "1.0"));
    await openToAll("cached");
    const headersOf = async (path: string): Promise<readonly (string | null)[]> => {
      const { status, headers } = await fetch(`${server.address}/cached/apt/${path}`, { method: "HEAD" });
      expect(status).toBe(200);
      return [headers.get("content-type"), headers.get("cache-control")];
    };
    const never = "public, max-age=31536000, immutable";
    expect(await headersOf("pool/main/s/sample/sample_1.0_all.deb")).toEqual([
      "application/vnd.debian.binary-package",
      never,
    ]);
    expect(await headersOf("dists/stable/InRelease")).toEqual(["text/plain; charset=utf-8", "no-cache"]);
    const packages = "dists/stable/main/binary-amd64/Packages";
    expect(await headersOf(`${packages}.gz`)).toEqual(["application/gzip", "no-cache"]);
    for await (const { path } of our.storage.list("dists/stable/main/binary-amd64/by-hash")) {
      expect(await headersOf(path)).toEqual(["application/octet-stream", never]);
    }
  });

  /** As a bucket's owner does it once, with his own tools (docs/apt-storage.md). */
  async function openToAll(bucket: string): Promise<void> {
    const ports = realPorts("/", { ...server.variables });
    const http = nodeHttp(ports);
    const policy = {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: `arn:aws:s3:::${bucket}/*` }],
    };
    const client = s3Client(bucket, await awsSettings(ports.environment), { http, clock: ports.clock });
    await client.send({ method: "PUT", key: "", query: { policy: "" }, body: Buffer.from(JSON.stringify(policy)) });
    http.close();
  }
});
