import { createHash } from "node:crypto";
import { tmpdir } from "node:os";
import { expect, it } from "vitest";
import { describeWith } from "../../../test/requires.ts";
import { realPorts } from "../../../test/scratch.ts";
import { nodeDecompressor } from "../../adapters/decompressor.ts";
import { memoryStorage } from "../../standins/memory-storage.ts";
import { Killed } from "../../standins/memory-world.ts";
import type { Storage } from "../../ports/storage.ts";
import { parseRelease } from "../../formats/release-file.ts";
import { addPackages, type Added, type ReadPackage } from "./add.ts";
import { newRelease, updateSuite, type Repository } from "./change.ts";
import { byHashPath } from "./layout.ts";

const identity = { origin: "Tool", label: "Tool", suite: "stable", codename: "stable" };

function source(path: string): Uint8Array {
  return Buffer.from(`content of ${path}`);
}

/** A package whose file is called `from` on this machine; it determines the bytes. */
function read(name: string, version: string, architecture = "amd64", from = `/in/${name}_${version}`): ReadPackage {
  const bytes = source(from);
  return {
    from,
    size: bytes.length,
    sha256: createHash("sha256").update(bytes).digest("hex"),
    control: `Package: ${name}\nVersion: ${version}\nArchitecture: ${architecture}\nMaintainer: A <a@b.c>\nDescription: x\n`,
  };
}

function repositoryOf(storage: Storage): Repository {
  const ports = { ...realPorts(tmpdir()), clock: frozenClock };
  return { storage, signer: null, ports, decompressor: nodeDecompressor(ports.processes) };
}

const frozenClock = { now: () => 1_800_000_000_000, monotonic: () => 0, sleep: async () => undefined };

async function init(repository: Repository, architectures: readonly string[] = ["amd64"]): Promise<void> {
  await updateSuite(repository, "stable", async (open) => {
    if (open !== null) return null;
    const { indexes: _, ...release } = await newRelease(identity, { architectures, components: ["main"] }, repository);
    return { suite: "stable", before: null, release, files: new Map() };
  });
}

const add = (repository: Repository, ...packages: readonly ReadPackage[]): Promise<Added> =>
  addPackages(repository, packages, { suite: "stable", component: "main", link: false });

/** What a client that has this Release would miss or find changed. */
function missing(files: ReadonlyMap<string, Uint8Array>, release: Uint8Array): readonly string[] {
  const { indexes } = parseRelease(Buffer.from(release).toString());
  const faults: string[] = [];
  for (const [path, { sha256, size }] of indexes) {
    const bytes = files.get(`dists/stable/${byHashPath(path, sha256)}`);
    if (bytes === undefined || bytes.length !== size) faults.push(path);
    if (!path.endsWith("Packages") || bytes === undefined) continue;
    for (const [, file = ""] of Buffer.from(bytes)
      .toString()
      .matchAll(/^Filename: (.*)$/gm)) {
      if (!files.has(file)) faults.push(file);
    }
  }
  return faults;
}

describeWith(["xz"], "packages that are added", () => {
  it("stand in the index of their architecture, those for all in every one, and in the pool", async () => {
    const storage = memoryStorage(source);
    const repository = repositoryOf(storage);
    await init(repository, ["amd64", "arm64"]);
    await add(repository, read("tool", "1.0"), read("libtool", "2:1.0-1", "arm64"), read("tool-data", "1.0", "all"));
    const text = (architecture: string): string =>
      Buffer.from(storage.files.get(`dists/stable/main/binary-${architecture}/Packages`) ?? "").toString();
    const names = (architecture: string): readonly string[] =>
      [...text(architecture).matchAll(/^Package: (.*)$/gm)].map(([, name = ""]) => name);
    expect(names("amd64")).toEqual(["tool", "tool-data"]);
    expect(names("arm64")).toEqual(["libtool", "tool-data"]);
    expect([...storage.files.keys()].filter((path) => path.startsWith("pool/")).sort()).toEqual([
      "pool/main/libt/libtool/libtool_1.0-1_arm64.deb",
      "pool/main/t/tool-data/tool-data_1.0_all.deb",
      "pool/main/t/tool/tool_1.0_amd64.deb",
    ]);
  });

  it("are nothing new the second time, and refused with other bytes, when nothing is written", async () => {
    const storage = memoryStorage(source);
    const repository = repositoryOf(storage);
    await init(repository);
    await add(repository, read("tool", "1.0"));
    const before = new Map(storage.files);
    expect(await add(repository, read("tool", "1.0"))).toMatchObject({ added: [], present: [{ name: "tool" }] });
    const other = read("tool", "1.0", "amd64", "/in/other");
    await expect(add(repository, read("aaa", "1"), other)).rejects.toThrow("APT_FILE_CONFLICT");
    await expect(add(repository, read("tool", "2.0"), read("tool", "2.0", "amd64", "/in/x"))).rejects.toThrow(
      "APT_FILE_CONFLICT",
    );
    expect(storage.files).toEqual(before);
  });

  it.each(["../../../../../evil", "a/b", ".", "..", "-x", "a b", "x".repeat(300)])(
    "are refused with a source %j, after which no folder can be called, and nothing is written",
    async (name) => {
      const storage = memoryStorage(source);
      const repository = repositoryOf(storage);
      await init(repository);
      const before = new Map(storage.files);
      const good = read("tool", "1.0");
      const bad = { ...good, control: `${good.control}Source: ${name}\n` };
      await expect(add(repository, bad)).rejects.toThrow("APT_NAME_INVALID");
      expect(storage.files).toEqual(before);
    },
  );

  it("lie in the folder of their source, and without one in their own", async () => {
    const storage = memoryStorage(source);
    const repository = repositoryOf(storage);
    await init(repository);
    const [first, second] = [read("tool", "1.0"), read("tool-data", "1.0")];
    await add(repository, { ...first, control: `${first.control}Source: libtool (2.0)\n` });
    await add(repository, { ...second, control: `${second.control}Source:\n` });
    expect([...storage.files.keys()].filter((path) => path.startsWith("pool/")).sort()).toEqual([
      "pool/main/libt/libtool/tool_1.0_amd64.deb",
      "pool/main/t/tool-data/tool-data_1.0_amd64.deb",
    ]);
  });

  it("leave every version that was there before", async () => {
    const storage = memoryStorage(source);
    const repository = repositoryOf(storage);
    await init(repository);
    for (const version of ["1.0", "1.0~rc.1", "2.0", "1.10"]) await add(repository, read("tool", version));
    const text = Buffer.from(storage.files.get("dists/stable/main/binary-amd64/Packages") ?? "").toString();
    expect([...text.matchAll(/^Version: (.*)$/gm)].map(([, version]) => version)).toEqual([
      "1.0~rc.1",
      "1.0",
      "1.10",
      "2.0",
    ]);
  });

  it("come to an architecture that is new to the suite together with what is for all", async () => {
    const storage = memoryStorage(source);
    const repository = repositoryOf(storage);
    await init(repository);
    await add(repository, read("tool-data", "1.0", "all"));
    await add(repository, read("tool", "1.0", "riscv64"));
    const text = Buffer.from(storage.files.get("dists/stable/main/binary-riscv64/Packages") ?? "").toString();
    expect([...text.matchAll(/^Package: (.*)$/gm)].map(([, name]) => name)).toEqual(["tool", "tool-data"]);
    expect(parseRelease(Buffer.from(storage.files.get("dists/stable/Release") ?? "").toString()).architectures).toEqual(
      ["amd64", "riscv64"],
    );
  });

  it("are seen whole or not at all, whatever effect the run is killed at; the same command then finishes", async () => {
    const build = async (): Promise<ReturnType<typeof memoryStorage>> => {
      const storage = memoryStorage(source);
      await init(repositoryOf(storage));
      for (const version of ["1.0", "1.1", "1.2", "1.3", "1.4"])
        await add(repositoryOf(storage), read("tool", version));
      storage.log.length = 0;
      return storage;
    };
    const whole = await build();
    await add(repositoryOf(whole), read("tool", "2.0"), read("data", "2.0", "all"));
    expect(whole.log.length).toBeGreaterThan(8);
    for (let point = 0; point <= 2 * whole.log.length; point++) {
      const storage = await build();
      storage.crashAt(point);
      const run = add(repositoryOf(storage), read("tool", "2.0"), read("data", "2.0", "all"));
      if (point < 2 * whole.log.length) await expect(run).rejects.toThrow(Killed);
      else await run;
      storage.revive();
      expect(missing(storage.files, storage.files.get("dists/stable/Release") ?? new Uint8Array())).toEqual([]);
      await add(repositoryOf(storage), read("tool", "2.0"), read("data", "2.0", "all"));
      expect(storage.files).toEqual(whole.files);
    }
  });

  it("of two writers between each other's effects are all there in the end", async () => {
    const whole = memoryStorage(source);
    await init(repositoryOf(whole));
    await add(repositoryOf(whole), read("tool", "1.0"));
    const effects = whole.log.length;
    for (let at = 2; at < effects; at++) {
      const storage = memoryStorage(source);
      await init(repositoryOf(storage));
      let count = 0;
      storage.between = async () => {
        if (++count !== at) return;
        storage.between = null;
        await add(repositoryOf(storage), read("other", "1.0"));
      };
      await add(repositoryOf(storage), read("tool", "1.0"));
      const text = Buffer.from(storage.files.get("dists/stable/main/binary-amd64/Packages") ?? "").toString();
      expect([...text.matchAll(/^Package: (.*)$/gm)].map(([, name]) => name)).toEqual(["other", "tool"]);
      expect(missing(storage.files, storage.files.get("dists/stable/Release") ?? new Uint8Array())).toEqual([]);
    }
  });

  it("are there for a reader at every instant, whichever Release it has", async () => {
    const storage = memoryStorage(source);
    const repository = repositoryOf(storage);
    await init(repository);
    const seen: Uint8Array[] = [];
    storage.between = async () => {
      const release = storage.files.get("dists/stable/Release");
      if (release !== undefined && seen.at(-1) !== release) seen.push(release);
      // The present one and those before it, as far back as generations are kept.
      for (const each of seen.slice(-4)) expect(missing(storage.files, each)).toEqual([]);
    };
    for (let version = 1; version < 9; version++) await add(repository, read("tool", `${version}.0`));
    expect(seen.length).toBeGreaterThan(7);
  });
});
