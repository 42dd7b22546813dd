/**
 * Our tar and that of others: what we write, GNU tar, bsdtar, busybox and Python unpack; what they write in a dialect
 * that dpkg reads, we read, and the pax headers that dpkg refuses we refuse.
 */
import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { malformed } from "../../src/formats/deb-refusal.ts";
import { type TarEntry, tarHeader, writeTar } from "../../src/formats/tar-gnu.ts";
import { parseTarHeader } from "../../src/formats/tar-header.ts";
import { readTar } from "../../src/formats/tar-reader.ts";
import { describeWith } from "../requires.ts";

const work = mkdtempSync(join(tmpdir(), "ggen-release-tar-"));
afterAll(() => rmSync(work, { recursive: true, force: true }));

/** Path → what is there: content and mode of a file, target of a link. */
type Tree = Readonly<Record<string, string>>;

const deep = "a-folder-with-a-rather-long-name/".repeat(9);
/** Made as real files; a folder's name ends in a slash. */
const contents: Readonly<Record<string, string>> = {
  "short.txt": "content\n",
  "empty.txt": "",
  "block.bin": "x".repeat(512),
  "more.bin": "y".repeat(10_241),
  ["n".repeat(100)]: "a name of a hundred bytes",
  ["m".repeat(101)]: "and of one more",
  ["o".repeat(255)]: "and of as many as Linux has",
  [`${deep}file.txt`]: "deep",
  "naïve-語-🦊.txt": "not ASCII",
  "-rf": "like an option",
  "back\\slash and 'quote'": "odd",
  "usr/bin/tool": "#!/bin/sh\n",
};
const links: Readonly<Record<string, string>> = {
  "link.txt": "short.txt",
  "long-link": `${deep}file.txt`,
  absolute: "/etc/hostname",
  nowhere: "t".repeat(150),
};

function modeOf(path: string): number {
  return path.startsWith("usr/bin/") ? 0o755 : 0o644;
}

function foldersOf(paths: readonly string[]): readonly string[] {
  return [
    ...new Set(
      paths.flatMap((path) =>
        path
          .split("/")
          .slice(0, -1)
          .map((_, depth) => path.split("/", depth + 1).join("/")),
      ),
    ),
  ].sort();
}

const expected: Tree = {
  ...Object.fromEntries(foldersOf(Object.keys(contents)).map((path) => [path, "folder"])),
  ...Object.fromEntries(
    Object.entries(contents).map(([path, content]) => [path, `${modeOf(path).toString(8)} ${content}`]),
  ),
  ...Object.fromEntries(Object.entries(links).map(([path, target]) => [path, `-> ${target}`])),
};

async function* once(text: string | Uint8Array): AsyncIterable<Uint8Array> {
  yield Buffer.from(text);
}

async function collect(bytes: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function ours(): Promise<Buffer> {
  const entries: readonly TarEntry[] = [
    ...foldersOf(Object.keys(contents)).map((path) => ({ kind: "folder", path: `./${path}`, mode: 0o755 }) as const),
    ...Object.entries(contents).map(([path, text]) => {
      const content = Buffer.from(text);
      return {
        kind: "file",
        path: `./${path}`,
        mode: modeOf(path),
        size: content.length,
        content: once(content),
      } as const;
    }),
    ...Object.entries(links).map(([path, target]) => ({ kind: "symlink", path: `./${path}`, target }) as const),
  ];
  return collect(writeTar(entries, 1_767_225_600));
}

/** What our reader finds; hard links are told by their target. */
async function read(tar: Uint8Array): Promise<Tree> {
  const tree: Record<string, string> = {};
  for await (const { kind, path, mode, content, target } of readTar(once(tar), "it.tar")) {
    if (path === "") continue;
    if (kind === "file") tree[path] = `${mode.toString(8)} ${(await collect(content)).toString()}`;
    else if (kind === "hardlink") tree[path] = `= ${target}`;
    else tree[path] = target === undefined ? kind : `-> ${target}`;
  }
  return tree;
}

function onDisk(root: string, below = ""): Tree {
  return Object.assign(
    {},
    ...readdirSync(join(root, below)).map((name): Tree => {
      const path = below === "" ? name : `${below}/${name}`;
      const status = lstatSync(join(root, path));
      if (status.isSymbolicLink()) return { [path]: `-> ${readlinkSync(join(root, path))}` };
      if (status.isDirectory()) return { [path]: "folder", ...onDisk(root, path) };
      return { [path]: `${(status.mode & 0o7777).toString(8)} ${readFileSync(join(root, path), "utf8")}` };
    }),
  ) as Tree;
}

function sourceTree(paths: readonly string[]): string {
  const root = mkdtempSync(join(work, "source-"));
  for (const path of paths) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), contents[path] ?? "");
    chmodSync(join(root, path), modeOf(path));
  }
  return root;
}

function run(program: string, words: readonly string[], folder: string): Buffer {
  const env = { ...process.env, LC_ALL: "C.UTF-8" };
  return execFileSync(program, words, { cwd: folder, env, maxBuffer: 2 ** 26, stdio: ["ignore", "pipe", "ignore"] });
}

const python = (format: string): readonly string[] => [
  "python3",
  "-c",
  `import sys, tarfile
with tarfile.open(fileobj=sys.stdout.buffer, mode="w|", format=tarfile.${format}) as tar: tar.add(".")`,
];

const unpackers: Readonly<Record<string, readonly string[]>> = {
  "GNU tar": ["tar", "-xpf", "IT"],
  bsdtar: ["bsdtar", "-xpf", "IT"],
  busybox: ["busybox", "tar", "-xpf", "IT"],
  Python: ["python3", "-c", "import sys, tarfile\ntarfile.open(sys.argv[1]).extractall('.')", "IT"],
};

/** Names that fit into each: v7 has a hundred bytes, ustar a prefix of 155 besides. */
const short = Object.keys(contents).filter((path) => Buffer.byteLength(path) < 97 && !path.startsWith("a-folder"));
const prefixed = [
  ...short,
  "usr/share/a-folder-with-a-rather-long-name/and-another-one-of-that-kind/and-a-third-one-of-that-kind/file.txt",
];
const packers: readonly (readonly [name: string, command: readonly string[], paths: readonly string[]])[] = [
  ["GNU tar, v7", ["tar", "--format=v7", "-cf", "-", "."], short],
  ["GNU tar, ustar", ["tar", "--format=ustar", "-cf", "-", "."], prefixed],
  ["GNU tar, gnu", ["tar", "--format=gnu", "-cf", "-", "."], Object.keys(contents)],
  ["GNU tar, oldgnu", ["tar", "--format=oldgnu", "-cf", "-", "."], Object.keys(contents)],
  ["bsdtar, ustar", ["bsdtar", "--format=ustar", "-cf", "-", "."], prefixed],
  ["bsdtar, gnutar", ["bsdtar", "--format=gnutar", "-cf", "-", "."], Object.keys(contents)],
  ["busybox", ["busybox", "tar", "-cf", "-", "."], Object.keys(contents)],
  ["Python, ustar", python("USTAR_FORMAT"), prefixed],
  ["Python, GNU", python("GNU_FORMAT"), Object.keys(contents)],
];

describeWith(["tar", "bsdtar", "busybox", "python3"], "tar", () => {
  it("is read back by our own reader as it was written", async () => {
    expect(await read(await ours())).toEqual(expected);
  });

  it.each(Object.keys(unpackers))("as we write it is unpacked by %s: long names, links, modes", async (name) => {
    const [program = "", ...words] = unpackers[name] ?? [];
    const folder = mkdtempSync(join(work, "unpacked-"));
    const file = `${folder}.tar`;
    writeFileSync(file, await ours());
    run(
      program,
      words.map((word) => (word === "IT" ? file : word)),
      folder,
    );
    expect(onDisk(folder)).toEqual(expected);
  });

  it.each(packers)("of %s is read as it was written", async (_, [program = "", ...words], paths) => {
    const root = sourceTree(paths);
    for (const [path, target] of Object.entries(links)) if (target.length < 100) symlinkSync(target, join(root, path));
    const wanted = onDisk(root);
    linkSync(join(root, "short.txt"), join(root, "zz-hard"));
    const found = await read(run(program, words, root));
    // Which of the two names comes first and holds the content is the folder's order.
    const hard = [found["zz-hard"] ?? "", found["short.txt"] ?? ""].toSorted((one, other) => other.length - one.length);
    expect(hard).toEqual(["644 content\n", expect.stringMatching(/^= (zz-hard|short\.txt)$/)]);
    expect({ ...found, "short.txt": "", "zz-hard": "" }).toEqual({ ...wanted, "short.txt": "", "zz-hard": "" });
  });

  it.each<readonly [string, readonly string[]]>([
    ["GNU tar", ["tar", "--format=posix", "-cf", "-", "."]],
    ["bsdtar", ["bsdtar", "--format=pax", "-cf", "-", "."]],
    ["Python", python("PAX_FORMAT")],
  ])("with pax headers of %s is refused, as by dpkg", async (_, [program = "", ...words]) => {
    const tar = run(program, words, sourceTree(Object.keys(contents)));
    await expect(read(tar)).rejects.toMatchObject({
      code: "DEB_MALFORMED",
      what: expect.stringContaining("pax header"),
    });
  });

  it("with a sparse file of GNU tar is refused, as by dpkg", async () => {
    const root = sourceTree([]);
    writeFileSync(join(root, "sparse"), "");
    truncateSync(join(root, "sparse"), 2 ** 20);
    const tar = run("tar", ["--format=gnu", "--sparse", "-cf", "-", "."], root);
    await expect(read(tar)).rejects.toMatchObject({
      code: "DEB_MALFORMED",
      what: expect.stringContaining("sparse file"),
    });
  });
});

describeWith(["tar", "bsdtar", "busybox", "python3"], "a file of more than 8 GiB", () => {
  const size = 9 * 1024 ** 3 + 5;
  const headers: Readonly<Record<string, readonly string[]>> = {
    "GNU tar": ["tar", "--format=gnu", "-cf", "-", "large"],
    bsdtar: ["bsdtar", "--format=gnutar", "-cf", "-", "large"],
    Python: python("GNU_FORMAT"),
  };

  it.each(Object.keys(headers))("has its size in the header that %s writes", (name) => {
    const folder = mkdtempSync(join(work, "large-"));
    writeFileSync(join(folder, "large"), "");
    truncateSync(join(folder, "large"), size);
    const command = (headers[name] ?? []).map((word) => word.replace('tar.add(".")', 'tar.add("large")'));
    // The header is all that is taken of it: no file of this size is ever read or written.
    const start = spawnSync("sh", ["-c", '"$@" 2>/dev/null | head -c 512', "sh", ...command], { cwd: folder }).stdout;
    expect(parseTarHeader(start, "it.tar", malformed)).toMatchObject({ type: "0", size });
  });

  it.each<readonly [string, readonly string[]]>([
    ["GNU tar", ["tar", "-tvf", "IT"]],
    ["bsdtar", ["bsdtar", "-tvf", "IT"]],
    ["busybox", ["busybox", "tar", "-tvf", "IT"]],
    ["Python", ["python3", "-c", "import sys, tarfile\nprint(tarfile.open(sys.argv[1], 'r|').next().size)", "IT"]],
  ])("has its size for %s in the header that we write", (_, [program = "", ...words]) => {
    const file = join(mkdtempSync(join(work, "large-")), "it.tar");
    writeFileSync(file, tarHeader({ kind: "file", path: "large", mode: 0o644, size, content: once("") }, 0));
    // All of them complain that the content is missing, after they have listed it.
    const { stdout } = spawnSync(
      program,
      words.map((word) => (word === "IT" ? file : word)),
    );
    expect(stdout.toString()).toContain(String(size));
  });
});
