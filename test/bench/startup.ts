/** What a user waits for before anything happens, against a bare `node -e 0` of the same Node. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { medians, type Figure } from "./measure.ts";

const root = join(import.meta.dirname, "..", "..");
const rounds = 21;

export function startupFigures(): readonly Figure[] {
  const bundled = spawnSync("node", ["scripts/bundle.ts"], { cwd: root, stdio: ["ignore", 2, 2] });
  if (bundled.status !== 0) throw new Error("the bundle could not be made");
  const folder = smallProject();
  try {
    const program = join(root, "dist", "ggen-release.js");
    const times = medians(
      [
        { name: "node", command: ["node", "-e", "0"], cwd: folder },
        { name: "--version", command: ["node", program, "--version"], cwd: folder },
        { name: "--help", command: ["node", program, "--help"], cwd: folder },
        { name: "plan", command: ["node", program, "plan", "v1.2.3", "--ci"], cwd: folder },
      ],
      rounds,
    );
    const base = times.get("node") ?? 0;
    const figure = (name: string, limit: number): Figure => {
      const time = times.get(name) ?? 0;
      return {
        name: `${name} against node -e 0`,
        measured: time / base,
        limit,
        detail: `${time.toFixed(1)} ms against ${base.toFixed(1)} ms`,
      };
    };
    return [figure("--version", 1.25), figure("--help", 1.75), figure("plan", 3)];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A Go program of one file, committed. */
function smallProject(): string {
  const folder = mkdtempSync(join(tmpdir(), "ggen-release-bench-"));
  writeFileSync(join(folder, "go.mod"), "module github.com/owner/tool\n\ngo 1.21\n");
  writeFileSync(join(folder, "main.go"), 'package main\n\nfunc main() { println("tool 1.2.3") }\n');
  writeFileSync(join(folder, "README.md"), "# tool\n\nA tool.\n");
  writeFileSync(join(folder, "LICENSE"), "MIT License\n");
  writeFileSync(
    join(folder, "ggen-release.yaml"),
    "name: tool\nsummary: Small tool\nlicense: MIT\nmaintainer: Jane Doe <jane@tool.org>\n",
  );
  const git = (...args: readonly string[]): void =>
    void execFileSync("git", ["-c", "user.name=bench", "-c", "user.email=bench@localhost", ...args], { cwd: folder });
  git("init", "--quiet");
  git("add", "--all");
  git("commit", "--quiet", "--message", "begin");
  return folder;
}
