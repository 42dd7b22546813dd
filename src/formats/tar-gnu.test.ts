import { execFileSync } from "node:child_process";
import { lstatSync, mkdtempSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { Header, Parser } from "tar";
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeWith } from "../../test/requires.ts";
import { type TarEntry, tarHeader, writeTar } from "./tar-gnu.ts";

async function* stream(...chunks: readonly Uint8Array[]): AsyncIterable<Uint8Array> {
  yield* chunks;
}

async function collect(bytes: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function file(path: string, content: Uint8Array = Buffer.from("content")): TarEntry {
  return { kind: "file", path, mode: 0o644, size: content.length, content: stream(content) };
}

interface Read {
  readonly path: string;
  readonly type: string;
  readonly target: string;
  readonly content: string;
}

/** What an independent reader finds. */
async function read(archive: Uint8Array): Promise<readonly Read[]> {
  const found: Read[] = [];
  const parser = new Parser({
    strict: true,
    onReadEntry: (entry) => {
      const chunks: Uint8Array[] = [];
      entry.on("data", (chunk: Uint8Array) => chunks.push(chunk));
      entry.on("end", () =>
        found.push({
          path: entry.path,
          type: entry.type,
          target: entry.linkpath ?? "",
          content: Buffer.concat(chunks).toString("hex"),
        }),
      );
    },
  });
  await new Promise<void>((resolve, reject) => {
    parser.on("end", resolve);
    parser.on("error", reject);
    parser.end(Buffer.from(archive));
  });
  return found;
}

const letter = fc.constantFrom("a", "b", "Z", "0", ".", "-", " ", "é", "語", "🦊", "\\", '"', "'");
const segment = fc.string({ unit: letter, minLength: 1, maxLength: 40 }).filter((text) => !/^\.{1,2}$/.test(text));
const path = fc.array(segment, { minLength: 1, maxLength: 12 }).map((segments) => `./${segments.join("/")}`);

it("keeps every name, link target and content, whatever their length", async () => {
  await fc.assert(
    fc.asyncProperty(path, path, fc.uint8Array({ maxLength: 1500 }), async (name, target, content) => {
      const entries: TarEntry[] = [
        { kind: "folder", path: "./d", mode: 0o755 },
        file(name, content),
        { kind: "symlink", path: `${name}~`, target },
      ];
      expect(await read(await collect(writeTar(entries, 1_700_000_000)))).toEqual([
        { path: "./d/", type: "Directory", target: "", content: "" },
        { path: name, type: "File", target: "", content: Buffer.from(content).toString("hex") },
        { path: `${name}~`, type: "SymbolicLink", target, content: "" },
      ]);
    }),
  );
});

it("keeps names around the length of the field whole", async () => {
  const names = [98, 99, 100, 101, 255, 256, 511, 512, 513, 4000].map((length) => "x".repeat(length));
  const found = await read(
    await collect(
      writeTar(
        names.map((name) => file(name)),
        0,
      ),
    ),
  );
  expect(found.map((entry) => entry.path)).toEqual(names);
});

it("never writes a pax header", async () => {
  await fc.assert(
    fc.asyncProperty(path, async (name) => {
      const archive = await collect(writeTar([file(name, new Uint8Array())], 0));
      for (let offset = 0; offset < archive.length; offset += 512) {
        if (archive.subarray(offset + 257, offset + 265).toString("latin1") !== "ustar  \0") continue;
        expect(["0", "L"]).toContain(String.fromCharCode(archive[offset + 156] ?? 0));
      }
    }),
  );
});

it.each([
  [8_589_934_591, "octal", "77777777777\0"],
  [8_589_934_592, "base 256", "\x80\0\0\0\0\0\0\x02\0\0\0\0"],
  [1_234_567_890_123, "base 256", "\x80\0\0\0\0\0\x01\x1f\x71\xfb\x04\xcb"],
])("states a size of %d in %s", (size, _, expected) => {
  const header = tarHeader({ kind: "file", path: "big", mode: 0o644, size, content: stream() }, 0);
  expect(Buffer.from(header).subarray(124, 136).toString("latin1")).toBe(expected);
  expect(new Header(Buffer.from(header)).size).toBe(size);
});

it("states sizes beyond 4 GiB as they are", () => {
  const size = 4_831_838_208;
  const header = tarHeader({ kind: "file", path: "big", mode: 0o644, size, content: stream() }, 0);
  expect(new Header(Buffer.from(header))).toMatchObject({ size, cksumValid: true });
});

it("states owner, mode and time, and a checksum that holds", () => {
  const header = tarHeader({ kind: "folder", path: "./usr", mode: 0o755 }, 1_700_000_000);
  expect(new Header(Buffer.from(header))).toMatchObject({
    path: "./usr/",
    mode: 0o755,
    uid: 0,
    gid: 0,
    mtime: new Date(1_700_000_000_000),
    cksumValid: true,
  });
  // node-tar reads the owners' names in the ustar format only.
  const name = (offset: number): string => Buffer.from(header).toString("latin1", offset, offset + 5);
  expect([name(265), name(297)]).toEqual(["root\0", "root\0"]);
});

it("ends in two blocks of zeros at a whole number of blocks", async () => {
  const archive = await collect(writeTar([file("a", Buffer.alloc(513, 1))], 0));
  expect(archive.length).toBe(512 + 1024 + 1024);
  expect(archive.subarray(-1024).every((byte) => byte === 0)).toBe(true);
});

it("fails when a file changes its size while it is read", async () => {
  const entry: TarEntry = { kind: "file", path: "./log", mode: 0o644, size: 3, content: stream(Buffer.from("four")) };
  await expect(collect(writeTar([entry], 0))).rejects.toThrow(/ARTIFACT_CHANGED: \.\/log had 3 bytes/);
});

describeWith(["tar"], "GNU tar", () => {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "ggen-release-tar-"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("unpacks long names, long link targets, empty files and names outside ASCII", async () => {
    const long = `${"folder-of-a-long-name/".repeat(14)}naïve-語-🦊`;
    const parents = long.split("/").slice(0, -1);
    const folders = parents.map((_, depth): TarEntry => {
      return { kind: "folder", path: parents.slice(0, depth + 1).join("/"), mode: 0o755 };
    });
    const archive = await collect(
      writeTar(
        [...folders, file(long), file("empty", new Uint8Array()), { kind: "symlink", path: "link", target: long }],
        0,
      ),
    );
    execFileSync("tar", ["-xf", "-", "--no-same-owner"], { cwd: folder, input: archive });
    expect(readFileSync(join(folder, long), "utf8")).toBe("content");
    expect(lstatSync(join(folder, "empty")).size).toBe(0);
    expect(readlinkSync(join(folder, "link"))).toBe(long);
  });
});
