/** Archives as users unpack them: GNU tar, bsdtar, busybox, unzip and Python get every name and byte, and git the same tree. */
import { execFileSync, spawnSync } from "node:child_process";
import {
  createWriteStream,
  ftruncateSync,
  mkdirSync,
  openSync,
  closeSync,
  readdirSync,
  readFileSync,
  statSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { describe, expect, it } from "vitest";
import { gitCli } from "../../src/adapters/git-cli.ts";
import { archiveEntries, type ArchiveEntry, type ArchiveFile } from "../../src/engines/archive/entry.ts";
import { writeTar } from "../../src/engines/archive/tar.ts";
import { writeZip } from "../../src/engines/archive/zip.ts";
import { gzip } from "../../src/formats/gzip.ts";
import type { Bytes } from "../../src/ports/files.ts";
import { source } from "../../src/steps/package/source.ts";
import { describeWith } from "../requires.ts";
import { sampleEpoch, sampleProject, SampleInputs } from "../sample-package.ts";
import { realPorts, scratchFolder } from "../scratch.ts";

/** bsdtar composes the names of a zip where the locale is UTF-8, whoever made the archive. */
const decomposed = "tool/e\u0301 decomposed";
/** Names that some format cannot hold without help. */
const windowsNames = [
  "tool/plain",
  "tool/empty",
  "tool/-rf",
  "tool/ lead",
  "tool/it's",
  decomposed,
  "tool/\u00e9 composed",
  "tool/😀 emoji",
  `tool/${"n".repeat(120)}`,
  `tool/${"é".repeat(100)}`,
  `tool/${"d".repeat(90)}/${"e".repeat(60)}/f`,
  `tool/${"d".repeat(150)}/${"e".repeat(150)}/${"f".repeat(150)}`,
  `tool/${"😀".repeat(30)}/${"e".repeat(150)}/${"é".repeat(100)}`,
];
const names = [...windowsNames, "tool/tab\there", 'tool/"quotes"', "tool/a:b", "tool/$(id)", "tool/*?"];

const contentOf = (path: string): string => (path.endsWith("empty") ? "" : `content of ${path}`);

function entriesOf(paths: readonly string[]): readonly ArchiveEntry[] {
  return archiveEntries(
    paths.map((path): ArchiveFile => {
      const content = Buffer.from(contentOf(path));
      return { path, executable: path.endsWith("plain"), size: content.length, open: () => once(content) };
    }),
  );
}

async function* once(content: Uint8Array): Bytes {
  yield content;
}

/** Everything below a folder: path → content, and mode of what is not 0644. */
function unpacked(folder: string, prefix = ""): Map<string, string> {
  const found = new Map<string, string>();
  for (const entry of readdirSync(join(folder, prefix), { withFileTypes: true })) {
    const path = prefix === "" ? entry.name : `${prefix}/${entry.name}`;
    if (entry.isDirectory()) for (const [name, content] of unpacked(folder, path)) found.set(name, content);
    else found.set(path, readFileSync(join(folder, path), "utf8"));
  }
  return found;
}

const expected = (paths: readonly string[]): Map<string, string> =>
  new Map(paths.toSorted().map((path) => [path, contentOf(path)]));
const sorted = (found: Map<string, string>): Map<string, string> =>
  new Map([...found].toSorted(([a], [b]) => (a < b ? -1 : 1)));

const unpackers: readonly (readonly [string, string, (archive: string) => readonly string[]])[] = [
  ["GNU tar", "tar", (archive) => ["--extract", "--gzip", `--file=${archive}`]],
  ["bsdtar", "bsdtar", (archive) => ["-xf", archive]],
  ["busybox tar", "busybox", (archive) => ["tar", "xzf", archive]],
  [
    "Python's tarfile",
    "python3",
    (archive) => ["-c", "import sys,tarfile; tarfile.open(sys.argv[1]).extractall()", archive],
  ],
];

describe("a .tar.gz", () => {
  for (const [name, program, arguments_] of unpackers) {
    describeWith([program], name, () => {
      it.each(["C", "C.UTF-8"])("unpacks every name and byte in the locale %s", async (locale) => {
        const folder = await scratchFolder();
        const archive = join(folder, "a.tar.gz");
        await pipeline(gzip(writeTar(entriesOf(names), sampleEpoch)), createWriteStream(archive));
        const out = join(folder, "out");
        mkdirSync(out);
        execFileSync(program, arguments_(archive), { cwd: out, env: { ...process.env, LC_ALL: locale } });
        expect(sorted(unpacked(out))).toEqual(expected(names));
        expect(statSync(join(out, "tool/plain")).mode & 0o777).toBe(0o755);
        expect(statSync(join(out, "tool/empty")).mode & 0o777).toBe(0o644);
        expect(statSync(join(out, "tool/plain")).mtimeMs).toBe(sampleEpoch * 1000);
      });
    });
  }

  for (const [name, program, arguments_] of [
    ["GNU tar", "tar", ["tvf"]],
    ["bsdtar", "bsdtar", ["tvf"]],
    ["busybox tar", "busybox", ["tar", "tvf"]],
  ] as const) {
    describeWith([program], name, () => {
      it("sees a file beyond 8 GiB and what comes after it (bad input 36)", async () => {
        const archive = join(await scratchFolder(), "big.tar");
        const size = 2 ** 33 + 1;
        await writeSparse(archive, writeTar(bigEntries(size), sampleEpoch));
        const listed = execFileSync(program, [...arguments_, archive], { encoding: "utf8" });
        expect(listed).toContain(` ${size} `);
        expect(listed).toMatch(/ z-after$/m);
      });
    });
  }
});

describe("a .zip", () => {
  for (const [name, program, arguments_] of [
    ["unzip", "unzip", (archive: string) => ["-q", archive]],
    ["bsdtar", "bsdtar", (archive: string) => ["-xf", archive]],
    [
      "Python's zipfile",
      "python3",
      (archive: string) => ["-c", "import sys,zipfile; zipfile.ZipFile(sys.argv[1]).extractall()", archive],
    ],
  ] as const) {
    describeWith([program], name, () => {
      it("unpacks every name and byte", async () => {
        const folder = await scratchFolder();
        const archive = join(folder, "a.zip");
        const paths = program === "bsdtar" ? windowsNames.filter((path) => path !== decomposed) : windowsNames;
        await pipeline(writeZip(entriesOf(paths), sampleEpoch), createWriteStream(archive));
        const out = join(folder, "out");
        mkdirSync(out);
        execFileSync(program, arguments_(archive), { cwd: out, env: { ...process.env, LC_ALL: "C.UTF-8", TZ: "UTC" } });
        expect(sorted(unpacked(out))).toEqual(expected(paths));
        // Python's extractall knows neither modes nor times.
        if (program === "python3") return;
        expect(statSync(join(out, "tool/plain")).mode & 0o777).toBe(0o755);
        expect(statSync(join(out, "tool/empty")).mode & 0o777).toBe(0o644);
        expect(statSync(join(out, "tool/plain")).mtimeMs).toBe(sampleEpoch * 1000);
      });
    });
  }

  describeWith(["python3"], "Python's zipfile", () => {
    it.each([
      [0, "1980-01-01 00:00:00"],
      [sampleEpoch + 1, "2025-12-20 00:00:00"],
      [0xffff_ffff, "2043-12-31 23:59:58"],
    ])("reads %d seconds as %s, whatever the zone", async (epoch, time) => {
      const archive = join(await scratchFolder(), "a.zip");
      await pipeline(writeZip(entriesOf(["a"]), epoch), createWriteStream(archive));
      const program =
        "import sys,zipfile; print('%d-%02d-%02d %02d:%02d:%02d' % zipfile.ZipFile(sys.argv[1]).infolist()[0].date_time)";
      for (const zone of ["UTC", "Asia/Kathmandu"]) {
        const seen = execFileSync("python3", ["-c", program, archive], {
          env: { ...process.env, TZ: zone },
          encoding: "utf8",
        });
        expect(seen.trim()).toBe(time);
      }
    });
  });
});

describeWith(["git", "tar"], "the source archive", () => {
  it("is git archive of the tag, bit for bit, and twice the same", async () => {
    const folder = await scratchFolder();
    const git = (...words: readonly string[]): string =>
      execFileSync("git", ["-c", "user.name=T", "-c", "user.email=t@tool.dev", ...words], {
        cwd: folder,
        encoding: "utf8",
      });
    git("init", "--quiet");
    mkdirSync(join(folder, "src"));
    for (const path of ["README.md", "src/main.c", "-odd name"]) writeSample(join(folder, path));
    git("add", ".");
    git("commit", "--quiet", "--message=one");
    git("tag", "v1.2.3");
    const commit = git("rev-parse", "HEAD").trim();

    const ports = realPorts(folder);
    const repository = await gitCli(ports.processes, ports.environment, ports.files).repository(folder);
    if (repository === null) throw new Error("there is no repository");
    const project = sampleProject({ commit });
    const inputs = new SampleInputs(folder).inputs(project, (prefix) => ports.git.archive(repository, commit, prefix));
    const [planned] = source.plan(project, {});
    if (planned === undefined) throw new Error("nothing was planned");
    const files = [join(folder, "1.tar.gz"), join(folder, "2.tar.gz")];
    for (const file of files) await pipeline(await source.write(planned, {}, inputs), createWriteStream(file));

    const [first = "", second = ""] = files;
    expect(readFileSync(first)).toEqual(readFileSync(second));
    const theirs = spawnSync("git", ["archive", "--format=tar", "--prefix=tool-1.2.3/", "v1.2.3"], {
      cwd: folder,
    }).stdout;
    expect(execFileSync("gzip", ["-dc", first])).toEqual(theirs);
    expect(execFileSync("tar", ["tzf", first], { encoding: "utf8" })).toContain("tool-1.2.3/src/main.c");
  });
});

function writeSample(path: string): void {
  const handle = openSync(path, "w");
  writeSync(handle, `content of ${path}`);
  closeSync(handle);
}

const zeros = Buffer.alloc(64 * 1024 * 1024);

function bigEntries(size: number): readonly ArchiveEntry[] {
  const open = async function* (): Bytes {
    for (let left = size; left > 0; left -= zeros.length) yield left < zeros.length ? zeros.subarray(0, left) : zeros;
  };
  const after = { path: "z-after", executable: false, size: 5, open: () => once(Buffer.from("after")) };
  return archiveEntries([{ path: "big", executable: false, size, open }, after]);
}

/** Leaves holes where the zeros are, so that the file takes no room. */
async function writeSparse(path: string, bytes: Bytes): Promise<void> {
  const handle = openSync(path, "w");
  let offset = 0;
  for await (const chunk of bytes) {
    if (chunk.buffer !== zeros.buffer) writeSync(handle, chunk, 0, chunk.length, offset);
    offset += chunk.length;
  }
  ftruncateSync(handle, offset);
  closeSync(handle);
}
