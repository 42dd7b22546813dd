/** `deb inspect` and `deb compare` as people and scripts call them, on packages that nobody should trust. */
import { readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { DebComparison } from "../../src/operations/deb-compare.ts";
import { runCommand, type CommandRun } from "../cli.ts";
import { plainControl, plainData, rawDeb, type RawDeb } from "../deb-bytes.ts";
import { scratchFolder } from "../scratch.ts";

async function folderWith(packages: Readonly<Record<string, RawDeb>>): Promise<string> {
  const folder = await scratchFolder("deb-commands");
  for (const [name, made] of Object.entries(packages)) writeFileSync(join(folder, name), rawDeb(made));
  return folder;
}

function resultOf({ events }: CommandRun): unknown {
  const event = events.find(({ type }) => type === "result");
  if (event?.type !== "result") throw new Error("no result");
  return event.result;
}

const hostile: RawDeb = {
  control: [
    { name: "./control", content: `${plainControl} \x1b]0;owned\x07 \u202etxt.exe \u009b31m\nX-Own: a\rb\n` },
    { name: "./postinst", content: "#!/bin/sh\necho \x1b[2J\n", mode: "0000755\0" },
    { name: "./conffiles", content: "/etc/\x1b[31m\n" },
  ],
  data: [
    ...plainData,
    { name: "./usr/sample", content: "again\n" },
    { name: "./usr/\x1b[31mred", mode: "0004755\0" },
    { name: "./usr/up", type: "2", link: "../../etc/\x1b[1m" },
    { name: "./usr/null", type: "3", mode: "0000666\0" },
    { name: "./usr/\xff\xfe" },
  ],
};

describe("deb inspect", () => {
  it("shows fields, members, scripts and the tree, and escapes what a terminal would act on", async () => {
    const folder = await folderWith({ "hostile.deb": hostile });
    const { exit, stdout, stderr } = await runCommand(folder, ["deb", "inspect", "--verbose", "hostile.deb"]);
    expect([exit, stderr]).toEqual([0, ""]);
    expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    for (const shown of [
      " \\u{1b}]0;owned\\u{7} \\u{202e}txt.exe \\u{9b}31m",
      "X-Own: a\\u{d}b",
      "postinst   0755     20  #!/bin/sh",
      "  echo \\u{1b}[2J",
      "  /etc/\\u{1b}[31m",
      "control.tar.gz",
      "/usr/up -> ../../etc/\\u{1b}[1m",
      "/usr/sample is there twice",
      "/usr/up points out of the root",
      "/usr/null is a character device",
      "red is setuid",
      "sample 1.0-1 for all",
    ]) {
      expect(stdout).toContain(shown);
    }
  });

  it("gives the same as JSON, through a link, and leaves nothing on the disk", async () => {
    const folder = await folderWith({ "sample.deb": {} });
    symlinkSync("sample.deb", join(folder, "latest.deb"));
    const run = await runCommand(folder, ["deb", "inspect", "--json", "latest.deb"]);
    expect(run.exit).toBe(0);
    expect(resultOf(run)).toMatchObject({
      package: "sample",
      entries: 3,
      unpacked: 8,
      members: [
        { name: "control.tar.gz", compression: "gz" },
        { name: "data.tar.gz", compression: "gz" },
      ],
      tree: [
        { kind: "folder", path: "/" },
        { kind: "folder", path: "/usr", mode: "0755", owner: "root:root" },
        { kind: "file", path: "/usr/sample", mode: "0644", size: 8 },
      ],
      oddities: [],
    });
    expect(readdirSync(folder).sort()).toEqual(["latest.deb", "sample.deb"]);
  });

  it.each<readonly [why: string, made: RawDeb, code: string]>([
    ["dpkg refuses", { version: "3.0\n" }, "DEB_MALFORMED"],
    ["writes outside", { data: [{ name: "../../etc/passwd" }] }, "DEB_AMBIGUOUS"],
    ["unpacks to a bomb", { control: [{ name: "control", content: Buffer.alloc(2 ** 25) }] }, "DEB_TOO_LARGE"],
  ])("refuses what %s with its code and exit 3", async (_, made, code) => {
    const folder = await folderWith({ "bad.deb": made });
    const run = await runCommand(folder, ["deb", "inspect", "--json", "bad.deb"]);
    expect(run.exit).toBe(3);
    expect(run.events.find(({ type }) => type === "failed")).toMatchObject({ code });
  });

  it("says what is not there", async () => {
    const run = await runCommand(await folderWith({}), ["deb", "inspect", "--json", "none.deb"]);
    expect(run.events.find(({ type }) => type === "failed")).toMatchObject({ code: "FILE_MISSING" });
  });
});

describe("deb compare", () => {
  it("finds nothing between two packages that hold the same, packed in two ways or in one", async () => {
    const folder = await folderWith({ "a.deb": {}, "b.deb": {} });
    const same = await runCommand(folder, ["deb", "compare", "a.deb", "b.deb"]);
    expect([same.exit, same.stdout.trim()]).toEqual([0, "The files are the same, byte by byte."]);
    writeFileSync(join(folder, "b.deb"), Buffer.concat([rawDeb(), Buffer.from("\n")]));
    const other = await runCommand(folder, ["deb", "compare", "a.deb", "b.deb"]);
    expect([other.exit, other.stdout.trim()]).toEqual([0, "The packages hold the same; their bytes differ."]);
  });

  it("names each field, script, compression and file that differs, and exits with 3", async () => {
    const folder = await folderWith({
      "a.deb": {
        control: [
          { name: "control", content: plainControl },
          { name: "preinst", content: "#!/bin/sh\n" },
        ],
      },
      "b.deb": {
        compression: ".zst",
        control: [
          { name: "control", content: `${plainControl.replace("1.0-1", "1.0-2")}Section: utils\n` },
          { name: "postinst", content: "#!/bin/sh\n" },
        ],
        data: [
          { name: "./", type: "5", mode: "0000755\0" },
          { name: "./usr/sample", content: "changed\n", mode: "0000755\0" },
          { name: "./usr/more\x1b[31m" },
        ],
      },
    });
    const json = await runCommand(folder, ["deb", "compare", "--json", "a.deb", "b.deb"]);
    expect(json.exit).toBe(3);
    const { differences } = resultOf(json) as DebComparison;
    expect(
      differences.map(({ part, name, change, aspects }) => [
        part,
        name,
        change,
        ...aspects.map(({ aspect }) => aspect),
      ]),
    ).toEqual([
      ["field", "section", "added"],
      ["field", "version", "changed", "value"],
      ["control file", "postinst", "added"],
      ["control file", "preinst", "removed"],
      ["member", "control.tar", "changed", "compression"],
      ["member", "data.tar", "changed", "compression"],
      ["file", "/usr", "removed"],
      ["file", "/usr/more\x1b[31m", "added"],
      ["file", "/usr/sample", "changed", "mode", "sha256"],
    ]);
    const people = await runCommand(folder, ["deb", "compare", "a.deb", "b.deb"]);
    expect(people.exit).toBe(3);
    expect(people.stdout).toContain("~ field version\n    value: 1.0-1 → 1.0-2\n");
    expect(people.stdout).toContain("+ file /usr/more\\u{1b}[31m\n");
    expect(people.stdout).toContain("    mode: 0644 → 0755\n");
  });

  it("shows times that no calendar has", async () => {
    const late = Buffer.from("800000007fffffffffffffff", "hex");
    const folder = await folderWith({
      "a.deb": { data: [{ name: "a" }] },
      "b.deb": { data: [{ name: "a", mtime: late }] },
    });
    const { exit, stdout } = await runCommand(folder, ["deb", "compare", "a.deb", "b.deb"]);
    expect([exit, stdout]).toEqual([
      3,
      expect.stringContaining("time: 1970-01-01T00:00:00.000Z → 9223372036854776000"),
    ]);
  });
});
