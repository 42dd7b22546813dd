/**
 * A .deb of one Go program of 21 MB (nfpm itself) by each compression, against nfpm and dpkg-deb: CPU seconds of the whole
 * process and all that it starts, ours as the bundle that users run, and bytes of the package.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rolldown } from "rolldown";
import type { DebCompression } from "../../src/engines/deb/compression.ts";
import { median, type Figure } from "./measure.ts";

const root = join(import.meta.dirname, "..", "..");
const nfpmVersion = "v2.45.0";
const rounds = { gzip: 5, zstd: 9, xz: 3 } as const;
type Measured = keyof typeof rounds & DebCompression;

interface Maker {
  readonly name: string;
  /** Writes the package to `out`. */
  readonly command: readonly string[];
  readonly out: string;
}

export async function debFigures(): Promise<readonly Figure[]> {
  const nfpm = installedNfpm();
  const folder = mkdtempSync(join(tmpdir(), "ggen-release-bench-deb-"));
  try {
    const ours = await bundled(folder);
    const figures: Figure[] = [];
    for (const [compression, limit, smaller] of [
      ["gzip", 0.5, 1],
      ["zstd", 1, 1],
      ["xz", 1.15, 1.01],
    ] as const) {
      const peer = compression === "xz" ? dpkgDeb(folder, nfpm) : byNfpm(folder, nfpm, compression);
      figures.push(...compared(byUs(folder, ours, nfpm, compression), peer, { compression, limit, smaller }));
    }
    return figures;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Limits {
  readonly compression: Measured;
  readonly limit: number;
  readonly smaller: number;
}

function compared(own: Maker, peer: Maker, { compression, limit, smaller }: Limits): readonly Figure[] {
  const seconds = new Map<Maker, number[]>([own, peer].map((maker) => [maker, []]));
  for (let round = 0; round <= rounds[compression]; round++) {
    for (const maker of [own, peer]) {
      rmSync(maker.out, { force: true });
      const spent = cpuSeconds(maker.command);
      if (round > 0) seconds.get(maker)?.push(spent);
    }
  }
  const [ourTime, theirTime] = [own, peer].map((maker) => median(seconds.get(maker) ?? []));
  const [ourSize, theirSize] = [own, peer].map(({ out }) => statSync(out).size);
  if (ourTime === undefined || theirTime === undefined || ourSize === undefined || theirSize === undefined) return [];
  return [
    {
      name: `.deb by ${compression}: time against ${peer.name}`,
      measured: ourTime / theirTime,
      limit,
      detail: `${ourTime.toFixed(2)} s against ${theirTime.toFixed(2)} s of CPU`,
    },
    {
      name: `.deb by ${compression}: size against ${peer.name}`,
      measured: ourSize / theirSize,
      limit: smaller,
      detail: `${ourSize} bytes against ${theirSize}`,
    },
  ];
}

function byUs(folder: string, bundle: string, program: string, compression: Measured): Maker {
  const out = join(folder, `ours-${compression}`);
  mkdirSync(out);
  const architecture = process.arch === "arm64" ? "arm64" : "amd64";
  return {
    name: "ggen-release",
    command: [process.execPath, bundle, program, compression, out],
    out: join(out, `tool_1.2.3_${architecture}.deb`),
  };
}

function byNfpm(folder: string, program: string, compression: Measured): Maker {
  const config = join(folder, `nfpm-${compression}.yaml`);
  const out = join(folder, `nfpm-${compression}.deb`);
  writeFileSync(
    config,
    `name: tool\narch: amd64\nversion: 1.2.3\nmaintainer: Jane Doe <jane@tool.org>\ndescription: sample\ncontents:\n  - src: ${program}\n    dst: /usr/bin/nfpm\ndeb:\n  compression: ${compression}\n`,
  );
  return { name: `nfpm ${nfpmVersion}`, command: [program, "package", "-f", config, "-p", "deb", "-t", out], out };
}

function dpkgDeb(folder: string, program: string): Maker {
  const tree = join(folder, "tree");
  mkdirSync(join(tree, "DEBIAN"), { recursive: true });
  mkdirSync(join(tree, "usr/bin"), { recursive: true });
  copyFileSync(program, join(tree, "usr/bin/nfpm"));
  chmodSync(join(tree, "usr/bin/nfpm"), 0o755);
  writeFileSync(
    join(tree, "DEBIAN/control"),
    "Package: tool\nVersion: 1.2.3\nArchitecture: amd64\nMaintainer: Jane Doe <jane@tool.org>\nDescription: sample\n",
  );
  const out = join(folder, "dpkg.deb");
  return { name: "dpkg-deb", command: ["dpkg-deb", "--root-owner-group", "-Zxz", "--build", tree, out], out };
}

/** User and system time of a command and of its children, by the shell's own count (POSIX, `times`). */
function cpuSeconds(command: readonly string[]): number {
  const done = spawnSync("sh", ["-c", '"$@" >/dev/null 2>&1 || exit; times', "sh", ...command], { encoding: "utf8" });
  const times = [...(done.stdout.split("\n")[1] ?? "").matchAll(/([0-9]+)m([0-9.]+)s/g)];
  if (done.status !== 0 || times.length !== 2) throw new Error(`${command.join(" ")} ended with ${done.status}`);
  return times.reduce((sum, [, minutes, seconds]) => sum + Number(minutes) * 60 + Number(seconds), 0);
}

async function bundled(folder: string): Promise<string> {
  const build = await rolldown({ input: join(root, "test/bench/deb-work.ts"), platform: "node", logLevel: "silent" });
  await build.write({ dir: join(folder, "bundle"), format: "esm", minify: true, entryFileNames: "deb-work.mjs" });
  await build.close();
  return join(folder, "bundle", "deb-work.mjs");
}

/** nfpm from the Go proxy, kept in .tools. */
function installedNfpm(): string {
  const bin = join(root, ".tools", "bin");
  const path = join(bin, "nfpm");
  if (existsSync(path)) return path;
  console.error(`installing nfpm ${nfpmVersion} (go install)`);
  mkdirSync(bin, { recursive: true });
  execFileSync("go", ["install", `github.com/goreleaser/nfpm/v2/cmd/nfpm@${nfpmVersion}`], {
    env: { ...process.env, GOBIN: bin },
    stdio: ["ignore", 2, 2],
  });
  return path;
}
