/**
 * The real dpkg in a root of its own: packages that nobody has looked at are unpacked there, and whatever their paths
 * and links say, nothing outside of it is touched.
 */
import { execFileSync, spawn } from "node:child_process";
import { copyFileSync, existsSync, linkSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";

export interface DpkgRoot {
  /** Unpacks each into one new system; the answer holds why dpkg refused those that it refused, by path. */
  unpack(packages: readonly string[]): Promise<ReadonlyMap<string, string>>;
}

/** Everything is taken that does not depend on the package's own form: other packages, other architectures. */
const options = ["--force-all", "--no-force-bad-version", "--abort-after=1000000", "--no-triggers"];
const isRoot = process.getuid?.() === 0;

/** Copies dpkg and what it calls into `root`. Packages have to lie below it. */
export function dpkgRoot(root: string): DpkgRoot {
  for (const program of ["dpkg", "dpkg-deb", "dpkg-split", "tar", "rm", "xz"]) install(root, whereIs(program));
  const busybox = join(root, "bin/busybox");
  mkdirSync(dirname(busybox), { recursive: true });
  copyFileSync(whereIs("busybox"), busybox);
  for (const name of ["sh", "diff", "ldconfig", "start-stop-daemon"]) linkSync(busybox, join(root, "bin", name));
  for (const folder of ["etc/dpkg/dpkg.cfg.d", "tmp", "dev", "var/lib/dpkg"])
    mkdirSync(join(root, folder), { recursive: true });
  let systems = 0;
  return {
    async unpack(packages) {
      const system = `/systems/${systems++}`;
      for (const folder of ["info", "updates", "triggers"]) {
        mkdirSync(join(root, system, "var/lib/dpkg", folder), { recursive: true });
      }
      for (const file of ["status", "available"]) writeFileSync(join(root, system, "var/lib/dpkg", file), "");
      const command = ["chroot", root, "/usr/bin/dpkg", `--root=${system}`, ...options, "--unpack"];
      const inside = packages.map((path) => path.slice(root.length));
      const [program = "", ...words] = isRoot ? command : ["unshare", "--map-root-user", ...command];
      const { exit, stderr } = await ended(program, [...words, ...inside], 300);
      // Whatever it had not come to would count as unpacked.
      if (exit !== 0 && exit !== 1) throw new Error(`dpkg ended with ${exit}: ${stderr}`);
      rmSync(join(root, system), { recursive: true, force: true });
      return new Map(
        packages.flatMap((path, index) => {
          const [, reason] = stderr.split(`error processing archive ${inside[index]} (--unpack):\n`);
          return reason === undefined ? [] : [[path, reason.split(/\ndpkg: /, 1)[0]?.trim() ?? ""] as const];
        }),
      );
    },
  };
}

export interface Ended {
  /** null when the time limit ended it. */
  readonly exit: number | null;
  readonly stderr: string;
}

/** Runs to its end, at most so many seconds: dpkg-deb never ends on some streams that are cut off. */
export function ended(program: string, words: readonly string[], seconds = 10): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, {
      stdio: ["ignore", "ignore", "pipe"],
      detached: true,
      env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", LC_ALL: "C.UTF-8" },
    });
    const stderr: Buffer[] = [];
    child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
    child.on("error", reject);
    const limit = setTimeout(() => {
      if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    }, seconds * 1000);
    child.on("close", (exit) => {
      clearTimeout(limit);
      resolve({ exit, stderr: Buffer.concat(stderr).toString() });
    });
  });
}

function install(root: string, program: string): void {
  const libraries = execFileSync("ldd", [program]).toString().match(/\/\S+/g) ?? [];
  copyFileSync(program, made(join(root, "usr/bin", basename(program))));
  for (const library of libraries) {
    const place = join(root, library);
    if (!existsSync(place)) copyFileSync(library, made(place));
  }
}

function made(path: string): string {
  mkdirSync(dirname(path), { recursive: true });
  return path;
}

function whereIs(program: string): string {
  return execFileSync("sh", ["-c", `command -v ${program}`])
    .toString()
    .trim();
}
