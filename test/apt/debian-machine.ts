/**
 * Small Debian systems of several releases, each with its own apt, for tests of what users' machines do with a
 * repository. They are made once from the mirror of this machine's apt (root.sh), kept in the user's cache, and run by
 * bubblewrap: with /proc (apt believes itself in a chroot otherwise, where it ignores phasing), and with the network of
 * this machine, so that they reach a server on loopback.
 */
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** For describeWith. */
export const machinePrograms: readonly string[] = ["root", "mmdebstrap", "bwrap", "zstd", "flock", "apt-get"];

export type DebianRelease = "bullseye" | "bookworm" | "trixie";

export interface Ran {
  readonly exit: number | null;
  /** Both outputs, in the order in which they came. */
  readonly output: string;
}

export interface DebianMachine {
  /** Runs a program inside, as root; answers however it ended. */
  run(...command: readonly string[]): Promise<Ran>;
  /** A file inside, by absolute path. */
  write(path: string, content: string | Uint8Array): void;
  read(path: string): string;
  /** Another one in the very same state. */
  copy(): Promise<DebianMachine>;
  remove(): void;
}

/** @param repository folder that the machine sees as /srv/repo, and cannot write */
export async function debianMachine(release: DebianRelease, repository: string): Promise<DebianMachine> {
  const packed = (await demand("sh", [recipe, release, cacheFolder("roots")])).trim();
  const root = mkdtempSync(join(tmpdir(), `ggen-release-${release}-`));
  await demand("sh", ["-c", 'zstd -dc "$1" | tar --numeric-owner -xpC "$2"', "sh", packed, root]);
  return machineIn(root, repository);
}

/** Of what tests fetch or make once; other runs may be there at the same moment. */
export function cacheFolder(name: string): string {
  const folder = join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "ggen-release-tests", name);
  mkdirSync(folder, { recursive: true });
  return folder;
}

const recipe = join(dirname(fileURLToPath(import.meta.url)), "root.sh");

function machineIn(root: string, repository: string): DebianMachine {
  const inside = ["--bind", root, "/", "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/run"];
  // apt lets a user of no rights verify signatures there, and calls a file unsigned where that cannot write.
  inside.push("--perms", "1777", "--tmpfs", "/tmp", "--ro-bind", repository, "/srv/repo");
  inside.push("--unshare-pid", "--unshare-ipc", "--unshare-uts", "--die-with-parent", "--new-session", "--clearenv");
  const variables = { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", DEBIAN_FRONTEND: "noninteractive", LC_ALL: "C.UTF-8" };
  for (const [name, value] of Object.entries(variables)) inside.push("--setenv", name, value);
  return {
    run: (...command) => ran("bwrap", [...inside, "--", ...command]),
    write(path, content) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), content);
    },
    read: (path) => readFileSync(join(root, path), "utf8"),
    async copy() {
      const other = mkdtempSync(join(tmpdir(), "ggen-release-copy-"));
      await demand("cp", ["-a", `${root}/.`, other]);
      return machineIn(other, repository);
    },
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}

/** Never the blocking kind: the server that the machine asks runs in this very process. */
function ran(program: string, words: readonly string[]): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, { stdio: ["ignore", "pipe", "pipe"] });
    const parts: Buffer[] = [];
    child.stdout.on("data", (part: Buffer) => parts.push(part));
    child.stderr.on("data", (part: Buffer) => parts.push(part));
    child.on("error", reject);
    child.on("close", (exit) => resolve({ exit, output: Buffer.concat(parts).toString() }));
  });
}

async function demand(program: string, words: readonly string[]): Promise<string> {
  const { exit, output } = await ran(program, words);
  if (exit === 0) return output;
  throw new Error(`${program} ${words.join(" ")} ended with ${exit}:\n${output}`);
}
