/** `apt verify`: whether clients get what each suite promises; `--deep` reads every package. */
import { resolve } from "node:path";
import type { Finding } from "../domain/finding.ts";
import { verifyTree, type CheckSignature } from "../engines/apt/verify.ts";
import type { Decompressor } from "../ports/decompressor.ts";
import type { Keys } from "../ports/keys.ts";
import type { AptWorld } from "./apt-repository.ts";
import { projectSigning } from "./project-config.ts";
import { once } from "../formats/once.ts";

export interface AptVerifyOptions {
  readonly repo: string;
  readonly suite?: string;
  readonly deep: boolean;
  /** File with the public key; the project's own where none is named. */
  readonly key?: string;
  readonly config?: string;
}

export async function aptVerify(
  {
    ports,
    openStorage,
    keys,
    decompressor,
  }: Pick<AptWorld, "ports" | "openStorage"> & {
    readonly keys: Keys;
    readonly decompressor: Decompressor;
  },
  { repo, suite, deep, key, config }: AptVerifyOptions,
): Promise<{ readonly repo: string; readonly findings: readonly Finding[] }> {
  const storage = await openStorage(repo);
  const publicKey =
    key === undefined
      ? ((await keys.find(await projectSigning(ports, config)))?.key.publicKey ?? null)
      : await ports.files.readText(resolve(ports.environment.folder, key));
  const checkSignature: CheckSignature = async ({ over, text, form }) =>
    publicKey === null ? "no key is named or configured" : keys.verify(publicKey, once(over), text, form);
  const tree = { storage, decompressor, clock: ports.clock, checkSignature };
  return { repo: storage.place, findings: await verifyTree(tree, { ...(suite === undefined ? {} : { suite }), deep }) };
}
