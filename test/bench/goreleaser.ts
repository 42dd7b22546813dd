/**
 * `cut` of a Go program for two systems and two architectures (archives, .deb, sums, formula) against goreleaser's
 * snapshot of the same, both warm. The seconds of `go` are taken off both, by a wrapper that logs them.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { medians, type Figure } from "./measure.ts";

const root = join(import.meta.dirname, "..", "..");
const tools = join(root, ".tools");
const goreleaserVersion = "v2.15.4";
const rounds = 7;

export function goreleaserFigures(): readonly Figure[] {
  const goreleaser = installed();
  const folder = mkdtempSync(join(tmpdir(), "ggen-release-bench-"));
  try {
    const sample = goSample(folder);
    const log = join(folder, "go.log");
    const env = { ...process.env, PATH: `${goWrapper(folder, log)}:${process.env["PATH"]}`, CI: "true" };
    const inGo = (): number =>
      existsSync(log)
        ? readFileSync(log, "utf8")
            .split("\n")
            .reduce((sum, line) => sum + Number(line), 0)
        : 0;
    const clear = (): void => rmSync(log, { force: true });
    const times = medians(
      [
        {
          name: "ggen-release",
          command: ["node", join(root, "dist", "ggen-release.js"), "cut", "v1.2.3", "--releases", join(folder, "ours")],
          cwd: sample,
          env,
          before: () => {
            rmSync(join(folder, "ours"), { recursive: true, force: true });
            clear();
          },
          subtract: inGo,
        },
        {
          name: "goreleaser",
          command: [goreleaser, "release", "--snapshot", "--clean"],
          cwd: sample,
          env,
          before: clear,
          subtract: inGo,
        },
      ],
      rounds,
    );
    const [ours, theirs] = [times.get("ggen-release") ?? 0, times.get("goreleaser") ?? 0];
    return [
      {
        name: `cut against goreleaser ${goreleaserVersion}`,
        measured: ours / theirs,
        limit: 1,
        detail: `${ours.toFixed(0)} ms against ${theirs.toFixed(0)} ms, go taken off both`,
      },
    ];
  } finally {
    spawnSync("chmod", ["-R", "u+w", folder]);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** goreleaser from the Go proxy, kept in .tools. */
function installed(): string {
  const bin = join(tools, "bin");
  const path = join(bin, "goreleaser");
  if (existsSync(path)) return path;
  console.error(`installing goreleaser ${goreleaserVersion} (go install)`);
  mkdirSync(bin, { recursive: true });
  execFileSync("go", ["install", `github.com/goreleaser/goreleaser/v2@${goreleaserVersion}`], {
    env: { ...process.env, GOBIN: bin },
    stdio: ["ignore", 2, 2],
  });
  return path;
}

/** A `go` that runs the real one and logs its milliseconds, one run a line. */
function goWrapper(folder: string, log: string): string {
  const bin = join(folder, "bin");
  mkdirSync(bin);
  const real = execFileSync("sh", ["-c", "command -v go"], { encoding: "utf8" }).trim();
  writeFileSync(
    join(bin, "go"),
    `#!/bin/sh\nbegun=$(date +%s%N)\n'${real}' "$@"\ncode=$?\nended=$(date +%s%N)\necho $(( (ended - begun) / 1000000 )) >> '${log}'\nexit $code\n`,
  );
  chmodSync(join(bin, "go"), 0o755);
  return bin;
}

/** A real command-line program through the Go proxy: gofumpt, with the configuration of both tools. */
function goSample(folder: string): string {
  const sample = join(folder, "sample");
  const where = JSON.parse(
    execFileSync("go", ["mod", "download", "-json", "mvdan.cc/sh/v3@v3.8.0"], { encoding: "utf8", cwd: folder }),
  ) as { Dir: string };
  execFileSync("cp", ["-r", where.Dir, sample]);
  execFileSync("chmod", ["-R", "u+w", sample]);
  writeFileSync(
    join(sample, "ggen-release.yaml"),
    `name: shfmt
summary: Shell parser and formatter
homepage: https://github.com/mvdan/sh
repository: https://github.com/mvdan/sh
license: BSD-3-Clause
maintainer: Jane Doe <jane@tool.org>
builds:
  - builder: go
    main: ./cmd/shfmt
    binaries: [shfmt]
    ldflags: -s -w -X main.version={version}
    targets: [x86_64-linux, aarch64-linux, x86_64-darwin, aarch64-darwin]
packages:
  binary: false
  source: false
  # As goreleaser does.
  deb: { compression: gzip }
`,
  );
  writeFileSync(
    join(sample, ".goreleaser.yaml"),
    `version: 2
project_name: shfmt
builds:
  - main: ./cmd/shfmt
    binary: shfmt
    env: [CGO_ENABLED=0]
    flags: [-trimpath]
    ldflags: ["-s -w -X main.version={{.Version}}"]
    goos: [linux, darwin]
    goarch: [amd64, arm64]
nfpms:
  - formats: [deb]
    maintainer: Jane Doe <jane@tool.org>
    description: Shell parser and formatter
    license: BSD-3-Clause
brews:
  - repository: { owner: mvdan, name: homebrew-tap }
    homepage: https://github.com/mvdan/sh
    description: Shell parser and formatter
`,
  );
  writeFileSync(join(sample, ".gitignore"), "dist/\n.ggen-release/\nreleases/\n");
  const git = (...args: readonly string[]): void =>
    void execFileSync("git", ["-c", "user.name=bench", "-c", "user.email=bench@localhost", ...args], { cwd: sample });
  git("init", "--quiet");
  git("remote", "add", "origin", "https://github.com/mvdan/sh.git");
  git("add", "--all");
  git("commit", "--quiet", "--message", "begin");
  git("tag", "--annotate", "--message", "v1.2.3", "v1.2.3");
  return sample;
}
