/** The completion scripts, in the shells that they are for. */
import { execFileSync } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { commands } from "../../src/cli/commands.ts";
import { runCommand } from "../cli.ts";
import { describeWith } from "../requires.ts";
import { scratchFolder } from "../scratch.ts";

const scripts = new Map<string, string>();
beforeAll(async () => {
  for (const shell of ["bash", "zsh", "fish"]) {
    const { exit, stdout } = await runCommand("/", ["completion", shell]);
    expect(exit).toBe(0);
    scripts.set(shell, stdout);
  }
});

/** A folder with the script of a shell, and a file that could be completed. */
async function folderWith(shell: string, name: string): Promise<string> {
  const folder = await scratchFolder("completion");
  await writeFile(join(folder, name), scripts.get(shell) ?? "");
  await mkdir(join(folder, "work"));
  await writeFile(join(folder, "work", "other.yaml"), "");
  return folder;
}

const heads = [...new Set(commands.map(({ path }) => path[0] ?? ""))];

describeWith(["bash"], "bash", () => {
  async function complete(...words: readonly string[]): Promise<readonly string[]> {
    const folder = await folderWith("bash", "script");
    const text =
      'source ../script; COMP_WORDS=(ggen-release "$@"); COMP_CWORD=$#; _ggen_release; printf "%s\\n" "${COMPREPLY[@]}"';
    const command = ["--norc", "-e", "-c", text, "bash", ...words];
    const offered = execFileSync("bash", command, { cwd: join(folder, "work"), encoding: "utf8" });
    return offered.split("\n").filter((word) => word !== "");
  }

  it("offers every command, and every second word", async () => {
    expect(await complete("")).toEqual([...heads, "help"]);
    expect(await complete("keys", "")).toEqual(["new", "list", "export"]);
    expect(await complete("version", "c")).toEqual(["check"]);
    expect(await complete("help", "ver")).toEqual(["verify", "version"]);
  });

  it("offers a command's own options, and no other's", async () => {
    expect(await complete("cut", "v1.2.3", "--")).toEqual(expect.arrayContaining(["--dry-run", "--json", "--help"]));
    expect(await complete("verify", "--")).not.toContain("--dry-run");
    expect(await complete("cut", "--dr")).toEqual(["--dry-run"]);
    expect(await complete("completion", "f")).toEqual(["fish"]);
  });

  it("leaves what stands behind an option to the completion of files", async () => {
    expect(await complete("plan", "v1.2.3", "--config", "")).toEqual([]);
    expect(await complete("plan", "-f", "o")).toEqual([]);
  });

  it("is a script that bash takes", async () => {
    const folder = await folderWith("bash", "script");
    execFileSync("bash", ["-n", join(folder, "script")], { stdio: "pipe" });
  });
});

describeWith(["zsh"], "zsh", () => {
  async function complete(...words: readonly string[]): Promise<string> {
    const folder = await folderWith("zsh", "_ggen-release");
    const text = `
      compdef() { print -r -- "announced $*" >&2 }
      _describe() { print -rl -- "\${(P@)2}" }
      _files() { print files }
      source ../_ggen-release
      words=(ggen-release "$@"); CURRENT=$#words
      _ggen-release`;
    const command = ["-f", "-c", text, "zsh", ...words];
    return execFileSync("zsh", command, {
      cwd: join(folder, "work"),
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
  }

  it("offers commands and options with what they do", async () => {
    expect(await complete("")).toContain("cut:Make the release");
    expect(await complete("keys", "")).toContain("new:Make a signing key");
    expect(await complete("cut", "v1.2.3", "")).toContain("--dry-run:Do all local work");
  });

  it("completes files behind an option that takes one", async () => {
    expect(await complete("plan", "--config", "")).toBe("files\n");
  });

  it("is a script that zsh takes, from a folder of its function path too", async () => {
    const folder = await folderWith("zsh", "_ggen-release");
    execFileSync("zsh", ["-n", join(folder, "_ggen-release")], { stdio: "pipe" });
    const text = `_describe() { print -rl -- "\${(P@)2}" }; fpath=(${folder}); autoload -Uz _ggen-release; words=(ggen-release keys ''); CURRENT=3; _ggen-release`;
    expect(execFileSync("zsh", ["-f", "-c", text], { encoding: "utf8" })).toContain("export:Print the public key");
  });
});

describeWith(["fish"], "fish", () => {
  async function complete(line: string): Promise<readonly string[]> {
    const folder = await folderWith("fish", "script.fish");
    const home = await scratchFolder("home");
    const command = ["--no-config", "-c", `source ../script.fish; complete -C '${line}'`];
    const offered = execFileSync("fish", command, {
      cwd: join(folder, "work"),
      encoding: "utf8",
      env: { ...process.env, HOME: home, XDG_CONFIG_HOME: home, XDG_DATA_HOME: home },
    });
    return offered
      .split("\n")
      .filter((entry) => entry !== "")
      .map((entry) => entry.split("\t")[0] ?? "");
  }

  it("offers every command, every second word, and no files", async () => {
    expect((await complete("ggen-release ")).toSorted()).toEqual([...heads, "help"].toSorted());
    expect((await complete("ggen-release keys ")).toSorted()).toEqual(["export", "list", "new"]);
    expect(await complete("ggen-release completion b")).toEqual(["bash"]);
  });

  it("offers options, and files behind those that take one", async () => {
    expect(await complete("ggen-release cut v1.2.3 --dr")).toEqual(["--dry-run"]);
    expect(await complete("ggen-release plan --config o")).toEqual(["other.yaml"]);
    expect(await complete("ggen-release version set --allow")).toEqual(["--allow-backport"]);
  });
});
