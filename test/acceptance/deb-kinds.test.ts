/** Packages other than that of a program on the real dpkg: for all architectures, of debug symbols, in every compression. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { debCompressions } from "../../src/engines/deb/compression.ts";
import { parseStanzas } from "../../src/formats/debian-control.ts";
import type { DebSection } from "../../src/steps/package/deb-section.ts";
import { packSamples, type Sample, sampleAbout } from "../deb-package.ts";
import { describeWith } from "../requires.ts";

const target = process.arch === "arm64" ? "aarch64-linux-gnu" : "x86_64-linux-gnu";
const work = mkdtempSync(join(tmpdir(), "ggen-release-deb-kinds-"));
afterAll(() => rmSync(work, { recursive: true, force: true }));
let count = 0;

const environment = { ...process.env, LC_ALL: "C.UTF-8", PATH: `${process.env["PATH"]}:/usr/sbin:/sbin` };

function run(program: string, args: readonly string[], cwd = work): string {
  return execFileSync(program, args, {
    cwd,
    env: environment,
    stdio: ["ignore", "pipe", "pipe"],
    maxBuffer: 64 * 1024 * 1024,
  }).toString();
}

function pack(sample: Sample): Promise<readonly string[]> {
  const folder = join(work, `packages-${count++}`);
  mkdirSync(folder);
  return packSamples({ targets: [target], ...sample }, folder);
}

/** A system in which libc6 counts as installed. */
function emptySystem(): string {
  const root = join(work, `root-${count++}`);
  for (const folder of ["info", "updates", "triggers"])
    mkdirSync(join(root, "var/lib/dpkg", folder), { recursive: true });
  writeFileSync(join(root, "var/lib/dpkg/available"), "");
  writeFileSync(join(root, "var/lib/dpkg/status"), `${run("dpkg-query", ["--status", "libc6"])}\n`);
  writeFileSync(join(root, "var/lib/dpkg/info/libc6.list"), "");
  return root;
}

const isRoot = process.getuid?.() === 0;
function dpkg(root: string, ...args: readonly string[]): string {
  const command = ["dpkg", "--root", root, ...args];
  return isRoot ? run("dpkg", command.slice(1)) : run("unshare", ["--map-root-user", ...command]);
}

function fields(file: string): Readonly<Record<string, string>> {
  const [stanza = []] = parseStanzas(run("dpkg-deb", ["--field", file]));
  return Object.fromEntries(stanza.map(([name, lines]) => [name, lines.join("\n")]));
}

function digest(file: string): string {
  return createHash("sha256").update(readFileSync(file)).digest("hex");
}

describeWith(["dpkg", "dpkg-query", "xz"], "compressions of a .deb", () => {
  const suffixes = { xz: ".xz", zstd: ".zst", gzip: ".gz", none: "" } as const;

  it.each(debCompressions)("%s is what dpkg unpacks, in both members", async (compression) => {
    const [file = ""] = await pack({ section: { compression }, tree: { "README.md": "# tool\n" } });
    const members = readFileSync(file)
      .toString("latin1")
      .match(/(?:debian-binary|(?:control|data)\.tar\S*) +[0-9]{10} /g);
    expect(members?.map((member) => member.split(" ")[0])).toEqual([
      "debian-binary",
      `control.tar${suffixes[compression]}`,
      `data.tar${suffixes[compression]}`,
    ]);
    const root = emptySystem();
    dpkg(root, "--unpack", file);
    dpkg(root, "--configure", "tool");
    expect(dpkg(root, "--verify", "tool")).toBe("");
    expect(readFileSync(join(root, "usr/bin/tool")).equals(readFileSync("/bin/true"))).toBe(true);
  });

  it.each(debCompressions)("%s gives the same bytes again", async (compression) => {
    const [one = "", other = ""] = [
      await pack({ section: { compression } }),
      await pack({ section: { compression } }),
    ].flat();
    expect(digest(one)).toBe(digest(other));
  });

  it("xz gives the same bytes on one core as on all, and whatever XZ_OPT says", () => {
    const root = join(import.meta.dirname, "../../src");
    const script = join(work, "one-core.ts");
    // Over 24 MiB, so that there is more than one block.
    writeFileSync(
      script,
      `import { createHash } from "node:crypto";
       import { collectingReporter } from ${JSON.stringify(join(root, "adapters/collecting-reporter.ts"))};
       import { nodeProcesses } from ${JSON.stringify(join(root, "adapters/node-processes.ts"))};
       import { compressMember } from ${JSON.stringify(join(root, "engines/deb/compress.ts"))};
       async function* bytes() {
         for (let megabyte = 0; megabyte < 60; megabyte++) yield Buffer.alloc(1_000_000, "block " + megabyte);
       }
       const hash = createHash("sha256");
       const job = { processes: nodeProcesses(collectingReporter()), folder: "/" };
       for await (const chunk of compressMember(bytes(), "xz", job)) hash.update(chunk);
       console.log(hash.digest("hex"));`,
    );
    const made = ["0", "0,1"].map((cores) => {
      const env = { ...environment, XZ_OPT: cores === "0" ? "-1" : "", XZ_DEFAULTS: "-T1" };
      return execFileSync("taskset", ["-c", cores, process.execPath, script], { env, encoding: "utf8" });
    });
    expect(made[0]).toMatch(/^[0-9a-f]{64}\n$/);
    expect(made[0]).toBe(made[1]);
  });

  it("xz is refused by name where the program is missing, and nothing is left behind", async () => {
    const { deb } = await import("../../src/steps/package/deb.ts");
    const { sampleInputs } = await import("../deb-package.ts");
    const folder = join(work, `missing-${count++}`);
    mkdirSync(folder);
    const inputs = sampleInputs({}, folder);
    const processes = { ...inputs.processes, find: async () => null };
    const [planned] = deb.plan(inputs.project, {});
    const bytes = await deb.write(planned as never, {}, { ...inputs, processes });
    await expect(inputs.files.write(join(folder, "out.deb"), bytes)).rejects.toThrow(/TOOL_MISSING.*xz/);
    expect(existsSync(join(folder, "out.deb"))).toBe(false);
  });
});

describeWith(["lintian", "gcc", "objcopy", "xz"], "lintian on every kind of package", () => {
  it.each(debCompressions)("has no error, compressed by %s, for program, symbols and data", async (compression) => {
    writeFileSync(join(work, `${compression}.c`), '#include <stdio.h>\nint main(void) { puts("tool"); return 0; }\n');
    run("gcc", ["-g", "-O2", "-Wl,--build-id", "-o", `linted-${compression}`, `${compression}.c`]);
    const packages = await pack({
      programs: { tool: join(work, `linted-${compression}`) },
      tree: { LICENSE: "MIT License\n\nCopyright (c) 2020 Jane Doe\n", "data/a.json": "{}\n" },
      documents: [{ path: "LICENSE", role: "license" }],
      section: { compression, dbgsym: true, further: [{ name: "tool-data", files: { "data/**": "/usr/share/tool" } }] },
    });
    expect(packages).toHaveLength(3);
    const said = run("lintian", ["--fail-on", "none", "--tag-display-limit", "0", ...packages]);
    // No page was given to ship.
    const found = said.split("\n").filter((line) => /^[EW]: /.test(line) && !line.includes("no-manual-page"));
    expect(found).toEqual([]);
  });
});

describeWith(["dpkg", "dpkg-query", "lintian"], "packages for all architectures", () => {
  const license = "MIT License\n\nCopyright (c) 2020 Jane Doe\n\nPermission is hereby granted.\n";
  const section: DebSection = {
    further: [
      { name: "tool-data", summary: "data of the processor of samples", files: { "data/**": "/usr/share/tool" } },
    ],
    depends: ["tool-data"],
  };
  const sample: Sample = {
    tree: {
      LICENSE: license,
      "data/rules/a.json": "{}\n",
      "debian/tool-data.triggers": "activate-noawait tool-rules\n",
    },
    documents: [{ path: "LICENSE", role: "license" }],
    section,
  };

  it("come beside those of several architectures, from one configuration", async () => {
    const [program = "", data = ""] = await pack(sample);
    expect(fields(data)).toMatchObject({ Package: "tool-data", Architecture: "all", Version: "1.2.3" });
    expect(fields(data)["Depends"]).toBeUndefined();
    expect(fields(program)["Depends"]).toContain("tool-data");
    const root = emptySystem();
    dpkg(root, "--unpack", data, program);
    dpkg(root, "--configure", "tool-data", "tool");
    expect(readFileSync(join(root, "usr/share/tool/rules/a.json"), "utf8")).toBe("{}\n");
    expect(existsSync(join(root, "usr/share/doc/tool-data/copyright"))).toBe(true);
    expect(readFileSync(join(root, "var/lib/dpkg/info/tool-data.triggers"), "utf8")).toContain("tool-rules");
    expect(existsSync(join(root, "var/lib/dpkg/info/tool.triggers"))).toBe(false);
  });

  it("may be all there is, of scripts, without an error of lintian's", async () => {
    const files = { "tool.sh": "/usr/bin/tool", "tool.1": "/usr/share/man/man1/tool.1" };
    const only: Sample = {
      ...sample,
      tree: { ...sample.tree, "tool.sh": "#!/bin/sh\nset -e\necho tool\n" },
      section: { architecture: "all", files: { "tool.sh": files["tool.sh"] } },
    };
    const folder = join(work, `script-${count++}`);
    mkdirSync(folder);
    const [file = "", ...others] = await packSamples(only, folder, (source) =>
      run("chmod", ["+x", join(source, "tool.sh")]),
    );
    expect([basename(file), others]).toEqual(["tool_1.2.3_all.deb", []]);
    const root = emptySystem();
    dpkg(root, "--unpack", file);
    dpkg(root, "--configure", "tool");
    expect(run(join(root, "usr/bin/tool"), [])).toBe("tool\n");
    expect(run("lintian", ["--fail-on", "none", file])).not.toMatch(/^E: /m);
  });
});

describeWith(["gcc", "objcopy", "readelf", "dh_strip", "dpkg-query"], "a package of debug symbols", () => {
  let [program, symbols] = ["", ""];
  beforeAll(async () => {
    writeFileSync(join(work, "tool.c"), '#include <stdio.h>\nint main(void) { puts("tool"); return 0; }\n');
    run("gcc", ["-g", "-O2", "-Wl,--build-id", "-o", "built", "tool.c"]);
    const section = { dbgsym: true, "multi-arch": "same" } as const;
    [program = "", symbols = ""] = await pack({ programs: { tool: join(work, "built") }, section });
  });

  it("holds what the program's build id leads to, and the program its link", () => {
    const root = emptySystem();
    dpkg(root, "--unpack", program, symbols);
    dpkg(root, "--configure", "tool", "tool-dbgsym");
    const installed = join(root, "usr/bin/tool");
    const [, buildId = ""] = /Build ID: ([0-9a-f]+)/.exec(run("readelf", ["--notes", installed])) ?? [];
    const debug = join(root, "usr/lib/debug/.build-id", buildId.slice(0, 2), `${buildId.slice(2)}.debug`);
    expect(run("readelf", ["--debug-dump=info", debug])).toContain("tool.c");
    expect(run("readelf", ["--string-dump=.gnu_debuglink", installed])).toContain(basename(debug));
    expect(run("readelf", ["--sections", installed])).not.toMatch(/\.debug_info|\.symtab/);
    expect(run(installed, [])).toBe("tool\n");
    expect(statSync(installed).mode & 0o777).toBe(0o755);
    expect(readlinkSync(join(root, "usr/share/doc/tool-dbgsym"))).toBe("tool");
  });

  it("is what debhelper makes of the same program", () => {
    const folder = join(work, "debhelper");
    mkdirSync(join(folder, "debian/tool/usr/bin"), { recursive: true });
    run("cp", ["built", join(folder, "debian/tool/usr/bin/tool")]);
    writeFileSync(
      join(folder, "debian/control"),
      `Source: tool\nSection: utils\nPriority: optional\nMaintainer: ${sampleAbout.maintainer ?? ""}\nBuild-Depends: debhelper-compat (= 13)\n\nPackage: tool\nArchitecture: any\nMulti-Arch: same\nDescription: x\n`,
    );
    writeFileSync(
      join(folder, "debian/changelog"),
      "tool (1.2.3) unstable; urgency=low\n\n  * x\n\n -- J <j@debian.org>  Thu, 01 Jan 2026 00:00:00 +0000\n",
    );
    for (const tool of ["dh_strip", "dh_gencontrol", "dh_md5sums", "dh_builddeb"]) {
      run(tool, tool === "dh_builddeb" ? [`--destdir=${folder}`] : [], folder);
    }
    const architecture = process.arch === "arm64" ? "arm64" : "amd64";
    const theirs = join(folder, `tool-dbgsym_1.2.3_${architecture}.deb`);
    const names = (file: string): readonly string[] =>
      run("dpkg-deb", ["--contents", file])
        .trimEnd()
        .split("\n")
        .map((line) => `${line.slice(0, 10)} ${line.replace(/^.*? \.\//, "")}`);
    expect(names(symbols)).toEqual(names(theirs));
    const told = (file: string): unknown => ({ ...fields(file), "Installed-Size": "as of its own files" });
    expect(told(symbols)).toEqual(told(theirs));
    const debug = (file: string): string => {
      const at = join(work, `unpacked-${count++}`);
      run("dpkg-deb", ["--extract", file, at]);
      return digest(run("find", [at, "-name", "*.debug"]).trim());
    };
    expect(debug(symbols)).toBe(debug(theirs));
  });
});

describe("the changelog of a package", () => {
  it("is made of the project's CHANGELOG.md, newest first, in Debian's words", async () => {
    const markdown = `# Changelog

## [Unreleased]

## [1.2.3] - 2025-12-31

### Added
- Reads [YAML](https://yaml.org), in
  \`two\` lines
- Writes **TOML**

## [1.2.3-rc.1] - 2025-12-01
* A candidate

## 1.1.0
- Without a date

## [1.0.0] - 2025-06-01
First release.

\`\`\`
## [0.9.0] - 2025-01-01
\`\`\`
`;
    const [file = ""] = await pack({
      tree: { "CHANGELOG.md": markdown },
      section: { revision: 1, compression: "gzip" },
    });
    const at = join(work, `changelog-${count++}`);
    run("dpkg-deb", ["--extract", file, at]);
    const path = join(at, "usr/share/doc/tool/changelog.Debian.gz");
    expect(gunzipSync(readFileSync(path)).toString()).toBe(`tool (1.2.3-1) unstable; urgency=medium

  * Reads YAML, in two lines
  * Writes TOML

 -- Jane Doe <jane@debian.org>  Thu, 01 Jan 2026 00:00:00 +0000

tool (1.2.3~rc.1-1) experimental; urgency=medium

  * A candidate

 -- Jane Doe <jane@debian.org>  Mon, 01 Dec 2025 00:00:00 +0000

tool (1.0.0-1) unstable; urgency=medium

  * First release.

 -- Jane Doe <jane@debian.org>  Sun, 01 Jun 2025 00:00:00 +0000
`);
    writeFileSync(join(work, "changelog"), gunzipSync(readFileSync(path)));
    expect(run("dpkg-parsechangelog", ["-l", "changelog", "--all", "--show-field", "Version"])).toContain("1.2.3-1");
  });
});
