/** Real adapters around a made-up environment, and keys of every kind, for the tests of keys and signatures. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as openpgp from "openpgp";
import { collectingReporter, type CollectingReporter } from "../src/adapters/collecting-reporter.ts";
import { gitCli } from "../src/adapters/git-cli.ts";
import { nodeFiles } from "../src/adapters/node-files.ts";
import { nodeProcesses } from "../src/adapters/node-processes.ts";
import { openPgpKeys } from "../src/adapters/openpgp-keys.ts";
import { systemEnvironment } from "../src/adapters/system-environment.ts";
import type { KeyPorts } from "../src/ports/keys.ts";

export interface KeyWorld {
  readonly ports: KeyPorts;
  readonly reporter: CollectingReporter;
}

export const path = process.env["PATH"] ?? "";

/** `now` in seconds since 1970. */
export function keyWorld(variables: Record<string, string> = {}, now = nowSeconds): KeyWorld {
  const reporter = collectingReporter();
  const environment = systemEnvironment({ PATH: path, ...variables }, tmpdir());
  const processes = nodeProcesses(reporter, variables["PATH"] ?? path);
  const files = nodeFiles();
  const ports = {
    files,
    processes,
    environment,
    reporter,
    clock: { now: () => now() * 1000, monotonic: () => performance.now(), sleep: async () => undefined },
    git: gitCli(processes, environment, files),
  };
  return { ports: { ...ports, keys: openPgpKeys(ports) }, reporter };
}

export function nowSeconds(): number {
  return Math.floor(Date.now() / 1000);
}

/** A folder under the system's temporary one, short enough for gpg-agent's sockets, removed by `remove`. */
export function scratchFolder(): { readonly folder: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), "k-"));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

type MakeOptions = Omit<openpgp.KeyOptions, "format" | "userIDs">;

/** A key with a certifying primary and one signing subkey, made by the library. */
export async function makeKey(
  options: MakeOptions = {},
): Promise<{ secret: string; public: string; object: openpgp.PrivateKey }> {
  const { privateKey } = await openpgp.generateKey({
    type: "ecc",
    curve: "ed25519Legacy",
    userIDs: [{ name: "Test Key", email: "test@example.org" }],
    subkeys: [{ sign: true }],
    ...options,
    format: "object",
  });
  return { secret: privateKey.armor(), public: privateKey.toPublic().armor(), object: privateKey };
}

/** The secret of a key's only subkey. */
export function subkeyPacketOf(key: openpgp.PrivateKey): openpgp.SecretSubkeyPacket {
  const packet = key.subkeys[0]?.keyPacket;
  if (!(packet instanceof openpgp.SecretSubkeyPacket)) throw new Error("no secret subkey");
  return packet;
}

export async function* bytesOf(...texts: readonly string[]): AsyncIterable<Uint8Array> {
  for (const text of texts) yield new TextEncoder().encode(text);
}

/** The error of a promise that must fail. */
export async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => {
      throw new Error("it did not fail");
    },
    (error: unknown) => error,
  );
}
