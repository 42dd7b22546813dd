/**
 * Our Packages beside those of the two programs that everybody's are made by: over packages of Debian's archive, over
 * one of them packed in all ways, and over control files that nobody would write. Where the two differ from each other
 * (names in another order or case, white space at the end of lines), apt-ftparchive's is what we write.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { stanzaField } from "../../src/formats/index-stanzas.ts";
import { debianPackages } from "../apt/debian-packages.ts";
import { oddPackages } from "../apt/odd-packages.ts";
import { trialRepository, type TrialRepository } from "../apt/trial-repository.ts";
import { describeWith } from "../requires.ts";

const programs = ["apt-get", "apt-cache", "apt-ftparchive", "dpkg-scanpackages", "dpkg-deb", "xz", "zstd"];
const architecture = process.arch === "arm64" ? "arm64" : "amd64";

let folder: string;
let repository: TrialRepository;
let ours: string;

/** One package of the archive in every way that a .deb can be packed, and not packed at all. */
function repacked(from: string): readonly string[] {
  const tree = join(folder, "repacked");
  execFileSync("dpkg-deb", ["-R", from, tree]);
  const control = readFileSync(join(tree, "DEBIAN/control"), "latin1");
  return ["gzip", "xz", "zstd", "none"].map((compression) => {
    writeFileSync(join(tree, "DEBIAN/control"), control.replace(/^(Version: .*)$/m, `$1+${compression}`), "latin1");
    const file = join(folder, `${compression}.deb`);
    execFileSync("dpkg-deb", [`-Z${compression}`, "--root-owner-group", "-b", tree, file], { stdio: "ignore" });
    return file;
  });
}

function run(program: string, words: readonly string[]): string {
  return execFileSync(program, words, {
    cwd: repository.folder,
    encoding: "latin1",
    stdio: ["ignore", "pipe", "ignore"],
    maxBuffer: 2 ** 28,
  });
}

/** Stanzas by the path of their package. */
function byFile(index: string): ReadonlyMap<string, string> {
  const stanzas = index.split(/\n\n+/).filter((stanza) => stanza !== "");
  return new Map(stanzas.map((stanza) => [stanzaField(stanza, "Filename") ?? "", stanza]));
}

/** What the programs agree on: fields whose names have any case, in any order; lines without what is blank at their ends. */
function loosely(stanza: string): Readonly<Record<string, string>> {
  const fields = stanza.split(/\n(?![ \t])/).map((field) => {
    const [, name = "", value = ""] = /^([^:]+):([^]*)$/.exec(field) ?? [];
    const [first = "", ...rest] = value.split("\n").map((line) => line.replace(/[ \t\r]+$/, ""));
    return [name.toLowerCase(), [first.trimStart(), ...rest].join("\n")] as const;
  });
  return Object.fromEntries(fields);
}

describeWith(programs, "Packages", () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "ggen-release-stanzas-"));
    mkdirSync(join(folder, "archive"));
    repository = await trialRepository(join(folder, "archive"));
    const packages = debianPackages();
    const [small = ""] = packages;
    await repository.add([...packages, ...repacked(small), ...oddPackages(folder)]);
    ours = readFileSync(join(repository.folder, `dists/stable/main/binary-${architecture}/Packages`), "latin1");
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("holds 200 packages of Debian's archive and more, in every compression", () => {
    const names = [...byFile(ours).values()].map((stanza) => stanzaField(stanza, "Version") ?? "");
    expect(names.length).toBeGreaterThan(200);
    for (const compression of ["gzip", "xz", "zstd", "none"]) {
      expect(names.filter((version) => version.endsWith(`+${compression}`))).toHaveLength(1);
    }
  });

  it("is byte for byte what apt-ftparchive writes of each package", () => {
    const others = ["MD5", "SHA1", "SHA512"].flatMap((sum) => ["-o", `APT::FTPArchive::${sum}=false`]);
    const theirs = byFile(run("apt-ftparchive", [...others, "packages", "pool"]));
    const mine = byFile(ours);
    expect([...mine.keys()].sort()).toEqual([...theirs.keys()].sort());
    const different = [...mine].filter(([file, stanza]) => stanza !== theirs.get(file));
    expect(different.map(([file, stanza]) => ({ file, ours: stanza, theirs: theirs.get(file) }))).toEqual([]);
  });

  it("says of each package, field for field, what dpkg-scanpackages says", () => {
    const theirs = byFile(run("dpkg-scanpackages", ["--multiversion", "--hash", "sha256", "pool"]));
    const mine = byFile(ours);
    expect([...mine.keys()].sort()).toEqual([...theirs.keys()].sort());
    for (const [file, stanza] of mine) expect(loosely(stanza)).toEqual(loosely(theirs.get(file) ?? ""));
  });
});
