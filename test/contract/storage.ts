/** The contract that every storage keeps (src/ports/storage.ts), as tests: what the repository's engine relies on. */
import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { withLock } from "../../src/engines/lock.ts";
import { isReleaseError } from "../../src/domain/errors/index.ts";
import type { NewPoolFile, Revision, Storage } from "../../src/ports/storage.ts";
import { realPorts, scratchFolder } from "../scratch.ts";
import type { StorageUnderTest } from "../storages.ts";

const text = (value: string): Uint8Array => Buffer.from(value);
const readText = async (storage: Storage, path: string): Promise<string | null> => {
  const stored = await storage.read(path);
  return stored === null ? null : Buffer.from(stored.bytes).toString();
};

async function openText(storage: Storage, path: string): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const part of storage.open(path)) parts.push(part);
  return Buffer.concat(parts).toString();
}

async function paths(storage: Storage, folder: string): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const { path } of storage.list(folder)) found.push(path);
  return found.sort();
}

async function poolFile(path: string, content: Uint8Array | string): Promise<NewPoolFile> {
  const from = join(await scratchFolder("pool"), "file");
  await writeFile(from, content);
  const bytes = typeof content === "string" ? text(content) : content;
  return { path, from, size: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") };
}

const odd = [
  "pool/main/l/libx/libx++_1.2~rc1+b1-1_amd64.deb",
  "pool/main/o/o/o_1%2b:2=3@4,5_all.deb",
  'pool/main/ü/a b/it\'s "so" $HOME;`x`&_(1)*!.deb',
  "pool/-rf/-x",
];

export function storageContract(make: () => Promise<StorageUnderTest>, rounds: number): void {
  it("has nothing where nothing was written", async () => {
    const { storage } = await make();
    expect(await storage.read("dists/stable/InRelease")).toBeNull();
    expect(await storage.status("dists/stable/InRelease")).toBeNull();
    expect(await paths(storage, "dists")).toEqual([]);
    await storage.remove(["dists/absent"]);
    await storage.settle();
  });

  it("holds what was written, whole, over what was there before", async () => {
    const { storage, again } = await make();
    const large = Buffer.alloc(3_000_000, "0123456789abcdef");
    await storage.write([
      { path: "dists/a", lifetime: "mutable", content: text("one") },
      { path: "dists/empty", lifetime: "mutable", content: new Uint8Array() },
      { path: "dists/by-hash/large", lifetime: "immutable", content: large },
    ]);
    await storage.write([{ path: "dists/a", lifetime: "mutable", content: text("two") }]);
    await storage.write([{ path: "dists/named", lifetime: "mutable", content: { of: "dists/by-hash/large" } }]);
    await storage.settle();
    const other = await again();
    expect(await readText(other, "dists/a")).toBe("two");
    expect(await readText(other, "dists/empty")).toBe("");
    expect((await other.read("dists/named"))?.bytes).toEqual(large);
    expect(Buffer.compare(Buffer.from(await openText(other, "dists/named")), large)).toBe(0);
    expect(await other.status("dists/named")).toMatchObject({ path: "dists/named", size: large.length });
    // The copy is a file of its own.
    await storage.write([{ path: "dists/named", lifetime: "mutable", content: text("new") }]);
    expect((await other.read("dists/by-hash/large"))?.bytes).toEqual(large);
  });

  it("reads no more at once than is asked for", async () => {
    const { storage } = await make();
    await storage.write([{ path: "dists/a", lifetime: "mutable", content: Buffer.alloc(5000) }]);
    expect((await storage.read("dists/a", 5000))?.bytes.length).toBe(5000);
    await expect(storage.read("dists/a", 4999)).rejects.toThrow(/4999 (bytes|are read)|at most 4999/);
  });

  it("lists every file below a folder, and no other", async () => {
    const { storage } = await make();
    const wanted = ["dists/stable/main/a", "dists/stable/main/b/c", "dists/stable/z"];
    const others = ["dists/stable-updates/x", "pool/y"];
    await storage.write(
      [...wanted, ...others].map((path) => ({ path, lifetime: "mutable", content: text(path) }) as const),
    );
    expect(await paths(storage, "dists/stable")).toEqual(wanted);
    for await (const status of storage.list("dists/stable")) {
      expect(status).toEqual(await storage.status(status.path));
      expect(status.size).toBe(status.path.length);
    }
    await storage.remove(["dists/stable/z", "dists/stable/main/b/c"]);
    expect(await paths(storage, "dists/stable")).toEqual(["dists/stable/main/a"]);
  });

  it("swaps a file only while it is the one that was read, and makes it only where there is none", async () => {
    const { storage, again } = await make();
    const other = await again();
    const path = "dists/stable/InRelease";
    const first = await storage.swap(path, text("first"), null);
    expect(first).not.toBeNull();
    expect(await other.swap(path, text("x"), null)).toBeNull();
    const read = await other.read(path);
    expect(read?.revision).toBe(first);
    const second = await other.swap(path, text("second"), read?.revision ?? null);
    expect(second).not.toBeNull();
    expect(second).not.toBe(first);
    expect(await storage.swap(path, text("third"), first)).toBeNull();
    expect(await readText(storage, path)).toBe("second");
    await storage.remove([path]);
    expect(await storage.swap(path, text("fourth"), second)).toBeNull();
    expect(await storage.read(path)).toBeNull();
  });

  it("admits files that are new, leaves those that are there, and names those that are others", async () => {
    const { storage, again } = await make();
    const [a, b, empty] = [
      await poolFile("pool/a", "content a"),
      await poolFile("pool/b", "content b"),
      await poolFile("pool/empty", ""),
    ];
    expect(await storage.admit([a, b, empty], { link: false })).toEqual([]);
    const other = await again();
    expect(await other.admit([a, empty, await poolFile("pool/c", "content c")], { link: false })).toEqual([]);
    const [shorter, same] = [await poolFile("pool/a", "other"), await poolFile("pool/b", "CONTENT B")];
    expect(await other.admit([shorter, same, await poolFile("pool/d", "d")], { link: false })).toEqual([
      "pool/a",
      "pool/b",
    ]);
    expect(await readText(storage, "pool/a")).toBe("content a");
    expect(await readText(storage, "pool/b")).toBe("content b");
    expect(await readText(storage, "pool/empty")).toBe("");
    expect(await readText(storage, "pool/c")).toBe("content c");
  });

  it.each([20, 2_500_000])(
    "brings in nothing of a file of %i bytes that has changed since it was read",
    async (size) => {
      const { storage } = await make();
      const file = await poolFile("pool/changed", Buffer.alloc(size, "a"));
      for (const content of [Buffer.alloc(size, "b"), Buffer.alloc(size - 1, "a"), Buffer.alloc(size + 1, "a")]) {
        await writeFile(file.from, content);
        await expect(storage.admit([file], { link: false })).rejects.toThrow("ARTIFACT_CHANGED");
        expect(await storage.status("pool/changed")).toBeNull();
        expect(await paths(storage, "pool")).toEqual([]);
      }
    },
  );

  it("keeps names as they are, whatever a shell, a URL or an option would make of them", async () => {
    const { storage } = await make();
    const files = await Promise.all(odd.map((path) => poolFile(path, `content of ${path}`)));
    expect(await storage.admit(files, { link: false })).toEqual([]);
    expect(await storage.admit(files, { link: false })).toEqual([]);
    expect(await paths(storage, "pool")).toEqual(odd.toSorted());
    for (const path of odd) {
      expect(await readText(storage, path)).toBe(`content of ${path}`);
      await storage.write([{ path: `dists/${path}`, lifetime: "mutable", content: { of: path } }]);
      expect(await openText(storage, `dists/${path}`)).toBe(`content of ${path}`);
      expect(await storage.swap(`swapped/${path}`, text(path), null)).not.toBeNull();
      expect(await readText(storage, `swapped/${path}`)).toBe(path);
    }
    await storage.remove(odd);
    expect(await paths(storage, "pool")).toEqual([]);
  });

  it(`lets exactly one of several racing writers win, ${rounds} times`, async () => {
    const { storage, again } = await make();
    const writers = [storage, await again(), await again()];
    const ports = realPorts(await scratchFolder("race"));
    let from: Revision | null = null;
    for (let round = 0; round < rounds; round++) {
      const contents = writers.map((_, index) => text(`round ${round} writer ${index} ${"x".repeat(round * 100)}`));
      const before = from;
      const outcomes = await Promise.all(
        writers.map(async (writer, index) => {
          const swap = (): Promise<Revision | null> =>
            writer.swap("dists/stable/InRelease", contents[index] ?? text(""), before);
          // Where a lock makes it one step, whoever does not get the lock has lost.
          return writer.lock === null ? swap() : withLock(ports, writer.lock, swap).catch(lostLock);
        }),
      );
      const winners = outcomes.flatMap((outcome, index) => (outcome === null ? [] : [index]));
      expect(winners).toHaveLength(1);
      expect((await storage.read("dists/stable/InRelease"))?.bytes).toEqual(contents[winners[0] ?? -1]);
      from = outcomes[winners[0] ?? -1] ?? null;
    }
  });

  it("admits one of several racing files of one name, and tells the others", async () => {
    const { storage, again } = await make();
    const writers = [storage, await again(), await again()];
    for (let round = 0; round < 5; round++) {
      const files = await Promise.all(writers.map((_, index) => poolFile(`pool/race-${round}`, `content ${index}`)));
      const outcomes = await Promise.all(
        writers.map((writer, index) => writer.admit(files.slice(index, index + 1), { link: false })),
      );
      const winners = outcomes.flatMap((conflicts, index) => (conflicts.length === 0 ? [index] : []));
      expect(winners).toHaveLength(1);
      expect(await readText(storage, `pool/race-${round}`)).toBe(`content ${winners[0]}`);
    }
  });
}

function lostLock(error: unknown): null {
  if (isReleaseError(error) && error.code === "LOCKED") return null;
  throw error;
}
