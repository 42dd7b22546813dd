/** A GnuPG home of its own for tests, with its agent; nothing of the user's is touched. */
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { path, scratchFolder } from "../key-world.ts";

export interface GnuPgHome {
  readonly folder: string;
  /** Variables under which everything uses this home. */
  readonly variables: Readonly<Record<string, string>>;
  /** Runs gpg and answers its standard output; fails with its complaint. */
  gpg(arguments_: readonly string[], input?: string): string;
  /** Exit code and both outputs of any program. */
  run(program: string, arguments_: readonly string[], input?: string): { code: number | null; out: string };
  /** A key by gpg's own words; answers its fingerprint. */
  makeKey(userId: string, algorithm: string, options?: MakeOptions): string;
  addSubkey(fingerprint: string, algorithm: string, options?: MakeOptions): void;
  secretOf(fingerprint: string, subkeysOnly?: boolean): string;
  publicOf(fingerprint: string): string;
  /** The agent forgets every passphrase. */
  forget(): void;
  /** Text of a configuration file: `gpg.conf`, `gpg-agent.conf`; null removes it. */
  configure(file: string, text: string): void;
  remove(): void;
}

export interface MakeOptions {
  readonly usage?: string;
  readonly passphrase?: string;
  readonly expires?: string;
  readonly more?: readonly string[];
}

export function gnuPgHome(): GnuPgHome {
  const scratch = scratchFolder();
  const { folder } = scratch;
  const home = join(folder, "g");
  mkdirSync(home, { mode: 0o700 });
  // Few rounds: the tests' passphrases are public, and calibrating takes a tenth of a second per agent.
  writeFileSync(join(home, "gpg-agent.conf"), "s2k-count 65536\n");
  const variables = { PATH: path, HOME: folder, GNUPGHOME: home, LC_ALL: "C" };
  const always = ["--batch", "--no-tty", "--quiet", "--yes", "--pinentry-mode", "loopback"];
  const self: GnuPgHome = {
    folder,
    variables,
    gpg: (more, input) =>
      execFileSync("gpg", [...always, ...more], {
        env: variables,
        input: input ?? "",
        encoding: "utf8",
        stdio: ["pipe", "pipe", "pipe"],
      }),
    run(program, more, input) {
      const { status, stdout, stderr } = spawnSync(program, more, {
        env: variables,
        input: input ?? "",
        encoding: "utf8",
      });
      return { code: status, out: `${stdout}${stderr}` };
    },
    makeKey(userId, algorithm, { usage = "cert", passphrase = "", expires = "2y", more = [] } = {}) {
      self.gpg(["--passphrase", passphrase, ...more, "--quick-gen-key", userId, algorithm, usage, expires]);
      const listing = self.gpg(["--with-colons", "--list-keys", `=${userId}`]);
      return /^fpr:{9}([0-9A-F]{40}):/m.exec(listing)?.[1] ?? "";
    },
    addSubkey(fingerprint, algorithm, { passphrase = "", expires = "1y", more = [], usage = "sign" } = {}) {
      self.gpg(["--passphrase", passphrase, ...more, "--quick-add-key", fingerprint, algorithm, usage, expires]);
    },
    secretOf: (fingerprint, subkeysOnly = false) =>
      self.gpg([
        "--passphrase",
        "",
        "--armor",
        subkeysOnly ? "--export-secret-subkeys" : "--export-secret-keys",
        fingerprint,
      ]),
    publicOf: (fingerprint) => self.gpg(["--armor", "--export", fingerprint]),
    forget: () => void execFileSync("gpgconf", ["--kill", "gpg-agent"], { env: variables }),
    configure: (file, text) => writeFileSync(join(home, file), text),
    remove() {
      self.forget();
      scratch.remove();
    },
  };
  return self;
}

/** Revokes by the certificate that gpg makes with every key. */
export function revoke(home: GnuPgHome, fingerprint: string): void {
  const certificate = readFileSync(
    join(home.variables["GNUPGHOME"] ?? "", "openpgp-revocs.d", `${fingerprint}.rev`),
    "utf8",
  );
  home.gpg(["--import"], certificate.replace(":-----BEGIN", "-----BEGIN"));
}

/** A program of this name that writes its arguments and environment to `log` and then becomes the real one. */
export function loggingProgram(folder: string, name: string, real: string, log: string): string {
  const bin = join(folder, "bin");
  mkdirSync(bin, { recursive: true });
  const file = join(bin, name);
  writeFileSync(file, `#!/bin/sh\n{ printf '%s\\n' "$@"; env; } >>'${log}'\nexec '${real}' "$@"\n`);
  chmodSync(file, 0o755);
  return bin;
}
