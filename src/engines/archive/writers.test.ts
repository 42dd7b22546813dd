/** What .tar and .zip hold alike: same entries, same bytes; nothing read before it is wanted; no size but the promised one. */
import { Buffer } from "node:buffer";
import { Header } from "tar/header";
import { describe, expect, it } from "vitest";
import type { Bytes } from "../../ports/files.ts";
import { archiveEntries, type ArchiveEntry } from "./entry.ts";
import { writeTar } from "./tar.ts";
import { requireZippable, writeZip } from "./zip.ts";

const epoch = 1_766_188_801;

function entry(
  path: string,
  content: Bytes | string,
  size = typeof content === "string" ? Buffer.byteLength(content) : 0,
): ArchiveEntry {
  return {
    kind: "file",
    path,
    executable: true,
    size,
    open: () => (typeof content === "string" ? once(content) : content),
  };
}

async function* once(text: string): Bytes {
  yield Buffer.from(text);
}

async function bytesOf(stream: Bytes): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

describe.each([
  ["tar", writeTar],
  ["zip", writeZip],
])("%s", (format, write) => {
  const folder = archiveEntries([{ path: "tool/README", executable: false, size: 2, open: () => once("hi") }]);

  it("is the same twice", async () => {
    expect(await bytesOf(write(folder, epoch))).toEqual(await bytesOf(write(folder, epoch)));
  });

  it("is the same in whatever time zone", async () => {
    const zone = process.env["TZ"];
    try {
      const all: Buffer[] = [];
      for (const name of ["UTC", "America/St_Johns", "Pacific/Kiritimati"]) {
        process.env["TZ"] = name;
        all.push(await bytesOf(write(folder, epoch)));
      }
      expect(all[1]).toEqual(all[0]);
      expect(all[2]).toEqual(all[0]);
    } finally {
      if (zone === undefined) delete process.env["TZ"];
      else process.env["TZ"] = zone;
    }
  });

  it("holds an empty file and nothing at all", async () => {
    expect((await bytesOf(write([entry("empty", "")], epoch))).length).toBeGreaterThan(0);
    expect((await bytesOf(write([], epoch))).length).toBeGreaterThan(0);
  });

  it("reads no further ahead than a few buffers, and stops reading when nobody wants more", async () => {
    const chunk = Buffer.alloc(256 * 1024, Buffer.from(Array.from({ length: 251 }, (_, index) => (index * 167) % 256)));
    let read = 0;
    let closed = false;
    async function* endless(): Bytes {
      try {
        for (;;) {
          read += chunk.length;
          yield chunk;
        }
      } finally {
        closed = true;
      }
    }
    let chunks = 0;
    for await (const _ of write([entry("big", endless(), 2 ** 31)], epoch)) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      if (++chunks === 3) break;
    }
    expect(read).toBeGreaterThan(0);
    expect(read).toBeLessThan(32 * 1024 * 1024);
    await expect.poll(() => closed).toBe(true);
  });

  it.each([
    ["grew", "longer than promised", 3],
    ["shrank", "short", 100],
  ])("fails when a file %s meanwhile", async (_, content, size) => {
    await expect(bytesOf(write([entry("a", once(content), size), entry("b", "")], epoch))).rejects.toThrow(
      expect.objectContaining({ code: "ARTIFACT_CHANGED", exit: 3 }),
    );
  });

  it("passes on why a file could not be read", async () => {
    async function* broken(): Bytes {
      yield Buffer.from("x");
      throw new Error("disk on fire");
    }
    await expect(bytesOf(write([entry("a", "1"), entry("b", broken(), 5)], epoch))).rejects.toThrow("disk on fire");
  });

  it.each([Number.NaN, -1, 1.5, 2 ** 33, Number.POSITIVE_INFINITY])("refuses the time %d", async (seconds) => {
    await expect(bytesOf(write([], seconds))).rejects.toThrow(
      expect.objectContaining({ code: "PACKAGE_EPOCH_INVALID", exit: 2 }),
    );
  });

  it.each([0, 1, 315_532_799, 2_335_219_199, 0xffff_ffff])("bears the time %d", async (seconds) => {
    const there = await bytesOf(write(folder, seconds));
    expect(there.length, format).toBeGreaterThan(100);
  });
});

describe("tar", () => {
  it("states a size beyond 8 GiB, as node-tar reads it too (bad input 36)", async () => {
    const size = 2 ** 33 + 1;
    const [first] = await firstOf(writeTar([entry("big", once("x"), size)], epoch));
    expect(new Header(Buffer.from(first ?? [])).size).toBe(size);
  });
});

describe("zip", () => {
  it.each([
    "a:b",
    "what?",
    'say "hi"',
    "a|b",
    "tab\there",
    "aux",
    "docs/CON.txt",
    "lpt1",
    "ends.",
    "ends /x",
    "a<b",
    "*",
  ])("refuses %j, which Windows cannot hold", (path) => {
    expect(() => requireZippable([entry(path, "")])).toThrow(expect.objectContaining({ code: "PACKAGE_PATH_INVALID" }));
  });

  it.each(["console", "auxiliary.txt", "a.b", "-rf", "it's", "é", "com10"])("takes %j", async (path) => {
    expect((await bytesOf(writeZip([entry(path, "")], epoch))).includes(Buffer.from(path))).toBe(true);
  });

  it("refuses what would need ZIP64", async () => {
    await expect(bytesOf(writeZip([entry("a", "", 2e9), entry("b", "", 2e9 + 1)], epoch))).rejects.toThrow(
      expect.objectContaining({ code: "PACKAGE_TOO_LARGE", exit: 2 }),
    );
  });
});

async function firstOf(stream: Bytes): Promise<Uint8Array[]> {
  for await (const chunk of stream) return [chunk];
  return [];
}
