/** What an installer does with a release, by the tools of any Debian and nothing of ours; each throws what the tool says. */
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** dpkg looks for ldconfig and others, which are not on an ordinary user's path. */
const environment = { ...process.env, LC_ALL: "C.UTF-8", TZ: "UTC", PATH: `${process.env["PATH"]}:/usr/sbin:/sbin` };

export function run(program: string, args: readonly string[], folder: string, input = ""): string {
  return execFileSync(program, args, {
    cwd: folder,
    env: environment,
    input,
    encoding: "utf8",
    stdio: ["pipe", "pipe", "pipe"],
    maxBuffer: 64 * 1024 * 1024,
  });
}

/** A keyring with one public key in it. Answers who made the signature beside each file: the primary key's fingerprint. */
export function keyring(folder: string, publicKey: string): (release: string, file: string) => string {
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o700);
  const gpg = ["--homedir", folder, "--batch", "--no-tty", "--no-autostart"];
  run("gpg", [...gpg, "--quiet", "--import", publicKey], folder);
  return (release, file) => {
    const status = run("gpg", [...gpg, "--status-fd", "1", "--verify", `${file}.asc`, file], release);
    return /^\[GNUPG:\] VALIDSIG .* ([0-9A-F]{40})$/m.exec(status)?.[1] ?? "nobody";
  };
}

/** A Debian system with nothing but what the packages named say of themselves on this machine; `dpkg` works on it. */
export function emptySystem(root: string, installed: readonly string[]): (...args: readonly string[]) => string {
  const administration = join(root, "var", "lib", "dpkg");
  for (const name of ["info", "updates", "triggers"]) mkdirSync(join(administration, name), { recursive: true });
  writeFileSync(join(administration, "available"), "");
  const stanzas = installed.map((name) => run("dpkg-query", ["--status", name], root).trimEnd());
  writeFileSync(join(administration, "status"), stanzas.map((stanza) => `${stanza}\n\n`).join(""));
  for (const name of installed) writeFileSync(join(administration, "info", `${name}.list`), "");
  // Without being root, dpkg runs in a namespace of its own in which the user is root.
  const through = process.getuid?.() === 0 ? [] : ["unshare", "--map-root-user"];
  return (...args) => {
    const [program = "", ...words] = [...through, "dpkg", "--root", root, ...args];
    return run(program, words, root);
  };
}

/** Errors that lintian may find: a program that is static on purpose, or carries its own libraries or payload. */
const standing = ["statically-linked-binary", "unstripped-binary-or-object", "embedded-library"];

/** Errors of lintian beyond those that stand. */
export function lintianErrors(deb: string, folder: string): readonly string[] {
  const output = run("lintian", ["--fail-on", "none", "--tag-display-limit", "0", deb], folder);
  return output.split("\n").filter((line) => line.startsWith("E: ") && !standing.some((tag) => line.includes(tag)));
}
