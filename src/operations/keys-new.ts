/**
 * `keys new`: a signing key that apt of every supported suite accepts, as four files. Invariant: nothing is written over,
 * and after a failure none of the four is there.
 */
import { isAbsolute, join, resolve } from "node:path";
import { ReleaseError } from "../domain/errors/index.ts";
import { quoted } from "../domain/quoted.ts";
import { signingPart } from "../domain/key.ts";
import type { GeneratedKey, KeyPorts } from "../ports/keys.ts";

export interface KeysNewOptions {
  /** `Name <mail@host>`: usually the project's maintainer. */
  readonly userId: string;
  /** Folder for the files, best outside of any repository; relative to the caller's. */
  readonly folder: string;
  /** What the files' names begin with. */
  readonly label: string;
  /** Days that the key lives; null for a key that never expires. */
  readonly days: number | null;
}

export const defaultDays = 2 * 365;

export interface KeysNewResult {
  /** Of the primary key: what the configuration pins and users compare. */
  readonly fingerprint: string;
  /** Of the subkey that makes the signatures. */
  readonly signingFingerprint: string;
  readonly userId: string;
  readonly algorithm: string;
  /** Seconds since 1970. */
  readonly created: number;
  readonly expires: number | null;
  /** Whether a passphrase protects the secret files. */
  readonly locked: boolean;
  readonly files: KeyFiles;
  /** Lines for ggen-release.yaml. */
  readonly configuration: readonly string[];
  /** What to do with the files, in order. */
  readonly next: readonly string[];
  readonly warnings: readonly string[];
}

/** Absolute paths. */
interface KeyFiles {
  /** Primary key and subkey: for the backup. */
  readonly secret: string;
  /** The subkey alone: for signing. */
  readonly signing: string;
  readonly public: string;
  readonly revocation: string;
}

export async function keysNew(ports: KeyPorts, options: KeysNewOptions): Promise<KeysNewResult> {
  const { name, mail } = parseUserId(options.userId);
  const lifetime = lifetimeOf(options.days);
  const folder = resolve(ports.environment.folder, options.folder);
  const files = fileNames(folder, options.label);
  await makePrivateFolder(ports, folder);
  const made = await withReserved(ports, Object.values(files), async () => {
    const created = Math.floor(ports.clock.now() / 1000);
    const generated = await ports.keys.generate({ name, mail, created, lifetime });
    await writeFiles(ports, files, generated);
    return generated;
  });
  return {
    fingerprint: made.key.primary.fingerprint,
    signingFingerprint: signingPart(made.key, made.key.primary.created)?.fingerprint ?? made.key.primary.fingerprint,
    userId: made.key.userId,
    algorithm: made.key.primary.algorithm,
    created: made.key.primary.created,
    expires: made.key.primary.expires,
    locked: made.locked,
    files,
    configuration: ["sign:", "  key: env:GGEN_RELEASE_KEY", `  fingerprint: ${made.key.primary.fingerprint}`],
    next: nextSteps(files),
    warnings: await warningsOf(ports, folder, made),
  };
}

function nextSteps({ secret, signing, public: publicKey, revocation }: KeyFiles): readonly string[] {
  return [
    `Move ${secret} and ${revocation} to two places that are never online; extending or replacing the key needs the first, giving it up the second.`,
    `Sign with the other one: export GGEN_RELEASE_KEY_FILE=${shellWord(signing)}; in CI put its content into the secret GGEN_RELEASE_KEY.`,
    `Give ${publicKey} to your users, with the fingerprint by another way.`,
    "Put the lines above into ggen-release.yaml, so that no other key can sign.",
  ];
}

async function warningsOf(
  { git, processes }: KeyPorts,
  folder: string,
  { locked }: GeneratedKey,
): Promise<readonly string[]> {
  const found: string[] = [];
  if (!locked) {
    found.push(
      "The secret files are NOT protected by a passphrase: whoever reads them can sign. Set GGEN_RELEASE_KEY_PASSPHRASE before keys new to lock them.",
    );
  }
  // Without git there is nothing to commit with; a key that was just written must not be lost over it.
  const repository = (await processes.find("git")) === null ? null : await git.repository(folder).catch(() => null);
  if (repository !== null) {
    found.push(`The files lie in the repository ${repository.folder}: move them out before anything is committed.`);
  }
  return found;
}

function parseUserId(text: string): { readonly name: string; readonly mail: string } {
  const [, name = "", mail = ""] =
    /^([^<>()@]{1,120}) <([^\s<>()@",:;\\]{1,64}@[A-Za-z0-9.-]{1,190})>$/u.exec(text) ?? [];
  if (mail !== "" && name.trim() === name && !/[\p{C}\p{Zl}\p{Zp}]/u.test(text)) return { name, mail };
  throw new ReleaseError("KEY_USER_ID_INVALID", {
    what: `${quoted(text)} is not of the form Name <mail@host>.`,
    next: 'Name a person or team: ggen-release keys new --user-id "Jane Doe <jane@example.org>"',
  });
}

/** A key's lifetime is 32 bits of seconds (RFC 9580, 5.2.3.13). */
function lifetimeOf(days: number | null): number | null {
  if (days === null) return null;
  if (Number.isInteger(days) && days >= 1 && days <= 36_500) return days * 86_400;
  throw new ReleaseError("USAGE", { what: `A key cannot live ${days} days.`, next: "Give whole days, 1 to 36500." });
}

function fileNames(folder: string, label: string): KeyFiles {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(label)) {
    throw new ReleaseError("USAGE", {
      what: `${quoted(label)} cannot begin a file's name.`,
      next: "Use letters, digits, dots, dashes and underscores.",
    });
  }
  const path = (kind: string): string => join(folder, `${label}.${kind}.asc`);
  return { secret: path("secret"), signing: path("signing"), public: path("public"), revocation: path("revocation") };
}

async function makePrivateFolder({ files }: KeyPorts, folder: string): Promise<void> {
  if ((await files.status(folder)) !== null) return;
  await files.makeFolder(folder);
  await files.setMode(folder, 0o700);
}

/** Takes every name with O_EXCL first: two runs at once cannot both believe that a name is free. */
async function withReserved<Result>(
  { files }: KeyPorts,
  paths: readonly string[],
  act: () => Promise<Result>,
): Promise<Result> {
  const reserved: string[] = [];
  try {
    for (const path of paths) {
      if (!(await files.create(path, ""))) {
        throw new ReleaseError("KEY_EXISTS", {
          what: `${path} is there already.`,
          next: "Choose another --name or --folder, or move the old key away yourself.",
        });
      }
      reserved.push(path);
    }
    return await act();
  } catch (error) {
    for (const path of reserved) await files.remove(path);
    throw error;
  }
}

async function writeFiles({ files }: KeyPorts, paths: KeyFiles, made: GeneratedKey): Promise<void> {
  await files.write(paths.secret, made.secret, 0o600);
  await files.write(paths.signing, made.signing, 0o600);
  await files.write(paths.public, made.key.publicKey, 0o644);
  await files.write(paths.revocation, guarded(made), 0o600);
}

/** One character more keeps it from being imported by mistake, which could not be undone; as GnuPG does. */
function guarded({ key, revocation }: GeneratedKey): string {
  return [
    `Revocation certificate of ${key.primary.fingerprint}, ${key.userId}`,
    "",
    "Only if the key is lost or stolen: remove the colon before the dashes below, import this file",
    "with gpg --import, and publish the public key again.",
    "",
    `:${revocation.trim()}`,
    "",
  ].join("\n");
}

function shellWord(path: string): string {
  return isAbsolute(path) && /^[\w/.@%+-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}
