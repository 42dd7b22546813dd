/** Packages with faults on purpose, some in each: what lintian and `deb lint` say of them must be the same. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join, posix } from "node:path";
import { gzipSync } from "node:zlib";
import { rawAr, rawDeb, type RawDeb, type RawEntry, rawTar } from "./deb-bytes.ts";

export interface FaultyFile {
  readonly content?: string | Uint8Array;
  /** Octal, as `ls` shows it; 0644 for files and 0755 for folders unless told. */
  readonly mode?: string;
  readonly uid?: number;
  readonly user?: string;
  /** Target of a symbolic link. */
  readonly link?: string;
  readonly hardlink?: string;
  readonly fifo?: true;
  /** Seconds since 1970. */
  readonly time?: number;
}

export interface FaultyDeb {
  readonly version?: string;
  readonly architecture?: string;
  /** Over those of a faultless package; undefined leaves one out. */
  readonly fields?: Readonly<Record<string, string | undefined>>;
  /** Path from the root on; a slash behind it makes a folder. */
  readonly files?: Readonly<Record<string, FaultyFile>>;
  /** Further files of control.tar. */
  readonly control?: Readonly<Record<string, { readonly content: string | Uint8Array; readonly mode?: string }>>;
  /** Over the right sums: path → sum, undefined for a file that is not listed. */
  readonly sums?: Readonly<Record<string, string | undefined>> | false;
  /** Without copyright and changelog. */
  readonly undocumented?: true;
  /** Folders that the archive does not hold. */
  readonly without?: readonly string[];
  readonly compression?: RawDeb["compression"] | ".bz2";
}

export function gzipped(content: string | Uint8Array, level = 9): Uint8Array {
  return gzipSync(content, { level });
}

export const noticeText = "Copyright 2026 Jane Doe\n\nYou may use it as you like.\n";

export function changelogText(name: string, version: string): string {
  return `${name} (${version}) unstable; urgency=medium\n\n  * A change. Closes: #1000000\n\n -- Jane Doe <jane@debian.org>  Thu, 01 Jan 2026 00:00:00 +0000\n`;
}

/** 2026-01-01 00:00:00 UTC. */
const epoch = 1_767_225_600;

/** Writes `name_version_architecture.deb` into the folder and gives its path. */
export function writeFaulty(name: string, made: FaultyDeb, folder: string): string {
  const { version = "1.0-1", architecture = "all", compression = ".gz" } = made;
  const files = new Map(Object.entries(made.files ?? {}));
  if (made.undocumented !== true) {
    const changelog = version.includes("-") ? "changelog.Debian.gz" : "changelog.gz";
    const given = (path: string, content: string | Uint8Array): unknown =>
      files.has(path) || files.set(path, { content });
    given(`usr/share/doc/${name}/copyright`, noticeText);
    given(`usr/share/doc/${name}/${changelog}`, gzipped(changelogText(name, version)));
  }
  const control: RawEntry[] = [
    { name: "./", type: "5", mode: "0000755\0" },
    { name: "./control", content: controlOf(name, version, architecture, made.fields ?? {}) },
    ...(made.sums === false ? [] : [{ name: "./md5sums", content: sumsOf(files, made) }]),
    ...Object.entries(made.control ?? {}).map(([file, { content, mode = "0644" }]) => {
      return { name: `./${file}`, content, mode: modeField(mode) };
    }),
  ];
  const path = join(folder, `${name}_${version.replace(/^\d+:/, "")}_${architecture}.deb`);
  const data = entriesOf(files, made.without ?? []);
  writeFileSync(path, compression === ".bz2" ? bzipped(control, data) : rawDeb({ control, data, compression }));
  return path;
}

function bzipped(control: readonly RawEntry[], data: readonly RawEntry[]): Uint8Array {
  return rawAr([
    { name: "debian-binary", content: Buffer.from("2.0\n") },
    { name: "control.tar.gz", content: gzipSync(rawTar(control)) },
    { name: "data.tar.bz2", content: execFileSync("bzip2", { input: rawTar(data) }) },
  ]);
}

function controlOf(
  name: string,
  version: string,
  architecture: string,
  changes: Readonly<Record<string, string | undefined>>,
): string {
  const fields: Readonly<Record<string, string | undefined>> = {
    Package: name,
    Version: version,
    Architecture: architecture,
    Maintainer: "Jane Doe <jane@debian.org>",
    "Installed-Size": "10",
    Section: "utils",
    Priority: "optional",
    Homepage: "https://samples.debian.net/tool",
    Description:
      "portable processor of sample documents\n It reads documents of several kinds.\n .\n It prints them again.",
    ...changes,
  };
  const lines = Object.entries(fields).flatMap(([field, value]) =>
    value === undefined ? [] : [`${field}: ${value}\n`],
  );
  return lines.join("");
}

/** Names are bytes, one for each character here, as in the tar. */
function sumsOf(files: ReadonlyMap<string, FaultyFile>, { sums = {}, control = {} }: FaultyDeb): Uint8Array {
  const settings = String(control["conffiles"]?.content ?? "").split("\n");
  const right = [...files].flatMap(([path, { content, link, fifo, hardlink }]) => {
    if (path.endsWith("/") || link !== undefined || fifo === true || settings.includes(`/${path}`)) return [];
    const target = hardlink === undefined ? content : files.get(hardlink)?.content;
    return [
      [
        path,
        createHash("md5")
          .update(target ?? "")
          .digest("hex"),
      ] as const,
    ];
  });
  const all = { ...Object.fromEntries(right), ...(sums === false ? {} : sums) };
  const lines = Object.entries(all).flatMap(([path, sum]) => (sum === undefined ? [] : [`${sum}  ${path}\n`]));
  return Buffer.from(lines.join(""), "latin1");
}

function entriesOf(files: ReadonlyMap<string, FaultyFile>, without: readonly string[]): readonly RawEntry[] {
  const folders = new Set<string>();
  for (const path of files.keys()) {
    for (let folder = posix.dirname(path); folder !== "."; folder = posix.dirname(folder)) folders.add(`${folder}/`);
  }
  const all = new Map<string, FaultyFile>([
    ...[...folders].filter((folder) => !without.includes(folder)).map((folder) => [folder, {}] as const),
    ...files,
  ]);
  // A hard link stands behind its file.
  const sorted = [...all].sort(([a, { hardlink: first }], [b, { hardlink: second }]) => {
    return Number(first !== undefined) - Number(second !== undefined) || (a < b ? -1 : 1);
  });
  return [["", {}] as const, ...sorted].map(([path, file]) => entryOf(path, file));
}

function entryOf(
  path: string,
  { content = "", mode, uid = 0, user = "root", link, hardlink, fifo, time = epoch }: FaultyFile,
): RawEntry {
  const isFolder = path === "" || path.endsWith("/");
  const type = isFolder ? "5" : link === undefined ? (hardlink === undefined ? (fifo === true ? "6" : "0") : "1") : "2";
  return {
    name: Buffer.from(`./${path}`, "latin1"),
    type,
    content: type === "0" ? content : "",
    ...(link === undefined ? {} : { link }),
    ...(hardlink === undefined ? {} : { link: `./${hardlink}` }),
    user,
    mode: modeField(mode ?? (link !== undefined ? "0777" : isFolder ? "0755" : "0644")),
    uid: `${uid.toString(8).padStart(7, "0")}\0`,
    mtime: `${time.toString(8).padStart(11, "0")}\0`,
  };
}

function modeField(mode: string): string {
  return `${mode.padStart(7, "0")}\0`;
}

/** A program made by gcc with these options, stripped unless told otherwise. */
export function compiled(folder: string, name: string, options: readonly string[], strip = true): Uint8Array {
  const path = join(folder, name);
  const source = join(folder, `${name}.c`);
  const isLibrary = options.includes("-shared");
  writeFileSync(
    source,
    isLibrary
      ? '#include <stdio.h>\nint shown(void) { return puts("library"); }\n'
      : '#include <stdio.h>\nint main(void) { return puts("program") < 0; }\n',
  );
  execFileSync("gcc", ["-O2", ...options, ...(strip ? ["-s"] : []), "-o", path, source]);
  return readFileSync(path);
}
