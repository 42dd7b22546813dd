/** Contents, Translation-en and Packages.zst: what apt-ftparchive makes of real packages, and what apt makes of ours. */
import { execFileSync } from "node:child_process";
import {
  copyFileSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, zstdDecompressSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { nodeDecompressor } from "../../src/adapters/decompressor.ts";
import { openSigner } from "../../src/adapters/open-signer.ts";
import { openStorage } from "../../src/adapters/storage/open.ts";
import { byHashPath } from "../../src/engines/apt/layout.ts";
import { parseRelease } from "../../src/formats/release-file.ts";
import { Killed } from "../../src/standins/memory-world.ts";
import { memoryStorage } from "../../src/standins/memory-storage.ts";
import type { AptWorld } from "../../src/operations/apt-repository.ts";
import { aptAdd } from "../../src/operations/apt-add.ts";
import { aptInit, type AptInitResult } from "../../src/operations/apt-init.ts";
import { aptPhase, aptPromote, aptRemove, aptRollback } from "../../src/operations/apt-change.ts";
import { aptVerify } from "../../src/operations/apt-verify.ts";
import { openPgpKeys } from "../../src/adapters/openpgp-keys.ts";
import { debianMachine, machinePrograms, type DebianMachine } from "../apt/debian-machine.ts";
import { debianPackages } from "../apt/debian-packages.ts";
import { packageFile, trialRepository, type TrialRepository } from "../apt/trial-repository.ts";
import { webServer, type WebServer } from "../apt/web-server.ts";
import { rawDeb } from "../deb-bytes.ts";
import { describeWith } from "../requires.ts";
import { realPorts, scratchFolder } from "../scratch.ts";

const everything = { contents: true, translation: true, zstd: true };

function worldOf(folder: string): AptWorld {
  const ports = realPorts(folder);
  return {
    ports,
    openSigner: openSigner(ports),
    openStorage: (place) => openStorage(place, ports),
    decompressor: nodeDecompressor(ports.processes),
  };
}

function init(world: AptWorld, repo: string, suite: string, companions = everything): Promise<AptInitResult> {
  const identity = { origin: "Tool", label: "Tool", codename: suite, unsigned: true, validDays: null };
  return aptInit(world, { ...identity, repo, suite, components: ["main"], architectures: ["amd64"], companions });
}

const add = (world: AptWorld, repo: string, files: readonly string[], suite = "stable"): Promise<unknown> =>
  aptAdd(world, { repo, suite, component: "main", link: false, unsigned: true, files });

/** Of an index: its file by its path below the suite. */
const read = (repo: string, path: string, suite = "stable"): Buffer => readFileSync(join(repo, "dists", suite, path));
const contents = (repo: string, suite = "stable"): string =>
  gunzipSync(read(repo, "main/Contents-amd64.gz", suite)).toString("latin1");
const translation = (repo: string, suite = "stable"): string =>
  read(repo, "main/i18n/Translation-en", suite).toString("latin1");

function treeOf(repo: string): ReadonlyMap<string, string> {
  const indexes = (readdirSync(join(repo, "dists/stable/main"), { recursive: true }) as string[]).filter(
    (path) => !path.includes("by-hash") && statSync(join(repo, "dists/stable/main", path)).isFile(),
  );
  return new Map(indexes.sort().map((path) => [path, read(repo, `main/${path}`).toString("latin1")]));
}

describeWith(["apt-ftparchive", "dpkg-deb", "apt-get", "apt-cache", "xz"], "of real packages", () => {
  let [folder, repo, theirs] = ["", "", ""];
  const chosen: string[] = [];
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "ggen-release-companions-"));
    [repo, theirs] = [join(folder, "ours"), join(folder, "theirs")];
    for (const path of ["pool", "dists/s/main/binary-amd64", "dists/s/main/i18n"])
      mkdirSync(join(theirs, path), { recursive: true });
    chosen.push(
      ...debianPackages()
        .filter((path) => statSync(path).size < 100_000)
        .slice(0, 120),
    );
    chosen.forEach((path, index) => {
      const architecture = execFileSync("dpkg-deb", ["-f", path, "Architecture"], { encoding: "utf8" }).trim();
      const to = join(theirs, "pool", `p${index}_1_${architecture}.deb`);
      try {
        linkSync(path, to);
      } catch {
        copyFileSync(path, to);
      }
    });
    writeFileSync(
      join(theirs, "conf"),
      [
        'Dir { ArchiveDir "."; };',
        'Default { Packages::Compress "."; Contents::Compress "."; Translation::Compress "."; LongDescription "false"; };',
        'TreeDefault { Directory "pool"; };',
        'Tree "dists/s" { Sections "main"; Architectures "amd64"; Contents "dists/s/Contents-amd64"; };',
      ].join("\n"),
    );
    execFileSync("apt-ftparchive", ["generate", "conf"], { cwd: theirs, stdio: "ignore" });
    await init(worldOf(folder), repo, "stable");
    await add(worldOf(folder), repo, chosen);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("Contents is what apt-ftparchive writes, byte for byte", () => {
    expect(chosen.length).toBeGreaterThanOrEqual(60);
    // Where several packages hold a file, theirs stand in the order of its tree, ours by name.
    const sorted = (text: string): readonly string[] =>
      text.split("\n").map((line) => line.replace(/\S+$/, (packages) => packages.split(",").sort().join(",")));
    const expected = readFileSync(join(theirs, "dists/s/Contents-amd64"), "latin1");
    expect(expected.split("\n").length).toBeGreaterThan(500);
    expect(sorted(contents(repo))).toEqual(sorted(expected));
  });

  it("Translation-en is what apt-ftparchive writes, and Packages names its texts by the same MD5", () => {
    const stanzas = (text: string): readonly string[] => text.trimEnd().split("\n\n").sort();
    const expected = readFileSync(join(theirs, "dists/s/main/i18n/Translation-en"), "latin1");
    expect(stanzas(translation(repo))).toEqual(stanzas(expected));
    const sums = (text: string): readonly string[] =>
      [...text.matchAll(/^Description-md5: .*$/gm)].map(([line]) => line).sort();
    const packages = read(repo, "main/binary-amd64/Packages").toString("latin1");
    expect(sums(packages)).toEqual(sums(readFileSync(join(theirs, "dists/s/main/binary-amd64/Packages"), "latin1")));
    expect(sums(packages).length).toBe(chosen.length);
  });

  it("come to the same bytes whether the packages came together or one after the other, or the files later", async () => {
    const [steps, later] = [join(folder, "steps"), join(folder, "later")];
    await init(worldOf(folder), steps, "stable");
    for (let at = 0; at < chosen.length; at += 31)
      await add(worldOf(folder), steps, chosen.slice(at, at + 31).reverse());
    expect(treeOf(steps)).toEqual(treeOf(repo));
    await init(worldOf(folder), later, "stable", { contents: false, translation: false, zstd: false });
    await add(worldOf(folder), later, chosen);
    expect(treeOf(later).size).toBe(3);
    await init(worldOf(folder), later, "stable");
    expect(treeOf(later)).toEqual(treeOf(repo));
  });

  it("compress no more than what one package changes", async () => {
    const members = (): ReadonlySet<string> => {
      const bytes = read(repo, "main/Contents-amd64.gz").toString("latin1");
      return new Set(bytes.split("\x1f\x8b\x08\x04"));
    };
    const before = members();
    await add(worldOf(folder), repo, [packageFile(join(folder, "made"), { name: "zzz-one-more", version: "1" })]);
    const fresh = [...members()].filter((member) => !before.has(member));
    expect(fresh.length).toBe(1);
    expect(contents(repo)).toMatch(/^usr\/share\/zzz-one-more\/version\s+zzz-one-more$/m);
    await aptRemove(worldOf(folder), { repo, suite: "stable", name: "zzz-one-more", unsigned: true });
    expect(members()).toEqual(before);
  });

  it("are found right by verify --deep", async () => {
    const { ports, ...world } = worldOf(folder);
    const key = join(theirs, "conf");
    const { findings } = await aptVerify({ ...world, ports, keys: openPgpKeys(ports) }, { repo, deep: true, key });
    expect(findings.filter(({ verdict, id }) => verdict !== "pass" && !id.startsWith("signature:"))).toEqual([]);
    expect(findings.some(({ id }) => id === "forms:stable/main/binary-amd64/Packages")).toBe(true);
    expect(zstdDecompressSync(read(repo, "main/binary-amd64/Packages.zst"))).toEqual(
      read(repo, "main/binary-amd64/Packages"),
    );
  });
});

describeWith(["xz"], "the files beside Packages", () => {
  let folder = "";
  beforeEach(async () => {
    folder = await scratchFolder("companions");
  });

  function tool(version: string, files: readonly string[], description = "sample\n Long text."): string {
    const control = `Package: tool\nVersion: ${version}\nArchitecture: amd64\nMaintainer: A <a@b.c>\nSection: utils\nDescription: ${description}\n`;
    const data = [
      { name: "./", type: "5", mode: "0000755\0" },
      { name: "./usr/", type: "5", mode: "0000755\0" },
      ...files.map((file) => ({ name: `./usr/${file}`, content: version })),
    ];
    const path = join(folder, `tool_${version}.deb`);
    writeFileSync(path, rawDeb({ control, data }));
    return path;
  }

  it("lose the lines of a version that goes, and keep those that another version has", async () => {
    const [world, repo] = [worldOf(folder), join(folder, "tree")];
    await init(world, repo, "stable");
    await add(world, repo, [
      tool("1", ["both", "old"], "first"),
      tool("2", ["both", "new", "with a blank"], "second\n More."),
    ]);
    const lines = (): readonly string[] =>
      contents(repo)
        .trimEnd()
        .split("\n")
        .map((line) => line.replaceAll(/[ \t]{2,}|\t/g, " "));
    expect(lines()).toEqual([
      "usr/both utils/tool",
      "usr/new utils/tool",
      "usr/old utils/tool",
      "usr/with a blank utils/tool",
    ]);
    expect(
      translation(repo)
        .match(/^Description-en: .*$/gm)
        ?.toSorted(),
    ).toEqual(["Description-en: first", "Description-en: second"]);
    await aptPhase(world, { repo, suite: "stable", name: "tool", version: "2", percent: 10, unsigned: true });
    expect(lines().length).toBe(4);
    await aptRemove(world, { repo, suite: "stable", name: "tool", version: "1", unsigned: true });
    expect(lines()).toEqual(["usr/both utils/tool", "usr/new utils/tool", "usr/with a blank utils/tool"]);
    expect(translation(repo)).not.toContain("first");
    await aptRollback(world, { repo, suite: "stable", unsigned: true });
    expect(lines().length).toBe(4);
    await aptRemove(world, { repo, suite: "stable", name: "tool", unsigned: true });
    expect([contents(repo), translation(repo)]).toEqual(["", ""]);
  });

  it("go with a package from suite to suite, whether the other has them or not", async () => {
    const [world, repo] = [worldOf(folder), join(folder, "tree")];
    for (const suite of ["stable", "next"]) await init(world, repo, suite);
    await init(world, repo, "plain", { contents: false, translation: false, zstd: false });
    await add(world, repo, [tool("1", ["a"], "first\n Long.")], "next");
    const promote = (from: string, to: string): Promise<unknown> =>
      aptPromote(world, { repo, name: "tool", version: "1", from, to, unsigned: true });
    await promote("next", "plain");
    expect(read(repo, "main/binary-amd64/Packages", "plain").toString()).toContain("Description: first\n Long.\n");
    await promote("plain", "stable");
    expect(read(repo, "main/binary-amd64/Packages")).toEqual(read(repo, "main/binary-amd64/Packages", "next"));
    expect(translation(repo)).toBe(translation(repo, "next"));
    expect(contents(repo)).toBe("usr/a\t\t\t\t\t\t\t    utils/tool\n");
  });

  it("are whole or not there at all, whatever effect a change of them is killed at", async () => {
    const [one, two] = [tool("1", ["a", "b"], "first\n Long."), tool("2", ["b", "c"], "second\n Long.")];
    const clock = { now: () => 1_800_000_000_000, monotonic: () => 0, sleep: async () => undefined };
    const build = async (): Promise<readonly [ReturnType<typeof memoryStorage>, AptWorld]> => {
      const storage = memoryStorage((path) => readFileSync(path));
      const world = worldOf(folder);
      const over = { ...world, ports: { ...world.ports, clock }, openStorage: async () => storage };
      await init(over, "memory:", "stable");
      await add(over, "memory:", [one]);
      storage.log.length = 0;
      return [storage, over];
    };
    const [whole, world] = await build();
    await add(world, "memory:", [two]);
    const effects = 2 * whole.log.length;
    expect(effects).toBeGreaterThan(40);
    for (let point = 0; point < effects; point += 3) {
      const [storage, over] = await build();
      storage.crashAt(point);
      await add(over, "memory:", [two]).catch((error: unknown) => expect(error).toBeInstanceOf(Killed));
      storage.revive();
      const { indexes } = parseRelease(Buffer.from(storage.files.get("dists/stable/Release") ?? []).toString());
      for (const [path, { sha256 }] of indexes) {
        expect([path, storage.files.has(`dists/stable/${byHashPath(path, sha256)}`)]).toEqual([path, true]);
      }
      await add(over, "memory:", [two]);
      const suite = ({ files }: typeof storage): ReadonlyMap<string, Uint8Array> =>
        new Map([...files].filter(([path]) => !path.endsWith("index.html")));
      expect(suite(storage)).toEqual(suite(whole));
    }
  });

  it("are made without fetching what was brought in, and by fetching what lies elsewhere", async () => {
    const storage = memoryStorage((path) => readFileSync(path));
    const world = { ...worldOf(folder), openStorage: async () => storage };
    await init(world, "memory:", "stable");
    let fetched = 0;
    const open = storage.open.bind(storage);
    storage.open = (path) => {
      fetched++;
      return open(path);
    };
    await add(world, "memory:", [tool("1", ["a"]), tool("2", ["b"])]);
    expect(fetched).toBe(0);
    await aptRemove(world, { repo: "memory:", suite: "stable", name: "tool", version: "2", unsigned: true });
    expect(fetched).toBe(1);
    const gz = storage.files.get("dists/stable/main/Contents-amd64.gz") ?? new Uint8Array();
    expect(gunzipSync(gz).toString()).toMatch(/^usr\/a\s+utils\/tool\n$/);
  });
});

for (const release of ["bullseye", "bookworm", "trixie"] as const) {
  describeWith([...machinePrograms, "xz"], `apt of ${release}`, () => {
    let machine: DebianMachine;
    let server: WebServer;
    let repository: TrialRepository;
    let folder = "";
    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), "ggen-release-companions-"));
      repository = await trialRepository(folder);
      const { world, options } = repository;
      const identity = { origin: "Trial", label: "Trial", codename: "stable", validDays: null };
      await aptInit(world, {
        ...options,
        ...identity,
        components: ["main"],
        architectures: ["amd64"],
        companions: everything,
      });
      // Enough of them that there are several chunks.
      const many = Array.from({ length: 400 }, (_, index) => ({ name: `pad${index}`, version: "1" }));
      await repository.add([...many, { name: "tool", version: "1.0", more: ["Section: utils"] }]);
      const control =
        "Package: long\nVersion: 1\nArchitecture: all\nMaintainer: A <a@b.c>\nDescription: one line\n A second line of it.\n .\n A paragraph.\n";
      writeFileSync(join(folder, "long.deb"), rawDeb({ control }));
      await repository.add([join(folder, "long.deb")]);
      server = await webServer(repository.folder);
      machine = await debianMachine(release, folder);
      await machine.run("rm", "-rf", "/etc/apt/sources.list", "/etc/apt/sources.list.d");
      machine.write("/etc/apt/keyrings/trial.asc", repository.certificate);
      machine.write(
        "/etc/apt/sources.list.d/trial.sources",
        `Types: deb\nURIs: ${server.url}\nSuites: stable\nComponents: main\nSigned-By: /etc/apt/keyrings/trial.asc\n`,
      );
      machine.write(
        "/etc/apt/apt.conf.d/50contents",
        'Acquire::IndexTargets::deb::Contents-deb { MetaKey "$(COMPONENT)/Contents-$(ARCHITECTURE)"; ShortDescription "Contents"; Description "$(RELEASE)/$(COMPONENT) $(ARCHITECTURE) Contents"; flatMetaKey "Contents-$(ARCHITECTURE)"; PDiffs "true"; KeepCompressed "true"; };\nAcquire::Languages "en";\n',
      );
    });
    afterAll(async () => {
      await server?.close();
      machine?.remove();
      rmSync(folder, { recursive: true, force: true });
    });

    it("gets Contents, and finds in it which package holds a file", async () => {
      const updated = await machine.run("apt-get", "update", "-o", "APT::Update::Error-Mode=any");
      expect(updated).toMatchObject({ exit: 0 });
      expect(updated.output).not.toMatch(/^[WE]:/m);
      const { output: file } = await machine.run(
        "apt-get",
        "indextargets",
        "--format",
        "$(FILENAME)",
        "Created-By: Contents-deb",
      );
      const { output } = await machine.run("sh", "-c", `/usr/lib/apt/apt-helper cat-file ${file.trim()}`);
      expect(output).toMatch(/^usr\/share\/tool\/version\s+utils\/tool$/m);
      expect(output.trimEnd().split("\n").length).toBe(402);
    });

    it("shows the long description out of Translation-en", async () => {
      const { output } = await machine.run("apt-cache", "show", "long");
      expect(output).toContain(" A second line of it.\n .\n A paragraph.");
      expect(readFileSync(join(repository.folder, "dists/stable/main/binary-amd64/Packages"), "utf8")).not.toContain(
        "A paragraph",
      );
    });

    it("reads Packages.zst where it is offered", async () => {
      server.asked.length = 0;
      await machine.run("rm", "-rf", "/var/lib/apt/lists");
      const zst = [
        "-o",
        "Acquire::CompressionTypes::Order::=zst",
        "-o",
        "Acquire::By-Hash=no",
        "-o",
        "APT::Update::Error-Mode=any",
      ];
      expect(await machine.run("apt-get", "update", ...zst)).toMatchObject({ exit: 0 });
      expect(server.asked).toContain("/dists/stable/main/binary-amd64/Packages.zst");
      expect((await machine.run("apt-cache", "policy", "tool")).output).toContain("Candidate: 1.0");
    });
  });
}
