/** `deb lint` as people and scripts call it, and the tags that lintian does not have. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { nodeDecompressor } from "../../src/adapters/decompressor.ts";
import { debLint, type DebLint } from "../../src/operations/deb-lint.ts";
import { runCommand, type CommandRun } from "../cli.ts";
import { plainData, rawAr, rawDeb, rawTar } from "../deb-bytes.ts";
import { elfImage } from "../elf-image.ts";
import { type FaultyDeb, writeFaulty } from "../faulty-debs.ts";
import { realPorts, scratchFolder } from "../scratch.ts";

function resultOf({ events }: CommandRun): DebLint {
  const event = events.find(({ type }) => type === "result");
  if (event?.type !== "result") throw new Error("no result");
  return event.result as DebLint;
}

async function linted(made: FaultyDeb): Promise<readonly string[]> {
  const folder = await scratchFolder("deb-lint");
  const ports = realPorts(folder);
  const files = [writeFaulty("tool", made, folder)];
  const { packages } = await debLint({ ports, decompressor: nodeDecompressor(ports.processes) }, { files });
  return packages.flatMap(({ findings }) => findings.map(({ tag, context }) => `${tag} ${context}`.trim()));
}

const program = { content: "#!/bin/sh\nexit 0\n", mode: "0755" };

describe("deb lint", () => {
  it("says nothing of a package without faults, and ends with 0", async () => {
    const folder = await scratchFolder("deb-lint");
    writeFaulty("tool", { files: { "usr/share/tool/data": { content: "data\n" } } }, folder);
    const { exit, stdout, stderr } = await runCommand(folder, ["deb", "lint", "--strict", "tool_1.0-1_all.deb"]);
    expect([exit, stderr]).toEqual([0, ""]);
    expect(stdout.split("\n")).toEqual([
      "package             errors  warnings  notes  overridden",
      expect.stringMatching(/^─+/),
      "tool_1.0-1_all.deb       0         0      0           0",
      "",
    ]);
  });

  it("ends with 3 for errors, and with --strict for warnings too", async () => {
    const folder = await scratchFolder("deb-lint");
    writeFaulty("tool", { files: { "usr/bin/tool": program } }, folder);
    writeFaulty("bad", { files: { "opt/tool": program } }, folder);
    const exits = [];
    for (const words of [
      ["tool_1.0-1_all.deb"],
      ["--strict", "tool_1.0-1_all.deb"],
      ["tool_1.0-1_all.deb", "bad_1.0-1_all.deb"],
    ]) {
      exits.push((await runCommand(folder, ["deb", "lint", ...words])).exit);
    }
    expect(exits).toEqual([0, 3, 3]);
  });

  it("explains each tag once, below the first package that has it", async () => {
    const folder = await scratchFolder("deb-lint");
    for (const name of ["a-tool", "b-tool"])
      writeFaulty(name, { files: { "opt/x": program, "opt/y": program } }, folder);
    const { stdout } = await runCommand(folder, ["deb", "lint", "a-tool_1.0-1_all.deb", "b-tool_1.0-1_all.deb"]);
    expect(stdout.match(/^E: .*$/gm)).toEqual([
      "E: a-tool: dir-or-file-in-opt [opt/x]",
      "E: a-tool: dir-or-file-in-opt [opt/y]",
      "E: b-tool: dir-or-file-in-opt [opt/x]",
      "E: b-tool: dir-or-file-in-opt [opt/y]",
    ]);
    expect(stdout.match(/\/opt is for what is installed by hand/g)).toHaveLength(1);
  });

  it("leaves out what the package's overrides silence, and shows it with --verbose", async () => {
    const folder = await scratchFolder("deb-lint");
    const overrides = { content: "# A vendor's package.\ntool: dir-or-file-in-opt [opt/*]\n" };
    writeFaulty("tool", { files: { "opt/x": program, "usr/share/lintian/overrides/tool": overrides } }, folder);
    const silent = await runCommand(folder, ["deb", "lint", "tool_1.0-1_all.deb"]);
    expect([silent.exit, silent.stdout.includes("dir-or-file-in-opt")]).toEqual([0, false]);
    const verbose = await runCommand(folder, ["deb", "lint", "--verbose", "tool_1.0-1_all.deb"]);
    expect([verbose.exit, verbose.stdout]).toEqual([
      0,
      expect.stringContaining("O: tool: dir-or-file-in-opt [opt/x]\n"),
    ]);
  });

  it("escapes what a terminal would act on", async () => {
    const folder = await scratchFolder("deb-lint");
    const [name, text] = ["./opt/\x1b[2J", "#!/usr/local/bin/\x1b]0;owned\x07\n"];
    const data = [
      ...plainData,
      { name: "./opt/", type: "5", mode: "0000755\0" },
      { name, content: text, mode: "0000755\0" },
    ];
    writeFileSync(join(folder, "hostile.deb"), rawDeb({ data }));
    const { exit, stdout, stderr } = await runCommand(folder, ["deb", "lint", "hostile.deb"]);
    expect([exit, stderr]).toEqual([3, ""]);
    expect(stdout).toContain("dir-or-file-in-opt [opt/\\u{1b}[2J]");
    expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
  });

  it("refuses what dpkg refuses, and a file that is not there", async () => {
    const folder = await scratchFolder("deb-lint");
    writeFileSync(join(folder, "bad.deb"), rawAr([{ name: "debian-binary", content: Buffer.from("2.0\n") }]));
    const bad = await runCommand(folder, ["deb", "lint", "bad.deb"]);
    expect([bad.exit, bad.stderr]).toEqual([3, expect.stringContaining("[DEB_MALFORMED]")]);
    const gone = await runCommand(folder, ["deb", "lint", "gone.deb"]);
    expect([gone.exit, gone.stderr]).toEqual([2, expect.stringContaining("[FILE_MISSING]")]);
  });
});

describe("a tag that lintian does not have", () => {
  it("finds scripts with Windows line ends", async () => {
    const found = await linted({
      files: { "usr/bin/tool": { content: "#!/bin/sh\r\nexit 0\r\n", mode: "0755" } },
      control: { postinst: { content: "#!/bin/sh\nset -e\r\ncp a b\n", mode: "0755" } },
    });
    expect(found).toContain("crlf-in-script [usr/bin/tool]");
    expect(found).toContain("crlf-in-maintainer-script [postinst]");
  });

  it("finds what everybody may write, but not a folder with the sticky bit", async () => {
    const found = await linted({
      files: {
        "usr/share/tool/all": { content: "x", mode: "0666" },
        "var/lib/tool/drop/": { mode: "1777" },
        "var/lib/tool/open/": { mode: "0777" },
      },
    });
    expect(found.filter((line) => line.startsWith("world-writable"))).toEqual([
      "world-writable 0666 [usr/share/tool/all]",
      "world-writable 0777 [var/lib/tool/open/]",
    ]);
  });

  it("finds a link to a file that is nowhere, and none that a dependency can bring", async () => {
    const files = { "usr/bin/tool": { link: "other" }, "usr/bin/here": program, "usr/bin/fine": { link: "here" } };
    expect(await linted({ files })).toContain("dangling-symlink other [usr/bin/tool]");
    const all = [...(await linted({ files })), ...(await linted({ files, fields: { Depends: "other" } }))];
    expect(all.filter((line) => line.startsWith("dangling-symlink"))).toHaveLength(1);
  });

  it("finds paths below /bin and /lib", async () => {
    expect(await linted({ files: { "bin/tool": program } })).toContain("path-of-unmerged-usr [bin/tool]");
  });

  it("finds a path that the archive holds twice", async () => {
    const folder = await scratchFolder("deb-lint");
    writeFileSync(
      join(folder, "tool.deb"),
      rawDeb({ data: [...plainData, { name: "./usr/sample", content: "again\n" }] }),
    );
    const { packages } = resultOf(await runCommand(folder, ["deb", "lint", "--json", "tool.deb"]));
    expect(packages[0]?.findings).toContainEqual(
      expect.objectContaining({ tag: "repeated-entry", context: "[usr/sample]" }),
    );
  });

  it("finds a service that cannot be started", async () => {
    const unit = { content: "[Service]\nUser=tool\n" };
    const found = await linted({ files: { "usr/lib/systemd/system/tool.service": unit } });
    expect(found).toContain("systemd-service-not-startable [usr/lib/systemd/system/tool.service]");
  });

  it("finds a program that needs more of a library than the package's dependencies promise", async () => {
    const versions = [{ library: "libc.so.6", versions: [{ name: "GLIBC_2.34" }, { name: "GLIBC_2.2.5" }] }];
    const content = elfImage({
      needed: ["libc.so.6", "libz.so.1"],
      versions,
      interpreter: "/lib64/ld-linux-x86-64.so.2",
    });
    const made = (depends: string): FaultyDeb => ({
      architecture: "amd64",
      fields: { Depends: depends },
      files: { "usr/lib/tool/run": { content, mode: "0755" } },
    });
    const tag = "library-dependency-missing-or-too-old";
    const found = async (depends: string): Promise<readonly string[]> =>
      (await linted(made(depends))).filter((line) => line.startsWith(tag));
    expect(await found("libc6 (>= 2.34), zlib1g")).toEqual([]);
    expect(await found("libc6 (= 2.36-9), zlib1g (>= 1:1.2.0)")).toEqual([]);
    expect(await found("libc6 (>= 2.28), zlib1g")).toEqual([`${tag} needs libc6 (>= 2.34) [usr/lib/tool/run]`]);
    expect(await found("libc6 (>= 2.34)")).toEqual([`${tag} needs zlib1g [usr/lib/tool/run]`]);
  });

  it("finds a damaged program, and goes on", async () => {
    const found = await linted({
      architecture: "amd64",
      files: { "usr/bin/tool": { content: "\x7fELF\x02\x01\x01", mode: "0755" } },
    });
    expect(found.some((line) => line.startsWith("elf-not-examined "))).toBe(true);
    expect(found).toContain("no-manual-page [usr/bin/tool]");
  });

  it("finds paths of the building machine in a program", async () => {
    const content = Buffer.concat([elfImage({ needed: [] }), Buffer.from("\0/home/jane/work/tool/src/main.rs\0")]);
    const found = await linted({ architecture: "amd64", files: { "usr/lib/tool/run": { content, mode: "0755" } } });
    expect(found).toContain("build-path-in-binary /home/jane/work/tool/src/main.rs [usr/lib/tool/run]");
  });
});

it("reads data.tar once, with bounded memory, however many faults it has", async () => {
  const folder = await scratchFolder("deb-lint");
  const entries = Array.from({ length: 20_000 }, (_, index) => ({ name: `./opt/${index}`, content: "x" }));
  const tar = rawTar([{ name: "./opt/", type: "5", mode: "0000755\0" }, ...entries]);
  expect(tar.length).toBeGreaterThan(20_000_000);
  writeFileSync(
    join(folder, "many.deb"),
    rawDeb({ data: [{ name: "./opt/", type: "5", mode: "0000755\0" }, ...entries] }),
  );
  const { exit, stdout } = await runCommand(folder, ["deb", "lint", "many.deb"]);
  expect([exit, stdout.match(/dir-or-file-in-opt/g)?.length, stdout.includes("and 980 more")]).toEqual([3, 20, true]);
});

it("needs bounded time for texts that are made to take for ever", async () => {
  const commands = ["find exec ", "chown -R ", 'a="x" ', "set - - ", "echo \"a' ", "` ; & | { "].map((words) =>
    words.repeat(20_000),
  );
  const script = {
    content: ["#!/bin/sh", ...commands, ...commands.map((words) => `env ${words}`)].join("\n"),
    mode: "0755",
  };
  const started = performance.now();
  await linted({
    fields: {
      Description: `${". ".repeat(30_000)}\n${" . ".repeat(20_000)}`,
      Suggests: "a | ".repeat(20_000).concat("a"),
    },
    control: { postinst: script, preinst: script, prerm: script, postrm: script },
    files: {
      "usr/share/doc/tool/copyright": {
        content: `${"Copyright ".repeat(50_000)}${"Free Software Foundation ".repeat(20_000)}`,
      },
      "usr/share/man/man1/x.1": { content: `.TH ${" ".repeat(500_000)}` },
      "usr/lib/systemd/system/x.service": { content: `[Service]\n${" ".repeat(500_000)}x\n${"a ".repeat(200_000)}=` },
      "usr/share/lintian/overrides/tool": { content: `no-manual-page ${"*a".repeat(2000)}b\n`.repeat(200) },
      [`usr/bin/${"a".repeat(80)}`]: program,
    },
  });
  expect(performance.now() - started).toBeLessThan(30_000);
}, 120_000);
