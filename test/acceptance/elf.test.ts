/** The readers of executables against what others say of the same files: binutils, dpkg-shlibdeps, Go's linkers. */
import { execFileSync } from "node:child_process";
import {
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { nodeFiles } from "../../src/adapters/node-files.ts";
import { ReleaseError } from "../../src/domain/errors/index.ts";
import { parseTarget } from "../../src/domain/target.ts";
import { openBinary } from "../../src/engines/binary/open.ts";
import { deriveDepends } from "../../src/engines/deb/depends.ts";
import { compareDotted } from "../../src/formats/dotted-version.ts";
import { identify } from "../../src/formats/executable.ts";
import { isElf } from "../../src/formats/elf-layout.ts";
import { readElf, type Elf } from "../../src/formats/elf.ts";
import { inMemory } from "../../src/formats/random-access.ts";
import { inspectBinary } from "../../src/steps/build/inspect.ts";
import { describeWith } from "../requires.ts";

const folder = mkdtempSync(join(tmpdir(), "elf-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Programs and libraries of many makes: C, C++, Perl's and Python's, static ones, the C library itself. */
const ofThisMachine = [
  process.execPath,
  ..."true ls bash perl git dpkg gpg openssl xz bzip2 zstd curl tar readelf ld.gold as gdb cmake apt apt-get"
    .split(" ")
    .map((name) => `/usr/bin/${name}`),
  ...globSync("/usr/bin/python3.[0-9]*"),
  "/usr/sbin/ldconfig",
  "/usr/local/go/bin/go",
  ..."libc.so.6 libm.so.6 libstdc++.so.6 libgcc_s.so.1 libz.so.1 libcrypto.so.3"
    .split(" ")
    .flatMap((name) => globSync(`/usr/lib/*-linux-gnu/${name}`)),
  ...globSync("/usr/lib/*-linux-gnu/crt1.o"),
].filter((path) => existsSync(path) && !path.endsWith("-config"));

async function elfOf(path: string): Promise<Elf> {
  const bytes = readFileSync(path);
  return readElf(inMemory(path, bytes));
}

const output = (program: string, ...args: string[]): string =>
  execFileSync(program, args, {
    encoding: "utf8",
    maxBuffer: 1 << 30,
    env: { PATH: process.env["PATH"], LC_ALL: "C" },
    stdio: ["ignore", "pipe", "ignore"],
  });

/** Library → version names, and version → imported symbols, as binutils print them. */
function neededVersions(path: string): { versions: string[]; symbols: Set<string> } {
  const versions: string[] = [];
  let library = "";
  let inNeeds = false;
  for (const line of output("readelf", "-V", "-W", path).split("\n")) {
    if (line.startsWith("Version ")) inNeeds = line.startsWith("Version needs");
    library = /File: (\S+)/.exec(line)?.[1] ?? library;
    const [, name, flags] = /Name: (\S+)\s+Flags: (.+?)\s+Version:/.exec(line) ?? [];
    if (inNeeds && name !== undefined) versions.push(`${library} ${name} ${(flags ?? "").includes("WEAK")}`);
  }
  // Imported symbols are those whose version stands with a single @ and the number of a need in parentheses.
  const symbols = output("readelf", "--dyn-syms", "-W", path).matchAll(/ (\S+)@(\S+) \(\d+\)$/gm);
  return {
    versions: versions.sort(),
    symbols: new Set([...symbols].map(([, symbol, version]) => `${symbol}@${version}`)),
  };
}

describeWith(["readelf"], "the ELF reader and readelf", () => {
  it("have a dozen files to agree on", () => {
    expect(ofThisMachine.length).toBeGreaterThanOrEqual(12);
  });

  it.each(ofThisMachine)("agree on %s", async (path) => {
    const elf = await elfOf(path);
    const text = output("readelf", "-h", "-l", "-d", "-S", "-W", path);
    expect(`ELF${elf.bits}`).toBe(/Class:\s+(\S+)/.exec(text)?.[1]);
    expect(elf.littleEndian).toBe(/Data:\s+.*little endian/.test(text));
    expect(elf.interpreter).toBe(/program interpreter: (\S+)\]/.exec(text)?.[1]);
    expect(elf.dynamic?.needed ?? []).toEqual(
      [...text.matchAll(/\(NEEDED\)\s+Shared library: \[(.+)\]/g)].map(([, name]) => name),
    );
    expect(elf.dynamic?.soname).toBe(/\(SONAME\)\s+Library soname: \[(.+)\]/.exec(text)?.[1]);
    expect(elf.dynamic?.pie ?? false).toBe(/\(FLAGS_1\).*PIE/.test(text));
    expect(elf.stripped).toBe(!/ \.symtab\s+SYMTAB/.test(text));
    expect(elf.debug).toBe(/ \.z?debug_/.test(text));
    const machines: Readonly<Record<number, string>> = { 62: "X86-64", 183: "AArch64" };
    expect(/Machine:\s+(.+)/.exec(text)?.[1]).toContain(machines[elf.machine]);

    const theirs = neededVersions(path);
    const ours = elf.dynamic?.versions ?? [];
    expect(ours.map(({ library, version, weak }) => `${library} ${version} ${weak}`).sort()).toEqual(theirs.versions);
    expect(new Set(ours.flatMap(({ version, symbols }) => symbols.map((symbol) => `${symbol}@${version}`)))).toEqual(
      theirs.symbols,
    );
  });

  it("agree on what every program in /usr/bin needs", async () => {
    const programs = globSync("/usr/bin/*").filter(
      (path) => statSync(path, { throwIfNoEntry: false })?.isFile() === true,
    );
    const elves: string[] = [];
    const ours: string[] = [];
    for (const path of programs.sort()) {
      const { bytes } = await openBinary({ name: path, path }, nodeFiles()).catch(() => ({
        bytes: inMemory(path, new Uint8Array(0)),
      }));
      if (!isElf(await bytes.at(0, 4))) continue;
      elves.push(path);
      ours.push(`${path}: ${((await readElf(bytes)).dynamic?.needed ?? []).join(" ")}`);
    }
    const theirs = output("readelf", "-d", "-W", ...elves)
      .split(/^File: /m)
      .slice(1)
      .map(
        (part) =>
          `${part.split("\n", 1)[0]}: ${[...part.matchAll(/\(NEEDED\)\s+Shared library: \[(.+)\]/g)].map(([, name]) => name).join(" ")}`,
      );
    expect(elves.length).toBeGreaterThan(100);
    expect(ours).toEqual(theirs);
  });
});

/** What the suite's symbols file says of an imported symbol: the version of the package that brought it. */
function suiteVersions(soname: string): ReadonlyMap<string, string> {
  const read = suites.get(soname);
  if (read !== undefined) return read;
  const versions = new Map<string, string>();
  for (const file of globSync("/var/lib/dpkg/info/*.symbols")) {
    let current = "";
    for (const line of readFileSync(file, "utf8").split("\n")) {
      const [first = "", second = ""] = line.trim().split(" ");
      if (/^[^\s*|]/.test(line)) current = first;
      else if (current === soname) versions.set(first, second);
    }
  }
  suites.set(soname, versions);
  return versions;
}

const suites = new Map<string, ReadonlyMap<string, string>>();

interface Relation {
  readonly name: string;
  readonly version: string;
}

function relation(text: string): Relation {
  const [, name = "", version = "0"] = /^(\S+)(?: \(>= (?:\d+:)?([^)]+)\))?$/.exec(text.trim()) ?? [];
  return { name, version };
}

describeWith(["dpkg-shlibdeps"], "derived Depends and dpkg-shlibdeps", () => {
  const programs = [
    // A distribution's own Node is a small program beside a library that no table has.
    ...(process.execPath.startsWith("/usr/bin/") ? [] : [process.execPath]),
    ..."true perl openssl xz bzip2 groff ninja".split(" ").map((name) => `/usr/bin/${name}`),
    ...globSync(join(process.env["HOME"] ?? "/", ".rustup/toolchains/*/bin/cargo")).slice(0, 1),
    "/usr/local/go/bin/go",
  ]
    .filter((path) => existsSync(path))
    .map((path) => realpathSync(path));

  beforeAll(() => {
    mkdirSync(join(folder, "debian"));
    writeFileSync(
      join(folder, "debian/control"),
      "Source: sample\n\nPackage: sample\nArchitecture: any\nDescription: sample\n",
    );
  });

  it.each(programs)(
    "name the same packages for %s, ours never higher, and each difference is the suite's own",
    async (path) => {
      const elf = await elfOf(path);
      const ours = await deriveDepends([{ name: path, path }], nodeFiles());
      const theirs = execFileSync("dpkg-shlibdeps", ["-O", "--ignore-missing-info", path], {
        cwd: folder,
        encoding: "utf8",
        stdio: ["ignore", "pipe", "ignore"],
      })
        .replace(/^shlibs:Depends=/, "")
        .split(",")
        .map(relation)
        .filter(({ name }) => name !== "");

      const alternatives = ours.map((text) => text.split(" | ").map(relation));
      expect(alternatives).toHaveLength(theirs.length);
      for (const their of theirs) {
        const our = alternatives.flat().find(({ name }) => name === their.name);
        expect(our, `${path}: ${their.name}`).toBeDefined();
        expect(
          compareDotted(our?.version ?? "9999", their.version),
          `${path}: ${their.name} ${our?.version} > ${their.version}`,
        ).toBeLessThanOrEqual(0);
        if (!["libc6", "libstdc++6", "libgcc-s1"].includes(their.name) || our?.version === their.version) continue;
        // Higher is what this suite's symbols file says of the very symbols that we found: of those that moved from
        // libpthread and libdl to libc in 2.34, for one, though an older glibc has them too.
        const sonames =
          { libc6: /^(lib(c|m|pthread|dl|rt|util|resolv)|ld-)/, "libstdc++6": /^libstdc/, "libgcc-s1": /^libgcc/ }[
            their.name
          ] ?? /^$/;
        const minima = (elf.dynamic?.versions ?? [])
          .filter(({ library }) => sonames.test(library))
          .flatMap(({ library, version, symbols }) => {
            const known = suiteVersions(library);
            return symbols.map((symbol) => known.get(`${symbol}@${version}`) ?? "0");
          });
        expect(minima.sort(compareDotted).at(-1), `${path}: ${their.name}`).toBe(their.version);
      }
    },
  );
});

const goTargets = {
  "x86_64-linux": "linux/amd64",
  "aarch64-linux": "linux/arm64",
  "x86_64-darwin": "darwin/amd64",
  "aarch64-darwin": "darwin/arm64",
  "x86_64-windows": "windows/amd64",
};

describeWith(["go"], "what Go's linkers make", () => {
  const built = new Map<string, string>();

  beforeAll(() => {
    for (const [target, pair] of Object.entries(goTargets)) {
      const [GOOS, GOARCH] = pair.split("/");
      const path = join(folder, `test2json-${target}`);
      execFileSync("go", ["build", "-trimpath", "-o", path, "cmd/test2json"], {
        env: { ...process.env, CGO_ENABLED: "0", GOOS, GOARCH, GOFLAGS: "" },
        stdio: "pipe",
      });
      built.set(target, path);
    }
    // Without Go's cache the standard library is compiled five times.
  }, 600_000);

  const spec = { size: { min: 1000, max: 1e8 } };

  it.each(Object.keys(goTargets))("passes for %s and for no other target", async (target) => {
    const binary = { name: "test2json", path: built.get(target) ?? "" };
    for (const wanted of Object.keys(goTargets)) {
      const inspected = inspectBinary(binary, parseTarget(wanted), spec, nodeFiles());
      if (wanted === target) await expect(inspected).resolves.toMatchObject({ name: "test2json" });
      else await expect(inspected, wanted).rejects.toMatchObject({ code: "BINARY_FORMAT_WRONG" });
    }
  });

  it("passes for both libcs of its machine, since it is static and depends on nothing", async () => {
    const binary = { name: "test2json", path: built.get("x86_64-linux") ?? "" };
    for (const target of ["x86_64-linux-gnu", "x86_64-linux-musl"]) {
      await expect(
        inspectBinary(binary, parseTarget(target), { ...spec, glibc: "2.17" }, nodeFiles()),
      ).resolves.toMatchObject({ static: true });
    }
    expect(await deriveDepends([binary], nodeFiles())).toEqual([]);
  });

  it("passes as one universal program when both halves are joined", async () => {
    const halves = ["x86_64-darwin", "aarch64-darwin"].map((target) => readFileSync(built.get(target) ?? ""));
    const path = join(folder, "universal");
    writeFileSync(path, universal(halves), { mode: 0o755 });
    for (const target of ["universal-darwin", "aarch64-darwin", "x86_64-darwin"]) {
      await expect(
        inspectBinary({ name: "universal", path }, parseTarget(target), spec, nodeFiles()),
      ).resolves.toBeDefined();
    }
    const half = { name: "half", path: built.get("aarch64-darwin") ?? "" };
    await expect(inspectBinary(half, parseTarget("universal-darwin"), spec, nodeFiles())).rejects.toMatchObject({
      code: "BINARY_FORMAT_WRONG",
    });
  });

  it("cut off, is refused for what it is: damaged", async () => {
    for (const path of built.values()) {
      const bytes = readFileSync(path);
      const cut = join(folder, "cut");
      writeFileSync(cut, bytes.subarray(0, Math.floor(bytes.length / 2)), { mode: 0o755 });
      const target = [...built].find(([, other]) => other === path)?.[0] ?? "";
      await expect(
        inspectBinary({ name: "cut", path: cut }, parseTarget(target), spec, nodeFiles()),
        target,
      ).rejects.toMatchObject({ code: "BINARY_DAMAGED" });
    }
  });

  it("changed anywhere, never makes a reader throw anything but a ReleaseError", async () => {
    for (const path of [...built.values(), process.execPath].slice(0, 5).concat("/bin/true")) {
      const bytes = new Uint8Array(readFileSync(path));
      const mutation = fc.tuple(fc.oneof(fc.nat(1024), fc.nat(bytes.length - 1)), fc.integer({ min: 0, max: 255 }));
      await fc.assert(
        fc.asyncProperty(fc.array(mutation, { minLength: 1, maxLength: 8 }), async (mutations) => {
          const undone = mutations.map(([at]) => [at, bytes[at] ?? 0] as const);
          for (const [at, value] of mutations) bytes[at] = value;
          await identify(inMemory("changed", bytes)).catch((error: unknown) => {
            if (!(error instanceof ReleaseError)) throw error;
          });
          for (const [at, value] of undone.reverse()) bytes[at] = value;
        }),
        { numRuns: 300 },
      );
    }
  });
});

/** A universal file of thin ones, as `lipo -create` writes it. */
function universal(thin: readonly Buffer[]): Buffer {
  const alignment = 16_384;
  const header = Buffer.alloc(alignment);
  header.writeUInt32BE(0xcafebabe, 0);
  header.writeUInt32BE(thin.length, 4);
  const parts: Buffer[] = [header];
  let offset = alignment;
  for (const [index, slice] of thin.entries()) {
    const padded = Buffer.alloc(Math.ceil(slice.length / alignment) * alignment);
    slice.copy(padded);
    const words = [slice.readUInt32LE(4), slice.readUInt32LE(8), offset, slice.length, 14];
    for (const [word, value] of words.entries()) header.writeUInt32BE(value, 8 + index * 20 + word * 4);
    parts.push(padded);
    offset += padded.length;
  }
  return Buffer.concat(parts);
}
