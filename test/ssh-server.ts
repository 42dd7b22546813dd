/**
 * A real sshd on loopback for tests, out of Debian's package without installing it: no daemon of the machine is touched,
 * no key outside of a scratch folder is made or read.
 */
import { execFileSync, spawn } from "node:child_process";
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { isOnPath } from "./requires.ts";
import { freePort } from "./s3-server.ts";

const plainPrograms = ["ssh", "ssh-keygen", "apt-get", "dpkg", "flock", "tar"];
const sshPrograms = process.getuid?.() === 0 ? [...plainPrograms, "bwrap"] : plainPrograms;

const tools = join(import.meta.dirname, "..", ".tools", "openssh-server");

export interface SshServer {
  readonly port: number;
  /** `ssh://127.0.0.1:PORT` */
  readonly base: string;
  /** GGEN_RELEASE_SSH and what it needs. */
  readonly variables: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** The server, or what is missing for it, for `describeWith`: whether one starts and lets us in shows only when it is tried. */
export async function sshIfPossible(): Promise<{
  readonly server: SshServer | null;
  readonly missing: readonly string[];
}> {
  const missing = sshPrograms.filter((program) => !isOnPath(program));
  if (missing.length > 0) return { server: null, missing };
  try {
    return { server: await startSsh(), missing };
  } catch (error) {
    return { server: null, missing: [`sshd (${error instanceof Error ? error.message : String(error)})`] };
  }
}

async function startSsh(): Promise<SshServer> {
  const unpacked = unpackedServer();
  const folder = mkdtempSync(join(tmpdir(), "ggen-sshd-"));
  const at = (name: string): string => join(folder, name);
  for (const key of ["host", "client"]) {
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", at(key)]);
  }
  const port = await freePort();
  writeFileSync(at("authorized"), readFileSync(at("client.pub")));
  writeFileSync(at("known"), `[127.0.0.1]:${port} ${readFileSync(at("host.pub"), "utf8")}`);
  writeFileSync(
    at("sshd_config"),
    [
      `Port ${port}`,
      "ListenAddress 127.0.0.1",
      `HostKey ${at("host")}`,
      `AuthorizedKeysFile ${at("authorized")}`,
      `PidFile ${at("pid")}`,
      "PasswordAuthentication no",
      "KbdInteractiveAuthentication no",
      "UsePAM no",
      "StrictModes no",
      "MaxStartups 100",
      "MaxSessions 100",
      "",
    ].join("\n"),
  );
  writeFileSync(
    at("config"),
    `IdentityFile ${at("client")}\nIdentitiesOnly yes\nUserKnownHostsFile ${at("known")}\nGlobalKnownHostsFile /dev/null\n`,
  );
  const library = globSync(join(unpacked, "usr/lib/*-linux-*"))[0] ?? "";
  const words = [...asRoot(folder, library), join(unpacked, "usr/sbin/sshd"), "-D", "-e", "-f", at("sshd_config")];
  const child = spawn(words[0] ?? "", words.slice(1), {
    env: { ...process.env, LD_LIBRARY_PATH: library },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let told = "";
  child.stderr.on("data", (part: Buffer) => (told += part.toString()));
  const ended = new Promise<void>((resolve) => void child.on("close", () => resolve()).on("error", () => resolve()));
  const kill = (): void => void child.kill("SIGTERM");
  process.once("exit", kill);
  const close = async (): Promise<void> => {
    kill();
    await ended;
    process.off("exit", kill);
    rmSync(folder, { recursive: true, force: true });
  };
  const login = (): boolean => {
    try {
      const options = ["-F", at("config"), "-o", "BatchMode=yes", "-o", "ConnectTimeout=5", "-p", String(port)];
      execFileSync("ssh", [...options, "127.0.0.1", "true"], { stdio: "ignore", timeout: 10_000 });
      return true;
    } catch {
      return false;
    }
  };
  for (let waited = 0; !login(); waited++) {
    if (child.exitCode !== null || waited === 20) {
      await close();
      throw new Error(`sshd does not let ${userInfo().username} in: ${told.slice(-500)}`);
    }
    await new Promise((wake) => setTimeout(wake, 100));
  }
  return {
    port,
    base: `ssh://127.0.0.1:${port}`,
    variables: { GGEN_RELEASE_SSH: `ssh -F ${at("config")}`, SSHD_FOLDER: folder },
    close,
  };
}

/** As root it wants an account and a folder of its own, which it gets in a view of the file system that nobody else has. */
function asRoot(folder: string, library: string): readonly string[] {
  if (process.getuid?.() !== 0) return [];
  const accounts = join(folder, "passwd");
  writeFileSync(accounts, `${readFileSync("/etc/passwd", "utf8")}sshd:x:65533:65534::/run/sshd:/usr/sbin/nologin\n`);
  const view = ["--dev-bind", "/", "/", "--tmpfs", "/run", "--dir", "/run/sshd", "--ro-bind", accounts, "/etc/passwd"];
  return ["bwrap", ...view, "--die-with-parent", "--setenv", "LD_LIBRARY_PATH", library];
}

function unpackedServer(): string {
  if (existsSync(tools)) return tools;
  mkdirSync(join(tools, ".."), { recursive: true });
  const scratch = mkdtempSync(join(tools, "..", "openssh-"));
  try {
    execFileSync("apt-get", ["download", "-q", "openssh-server", "libwrap0"], {
      cwd: scratch,
      stdio: ["ignore", 2, 2],
    });
    const into = join(scratch, "root");
    for (const file of globSync("*.deb", { cwd: scratch })) execFileSync("dpkg", ["-x", join(scratch, file), into]);
    renameSync(into, tools);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  return tools;
}
