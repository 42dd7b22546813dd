/**
 * Our indexes, which are made of pieces that are compressed apart, as the apt of each release reads them: in every form,
 * under their digests, and while the repository moves on.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { gzipMembers } from "../../src/formats/gzip-members.ts";
import { xzBlocks } from "../../src/formats/xz-blocks.ts";
import { describeApt } from "../apt/apt-client.ts";
import type { SamplePackage, TrialRepository } from "../apt/trial-repository.ts";

const architecture = process.arch === "arm64" ? "arm64" : "amd64";
const index = `dists/stable/main/binary-${architecture}/Packages`;
const many = Array.from({ length: 2100 }, (_, number): SamplePackage => ({ name: `many-${number}`, version: "1.0" }));

describeApt("reads", (client) => {
  let repository: TrialRepository;
  const bytesOf = (path: string): Buffer => readFileSync(join(repository.folder, path));

  beforeAll(async () => {
    repository = await client().shared(async (large) => {
      await large.add(many);
      await large.add([{ name: "many-7", version: "2.0" }]);
    });
  });

  /** What apt keeps of the index once it has unpacked it. */
  async function indexRead(): Promise<string> {
    const { output } = await client().machine.run("sh", "-c", "sha256sum /var/lib/apt/lists/*_Packages");
    return output.slice(0, 64);
  }

  it.each([
    ["gz", ".gz"],
    ["xz", ".xz"],
  ])("an index of several pieces packed as %s, asked for by its digest", async (form, ending) => {
    const apt = client();
    expect(gzipMembers(bytesOf(`${index}.gz`))?.length).toBeGreaterThan(4);
    expect(xzBlocks(bytesOf(`${index}.xz`))?.length).toBeGreaterThan(4);
    await apt.follow(repository, "http");
    const { exit, output } = await apt.update("-o", `Acquire::CompressionTypes::Order::=${form}`);
    expect({ exit, output }).toEqual({ exit: 0, output });
    const digest = createHash("sha256")
      .update(bytesOf(`${index}${ending}`))
      .digest("hex");
    expect(apt.server.asked.map((path) => path.replace(/^.*\/tree\//, ""))).toEqual([
      "dists/stable/InRelease",
      `${index.replace(/Packages$/, "")}by-hash/SHA256/${digest}`,
    ]);
    expect(await indexRead()).toBe(createHash("sha256").update(bytesOf(index)).digest("hex"));
    const names = (await apt.machine.run("apt-cache", "pkgnames", "many-")).output.trimEnd().split("\n");
    expect(new Set(names)).toEqual(new Set(many.map(({ name }) => name)));
  });

  it("all that an InRelease of three changes ago names, while those who come now see the newest", async () => {
    const apt = client();
    const moving = await apt.repository("moving");
    await moving.add([{ name: "moving", version: "1.0" }]);
    const head = join(moving.folder, "dists/stable/InRelease");
    const old = readFileSync(head);
    await apt.follow(moving, "http");
    // The client has the old one in its hands when the publisher begins.
    apt.server.answers.set(`/${apt.release}/moving/tree/dists/stable/InRelease`, old);
    for (const version of ["1.1", "1.2", "1.3"]) await moving.add([{ name: "moving", version }]);
    const { exit, output } = await apt.update();
    expect({ exit, output }).toEqual({ exit: 0, output });
    expect((await apt.policy("moving")).versions).toEqual(["1.0"]);
    expect((await apt.get("install", "moving")).exit).toBe(0);

    apt.server.answers.clear();
    expect((await apt.update()).exit).toBe(0);
    expect((await apt.policy("moving")).versions).toEqual(["1.3", "1.2", "1.1", "1.0"]);
    expect((await apt.get("upgrade")).exit).toBe(0);
    expect((await apt.policy("moving")).installed).toBe("1.3");
  });

  it("a state whole while the publisher adds between its questions", async () => {
    const apt = client();
    const busy = await apt.repository("busy");
    await busy.add([{ name: "busy", version: "1.0" }]);
    await apt.follow(busy, "http");
    let next = 1;
    // One more version is public whenever the client has got an answer, before it asks again.
    apt.server.before = async () => {
      if (next < 4) await busy.add([{ name: "busy", version: `1.${next++}` }]);
    };
    const { exit, output } = await apt.update();
    apt.server.before = null;
    expect({ exit, output }).toEqual({ exit: 0, output });
    expect(next).toBeGreaterThan(2);
    expect((await apt.policy("busy")).versions).toEqual(["1.1", "1.0"]);
  });
});
