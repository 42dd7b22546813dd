/**
 * Our indexes, which are made of pieces that are compressed apart, as the apt of each release reads them: in every form,
 * under their digests, and while the repository moves on.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { ReleaseError } from "../../src/domain/errors/index.ts";
import { packageStanza } from "../../src/engines/apt/package-stanza.ts";
import { scanPackages } from "../../src/engines/apt/scan.ts";
import { gzipMembers } from "../../src/formats/gzip-members.ts";
import { xzBlocks } from "../../src/formats/xz-blocks.ts";
import { describeApt } from "../apt/apt-client.ts";
import { debianPackages } from "../apt/debian-packages.ts";
import { fuzzyPackages, oddPackages } from "../apt/odd-packages.ts";
import type { SamplePackage, TrialRepository } from "../apt/trial-repository.ts";

const architecture = process.arch === "arm64" ? "arm64" : "amd64";
const index = `dists/stable/main/binary-${architecture}/Packages`;
const many = Array.from({ length: 2000 }, (_, number): SamplePackage => ({ name: `many-${number}`, version: "1.0" }));

/** Those of which each alone could be added. */
async function taken(
  { world: { ports, decompressor } }: TrialRepository,
  paths: readonly string[],
): Promise<readonly string[]> {
  const found: string[] = [];
  for (const path of paths) {
    try {
      const [read] = await scanPackages([path], ports.files, decompressor);
      packageStanza(read?.control ?? "", { path, size: 0, sha256: "" });
      found.push(path);
    } catch (error) {
      expect(error).toBeInstanceOf(ReleaseError);
    }
  }
  expect(found.length).toBeGreaterThan(200);
  expect(paths.length - found.length).toBeGreaterThan(100);
  return found;
}

describeApt("reads", (client) => {
  let repository: TrialRepository;
  const bytesOf = (path: string): Buffer => readFileSync(join(repository.folder, path));

  beforeAll(async () => {
    repository = await client().shared(async (large) => {
      const fuzzy = await taken(large, fuzzyPackages(`${large.folder}-fuzzy`));
      await large.add([...many, ...debianPackages(), ...oddPackages(`${large.folder}-odd`), ...fuzzy]);
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
    const namesIn = (text: string): ReadonlySet<string> =>
      new Set([...text.matchAll(/^Package: (\S+)$/gm)].map(([, name = ""]) => name));
    const listed = namesIn(bytesOf(index).toString("latin1"));
    const known = namesIn((await apt.machine.run("apt-cache", "dumpavail")).output);
    expect(listed.size).toBeGreaterThan(2300);
    expect(listed.difference(known)).toEqual(new Set());
  });

  it("packages whose control files are odd", async () => {
    const apt = client();
    await apt.follow(repository, "http");
    expect((await apt.update()).exit).toBe(0);
    for (const name of ["every-field", "line-ends"]) {
      const { output } = await apt.machine.run("apt-cache", "show", name);
      expect(output).toMatch(/^Version: ?1:2\.0-1\r?$/m);
      expect(output).toMatch(/^ {2}verbatim, voilà\r?$/m);
      const { output: needed } = await apt.machine.run("apt-cache", "depends", name);
      expect(needed.match(/(?<=Depends: <?)[a-z]\b/g)).toEqual(["q", "a", "b", "c", "d"]);
    }
  });

  it.each(["Provides:", "Depends: a (>1)", "Description-md5: 0123"])(
    "nothing before apt 3 of an index with %j, which we do not write",
    async (line) => {
      const apt = client();
      const stanza = bytesOf(index).toString("latin1").split("\n\n", 1)[0] ?? "";
      mkdirSync(join(repository.folder, apt.release), { recursive: true });
      writeFileSync(join(repository.folder, apt.release, "Packages"), `${stanza}\n${line}\n\n`, "latin1");
      await apt.follow(repository, "file");
      const uri = `file:/srv/repo/${basename(dirname(repository.folder))}/tree/${apt.release}`;
      apt.machine.write(
        "/etc/apt/sources.list.d/trial.sources",
        `Types: deb\nURIs: ${uri}\nSuites: ./\nTrusted: yes\n`,
      );
      const { exit, output } = await apt.get("update");
      if (apt.release === "trixie") expect({ exit, output }).toEqual({ exit: 0, output });
      else expect(output).toMatch(/E: (Problem parsing|Malformed Description-md5)/);
    },
  );

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
