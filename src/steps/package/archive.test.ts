import { createHash } from "node:crypto";
import { chmodSync, symlinkSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { Parser, type ReadEntry } from "tar";
import { safeParse } from "valibot";
import { describe, expect, it } from "vitest";
import { scratchFolder } from "../../../test/scratch.ts";
import { sampleBuild, sampleEpoch, sampleProject, SampleInputs } from "../../../test/sample-package.ts";
import type { Project } from "../../domain/project.ts";
import { parseVersion } from "../../domain/version.ts";
import type { Bytes } from "../../ports/files.ts";
import { binary } from "./binary.ts";
import { source } from "./source.ts";
import { tarGz } from "./tar-gz.ts";
import { zip } from "./zip.ts";

const wrapped = { "wrap-in-folder": true };
const four = sampleProject({
  builds: [sampleBuild(["x86_64-linux-gnu", "aarch64-linux-musl", "aarch64-darwin", "x86_64-windows"])],
});

const filesOf = (planned: readonly { readonly file: string }[]): readonly string[] => planned.map(({ file }) => file);

describe("the plan of archives", () => {
  it("gives Windows a zip and the others a tar.gz", () => {
    expect(tarGz.defaults(four)).toEqual(wrapped);
    expect(zip.defaults(four)).toEqual(wrapped);
    expect(filesOf(tarGz.plan(four, wrapped))).toEqual([
      "tool-1.2.3-x86_64-linux-gnu.tar.gz",
      "tool-1.2.3-aarch64-linux-musl.tar.gz",
      "tool-1.2.3-aarch64-darwin.tar.gz",
    ]);
    expect(zip.plan(four, wrapped)).toEqual([
      {
        id: "zip:x86_64-windows",
        kind: "archive",
        format: "zip",
        file: "tool-1.2.3-x86_64-windows.zip",
        target: "x86_64-windows",
        from: ["go:x86_64-windows"],
      },
    ]);
  });

  it("makes no zip for a project without Windows unless it is asked for by name", () => {
    expect(zip.defaults(sampleProject())).toBeNull();
    expect(filesOf(zip.plan(sampleProject(), wrapped))).toEqual(["tool-1.2.3-x86_64-linux-gnu.zip"]);
  });

  it("follows the systems that the configuration names", () => {
    expect(filesOf(zip.plan(four, { ...wrapped, systems: ["darwin", "windows"] }))).toEqual([
      "tool-1.2.3-aarch64-darwin.zip",
      "tool-1.2.3-x86_64-windows.zip",
    ]);
  });

  it("refuses systems that nothing is built for", () => {
    expect(() => zip.plan(sampleProject(), { ...wrapped, systems: ["windows"] })).toThrow(
      expect.objectContaining({ code: "CONFIG_INVALID" }),
    );
  });

  it("puts what several builds make for one target into one archive", () => {
    const project = sampleProject({
      builds: [
        sampleBuild(["x86_64-linux-gnu", "aarch64-linux-gnu"], ["tool", "toolctl"], "go"),
        sampleBuild(["x86_64-linux-gnu"], ["helper"], "rust"),
      ],
    });
    expect(tarGz.plan(project, wrapped).map(({ id, from }) => [id, from])).toEqual([
      ["tar.gz:x86_64-linux-gnu", ["go:x86_64-linux-gnu", "rust:x86_64-linux-gnu"]],
      ["tar.gz:aarch64-linux-gnu", ["go:aarch64-linux-gnu"]],
    ]);
  });

  it("refuses two builds that make one program for one target", () => {
    const project = sampleProject({
      builds: [sampleBuild(["x86_64-linux"], ["tool"], "a"), sampleBuild(["x86_64-linux"], ["tool"], "b")],
    });
    for (const packager of [tarGz, binary]) {
      expect(() => packager.plan(project, wrapped as never)).toThrow(
        expect.objectContaining({ code: "PACKAGE_PATH_DUPLICATE" }),
      );
    }
  });

  it("knows no other keys", () => {
    expect(safeParse(tarGz.section, {})).toMatchObject({ success: true, output: wrapped });
    expect(safeParse(tarGz.section, { wrap: true }).success).toBe(false);
    expect(safeParse(tarGz.section, { systems: ["plan9"] }).success).toBe(false);
    expect(safeParse(binary.section, { level: 9 }).success).toBe(false);
  });
});

describe("the plan of bare binaries", () => {
  it("names the program, the version and what it runs on; glibc goes without saying", () => {
    expect(filesOf(binary.plan(four, {}))).toEqual([
      "tool-1.2.3-x86_64-linux",
      "tool-1.2.3-aarch64-linux-musl",
      "tool-1.2.3-aarch64-darwin",
      "tool-1.2.3-x86_64-windows.exe",
    ]);
  });

  it("has one file for each program", () => {
    const project = sampleProject({ builds: [sampleBuild(["x86_64-linux"], ["tool", "toolctl"])] });
    expect(binary.plan(project, {}).map(({ id, file }) => [id, file])).toEqual([
      ["binary:x86_64-linux:tool", "tool-1.2.3-x86_64-linux"],
      ["binary:x86_64-linux:toolctl", "toolctl-1.2.3-x86_64-linux"],
    ]);
  });
});

describe("a bare binary", () => {
  it("is the built file, the right one of several", async () => {
    const project = sampleProject({ builds: [sampleBuild(["x86_64-windows"], ["tool", "toolctl"])] });
    const inputs = new SampleInputs(await scratchFolder())
      .binary("go:x86_64-windows", "tool.exe")
      .binary("go:x86_64-windows", "toolctl.exe")
      .inputs(project);
    const contents = [];
    for (const planned of binary.plan(project, {})) contents.push(await textOf(binary.write(planned, {}, inputs)));
    expect(contents).toEqual(["program tool.exe", "program toolctl.exe"]);
  });

  it("is refused when the build did not make it", async () => {
    const inputs = new SampleInputs(await scratchFolder())
      .binary("go:x86_64-linux-gnu", "other")
      .inputs(sampleProject());
    const [planned] = binary.plan(sampleProject(), {});
    if (planned === undefined) throw new Error("nothing was planned");
    await expect(binary.write(planned, {}, inputs)).rejects.toThrow(
      expect.objectContaining({ code: "BUILD_OUTPUT_MISSING", message: expect.stringContaining("other") as string }),
    );
  });
});

describe("an archive", () => {
  const standard = (folder: string): SampleInputs =>
    new SampleInputs(folder)
      .binary("go:x86_64-linux-gnu", "tool")
      .document("document", "README.md")
      .document("license", "LICENSE")
      .document("man", "doc/tool.1")
      .document("completion", "printed/bash", "bash")
      .document("completion", "printed/zsh", "zsh")
      .document("completion", "printed/fish", "fish");

  it("holds programs and documents in one folder, by fixed mode, owner and time", async () => {
    const inputs = standard(await scratchFolder()).inputs(sampleProject());
    expect(await entriesOf(sampleProject(), wrapped, inputs)).toEqual(
      [
        "drwxr-xr-x tool-1.2.3-x86_64-linux-gnu/",
        "-rw-r--r-- tool-1.2.3-x86_64-linux-gnu/LICENSE",
        "-rw-r--r-- tool-1.2.3-x86_64-linux-gnu/README.md",
        "drwxr-xr-x tool-1.2.3-x86_64-linux-gnu/completions/",
        "-rw-r--r-- tool-1.2.3-x86_64-linux-gnu/completions/_tool",
        "-rw-r--r-- tool-1.2.3-x86_64-linux-gnu/completions/tool.bash",
        "-rw-r--r-- tool-1.2.3-x86_64-linux-gnu/completions/tool.fish",
        "drwxr-xr-x tool-1.2.3-x86_64-linux-gnu/man/",
        "-rw-r--r-- tool-1.2.3-x86_64-linux-gnu/man/tool.1",
        "-rwxr-xr-x tool-1.2.3-x86_64-linux-gnu/tool",
      ].map((line) => `${line} 0:0 ${sampleEpoch}`),
    );
  });

  it("holds them without a folder where the configuration says so", async () => {
    const inputs = standard(await scratchFolder()).inputs(sampleProject());
    const entries = await entriesOf(sampleProject(), { "wrap-in-folder": false }, inputs);
    expect(entries.map((line) => line.split(" ")[1])).toContain("tool");
  });

  it("has the same bytes from another folder with other modes and times", async () => {
    const [planned] = tarGz.plan(sampleProject(), wrapped);
    if (planned === undefined) throw new Error("nothing was planned");
    const digests = [];
    for (const mode of [0o755, 0o700, 0o777]) {
      const folder = await scratchFolder();
      const inputs = standard(folder).inputs(sampleProject());
      chmodSync(join(folder, "README.md"), mode);
      digests.push(await digestOf(tarGz.write(planned, wrapped, inputs)));
    }
    expect(new Set(digests).size).toBe(1);
  });

  it("is refused for two documents of one name", async () => {
    const inputs = standard(await scratchFolder())
      .document("document", "other/README.md")
      .inputs(sampleProject());
    await expect(entriesOf(sampleProject(), wrapped, inputs)).rejects.toThrow(
      expect.objectContaining({ code: "PACKAGE_PATH_DUPLICATE" }),
    );
  });

  it("is refused for a name with a newline, and for a link out of the tree", async () => {
    const folder = await scratchFolder();
    const newline = new SampleInputs(folder)
      .binary("go:x86_64-linux-gnu", "tool")
      .document("document", "a\nb")
      .inputs(sampleProject());
    await expect(entriesOf(sampleProject(), wrapped, newline)).rejects.toThrow(
      expect.objectContaining({ code: "PACKAGE_PATH_INVALID" }),
    );
    const link = new SampleInputs(folder)
      .binary("go:x86_64-linux-gnu", "tool")
      .document("document", "NOTES")
      .inputs(sampleProject());
    unlinkSync(join(folder, "NOTES"));
    symlinkSync("/etc/passwd", join(folder, "NOTES"));
    await expect(entriesOf(sampleProject(), wrapped, link)).rejects.toThrow(
      expect.objectContaining({ code: "PACKAGE_PATH_INVALID" }),
    );
  });

  it.each([
    ["is setuid", 0o4755, "PACKAGE_MODE_UNSAFE"],
    ["may not be run", 0o644, "BINARY_NOT_EXECUTABLE"],
  ])("is refused for a program that %s", async (_, mode, code) => {
    const inputs = new SampleInputs(await scratchFolder())
      .binary("go:x86_64-linux-gnu", "tool", { mode })
      .inputs(sampleProject());
    await expect(entriesOf(sampleProject(), wrapped, inputs)).rejects.toThrow(expect.objectContaining({ code }));
  });
});

describe("the source archive", () => {
  it("is what git archive writes, under one folder, for every target the same", async () => {
    const project = sampleProject({ version: parseVersion("1.2.3-rc.1") });
    const [planned, ...others] = source.plan(project, {});
    expect(planned).toEqual({
      id: "source",
      kind: "source",
      format: "source",
      file: "tool-1.2.3-rc.1-source.tar.gz",
      from: [],
    });
    expect(others).toEqual([]);
    if (planned === undefined) throw new Error("nothing was planned");
    const archive = async function* (prefix: string): Bytes {
      yield Buffer.from(`tree under ${prefix}`);
    };
    const inputs = new SampleInputs(await scratchFolder()).inputs(project, archive);
    const written = await bytesOf(await source.write(planned, {}, inputs));
    expect(new TextDecoder().decode(gunzipSync(written))).toBe("tree under tool-1.2.3-rc.1/");
  });
});

async function entriesOf(
  project: Project,
  section: typeof wrapped,
  inputs: ReturnType<SampleInputs["inputs"]>,
): Promise<readonly string[]> {
  const [planned] = tarGz.plan(project, section);
  if (planned === undefined) throw new Error("nothing was planned");
  const bytes = await bytesOf(await tarGz.write(planned, section, inputs));
  const lines: string[] = [];
  const reader = new Parser({
    onReadEntry: (entry) => {
      lines.push(lineOf(entry));
      entry.resume();
    },
  });
  const end = new Promise((resolve) => reader.on("end", () => resolve(undefined)));
  reader.end(bytes);
  await end;
  return lines;
}

function lineOf({ type, mode = 0, path, uid, gid, mtime }: ReadEntry): string {
  const rights = [6, 3, 0].map(
    (shift) => ["---", "--x", "-w-", "-wx", "r--", "r-x", "rw-", "rwx"][(mode >> shift) & 7],
  );
  return `${type === "Directory" ? "d" : "-"}${rights.join("")} ${path} ${uid}:${gid} ${Number(mtime) / 1000}`;
}

async function bytesOf(stream: Bytes): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function textOf(stream: Promise<Bytes>): Promise<string> {
  return (await bytesOf(await stream)).toString();
}

async function digestOf(stream: Promise<Bytes>): Promise<string> {
  return createHash("sha256")
    .update(await bytesOf(await stream))
    .digest("hex");
}
