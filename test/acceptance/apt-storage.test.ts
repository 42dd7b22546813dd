/** A repository in a bucket of a real S3 service, behind a real sshd and in a folder: what it costs, two at once, who reads meanwhile. */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { nodeHttp } from "../../src/adapters/node-http.ts";
import { folderStorage } from "../../src/adapters/storage/folder.ts";
import { openStorage } from "../../src/adapters/storage/open.ts";
import { nextState, updateSuite, type Repository } from "../../src/engines/apt/change.ts";
import type { PackageEntry } from "../../src/engines/apt/chunks.ts";
import { packageStanza } from "../../src/engines/apt/package-stanza.ts";
import type { Http } from "../../src/ports/http.ts";
import { missingNow, publisher, type Publisher } from "../apt/publisher.ts";
import { runCommand } from "../cli.ts";
import { describeWith } from "../requires.ts";
import { s3Programs, startS3, type S3Server } from "../s3-server.ts";
import { s3UnderTest } from "../storages.ts";
import { realPorts, scratchFolder } from "../scratch.ts";
import { sshIfPossible } from "../ssh-server.ts";

/** 50,000 in the campaign. */
const many = process.env["CRASH"] === "whole" ? 50_000 : 5_000;

const rounds = process.env["CRASH"] === "whole" ? 50 : 3;

let buckets = 0;

/** Does one thing over and over until another has come to its end; answers how often. */
async function meanwhile(again: () => Promise<void>, work: () => Promise<void>): Promise<number> {
  const state = { over: false };
  const repeating = async (): Promise<number> => {
    let times = 0;
    for (; !state.over; times++) await again();
    return times;
  };
  const [times] = await Promise.all([repeating(), work().finally(() => (state.over = true))]);
  return times;
}

/** Two processes at once, again and again, and a reader all the while. */
async function race(our: Publisher, rounds: number): Promise<void> {
  const wanted: string[] = [];
  const add = async (name: string, version: string): Promise<void> => {
    wanted.push(`${name} ${version}`);
    for (let attempt = 0; attempt < 20; attempt++) {
      const { exit, stderr } = await our.run(our.package(name, version));
      if (exit === 0) return;
      // In a folder the second is told that another run holds the lock.
      expect({ exit, stderr }).toMatchObject({ exit: 9 });
    }
    throw new Error(`${name} never got the lock`);
  };
  const looks = await meanwhile(
    async () => expect(await missingNow(our.storage)).toEqual([]),
    async () => {
      for (let round = 0; round < rounds; round++) {
        await Promise.all([add("left", `1.${round}`), add("right", `1.${round}`)]);
      }
    },
  );
  expect(looks).toBeGreaterThan(0);
  expect((await our.offered()).toSorted()).toEqual(wanted.toSorted());
  expect(await our.faults()).toEqual([]);
}

describeWith([...s3Programs, "xz"], "a repository in a bucket", () => {
  let server: S3Server;
  beforeAll(async () => (server = await startS3()));
  afterAll(() => server.close());

  it("gets one package more in a handful of requests, however many it has, and its pool is not listed", async () => {
    const costs = [await costOfOneMore(30), await costOfOneMore(many)];
    for (const requests of costs) {
      expect(requests.filter((request) => /prefix=[^&]*pool|prefix=$/.test(request))).toEqual([]);
      // Some 23 for the suite, the rest for the page that people read.
      expect(requests.length, requests.join("\n")).toBeLessThanOrEqual(36);
    }
    expect(costs[1]?.length).toBeLessThanOrEqual(costs[0]?.length ?? 0);
  });

  async function costOfOneMore(present: number): Promise<readonly string[]> {
    const folder = await scratchFolder("publisher");
    const name = `many-${buckets++}`;
    const tree = join(server.bucket(name), "apt");
    const requests: string[] = [];
    const ports = realPorts(folder, server.variables);
    const http = nodeHttp(ports);
    const counting: Http = {
      send(request) {
        requests.push(`${request.method} ${request.url.pathname}${request.url.search}`);
        return http.send(request);
      },
      open: (request) => http.open(request),
    };
    const our = await publisher(folder, `s3://${name}/apt`, server.variables, counting);
    // By the generations that are kept, so that the oldest goes.
    for (const version of ["1", "2", "3", "4"]) await our.add(our.package("early", version));
    await fill(our, tree, present);
    requests.length = 0;
    await our.add(our.package("one-more", "1.0"));
    const counted = [...requests];
    expect((await our.offered()).length).toBe(present + 5);
    expect(
      await missingNow(our.storage).then((paths) => paths.filter((path) => !path.includes("/p/package-"))),
    ).toEqual([]);
    http.close();
    return counted;
  }

  /** The bucket is a folder: its suite grows there, and the head is then written by the service, which gives it a tag. */
  async function fill(our: Publisher, tree: string, count: number): Promise<void> {
    const storage = folderStorage(tree, our.ports.processes);
    const signer = await our.openSigner({ with: "openpgp", key: { from: "file", path: our.options.signKey } });
    const repository: Repository = { ...our, storage, signer };
    const put = Array.from({ length: count }, (_, index): PackageEntry => {
      const name = `package-${String(index).padStart(5, "0")}`;
      const control = `Package: ${name}\nVersion: 1.${index}\nArchitecture: amd64\nMaintainer: Jane Doe <jane@example.org>\nDepends: libc6 (>= 2.${index % 40})\nDescription: number ${index}\n`;
      const sha256 = index.toString(16).padStart(64, "0");
      const stanza = packageStanza(control, { path: `pool/main/p/${name}/${name}.deb`, size: index, sha256 });
      return { key: { name, version: `1.${index}`, architecture: "amd64" }, stanza };
    });
    await updateSuite(repository, "stable", async (open) =>
      open === null ? null : nextState(repository, open, new Map([["main", new Map([["amd64", { put, drop: [] }]])]])),
    );
    const head = await storage.read("dists/stable/InRelease");
    await our.storage.write([
      { path: "dists/stable/InRelease", lifetime: "mutable", content: head?.bytes ?? new Uint8Array() },
    ]);
  }

  it("loses nothing of two processes that add at once, nor does anybody who reads meanwhile", async () => {
    const name = `race-${buckets++}`;
    server.bucket(name);
    await race(await publisher(await scratchFolder("race"), `s3://${name}/apt`, server.variables), rounds);
  });

  it("is read with the tag of what was read, by a service that mixes two writes in one answer", async () => {
    const mixing = await startS3({ apart: true });
    try {
      const { storage, again } = await s3UnderTest(mixing);
      const other = await again();
      const look = async (): Promise<void> => {
        const stored = await other.read("InRelease");
        if (stored === null) return;
        expect(stored.revision).toBe(`"${createHash("md5").update(stored.bytes).digest("hex")}"`);
      };
      const looks = await meanwhile(look, async () => {
        let revision = await storage.swap("InRelease", Buffer.from("0"), null);
        for (let round = 0; round < 150; round++) {
          revision = await storage.swap("InRelease", Buffer.from("x".repeat(1000 + round)), revision);
          expect(revision).not.toBeNull();
        }
      });
      expect(looks).toBeGreaterThan(10);
    } finally {
      await mixing.close();
    }
  });

  it("says what to do where the service or the bucket is not there", async () => {
    const folder = await scratchFolder("gone");
    const name = `gone-${buckets++}`;
    server.bucket(name);
    const our = await publisher(folder, `s3://${name}/apt`, server.variables);
    const file = our.package("tool", "1.0");
    const elsewhere = { ...server.variables, AWS_ENDPOINT_URL_S3: "http://127.0.0.1:1" };
    const ports = realPorts(folder, { ...elsewhere, PATH: process.env["PATH"] });
    await expect((await openStorage(`s3://${name}/apt`, ports)).read("x")).rejects.toMatchObject({
      code: "NETWORK_UNREACHABLE",
      exit: 7,
    });
    const words = ["apt", "add", file, "--repo", "s3://no-such-bucket/apt", "--sign-key", our.options.signKey];
    const wrong = await runCommand(folder, words, server.variables);
    expect(wrong.exit).toBe(2);
    expect(wrong.stderr).toContain("STORAGE_MISSING");
  });
});

// Each command there starts a shell, which takes its time on a machine that has other work.
vi.setConfig({ testTimeout: process.env["CRASH"] === "whole" ? 3_600_000 : 240_000 });
const ssh = await sshIfPossible();
afterAll(() => ssh.server?.close());

describeWith([...ssh.missing, "xz"], "a repository behind ssh", () => {
  const { base = "", variables = {} } = ssh.server ?? {};

  it("loses nothing of two processes that add at once, nor does anybody who reads meanwhile", async () => {
    const folder = await scratchFolder("race");
    await race(await publisher(folder, `${base}${folder}/tree`, variables), Math.ceil(rounds / 5));
  });

  it("is not opened where the host's key is unknown, nor where the caller wants it unchecked", async () => {
    const folder = await scratchFolder("unknown");
    const command = `${variables["GGEN_RELEASE_SSH"]} -o UserKnownHostsFile=${folder}/none`;
    const unknown = { GGEN_RELEASE_SSH: command };
    await expect(publisher(folder, `${base}${folder}/tree`, unknown)).rejects.toMatchObject({
      code: "NETWORK_UNTRUSTED",
    });
    const loose = { GGEN_RELEASE_SSH: `${command} -o StrictHostKeyChecking=no` };
    const elsewhere = await scratchFolder("loose");
    await expect(publisher(elsewhere, `${base}${folder}/tree`, loose)).rejects.toMatchObject({ code: "USAGE" });
  });
});

describe("a repository in a folder", () => {
  it("loses nothing of two processes that add at once, nor does anybody who reads meanwhile", async () => {
    const folder = await scratchFolder("race");
    await race(await publisher(folder, join(folder, "tree")), rounds);
  });
});
