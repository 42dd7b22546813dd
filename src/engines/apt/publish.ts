/**
 * A new state of a suite, written in the order in which clients read it backwards: indexes by their digest, then under
 * their names, the InRelease last and only over the one that the state was made from. Invariant: whatever InRelease a
 * client has got, every file that it names is there; a run that is stopped anywhere has changed nothing that a client
 * sees, or everything.
 */
import { ReleaseError } from "../../domain/errors/index.ts";
import { canonicalText, formatCleartext } from "../../formats/openpgp-cleartext.ts";
import { formatRelease, type IndexEntry, type ReleaseFile } from "../../formats/release-file.ts";
import type { Signer } from "../../ports/signer.ts";
import type { NewFile, Storage } from "../../ports/storage.ts";
import { dropOldGenerations, generationsOf, nextGeneration } from "./generations.ts";
import { byHashPath, suiteFolder } from "./layout.ts";
import { digestOf } from "../hash.ts";
import { headOf, type Suite } from "./suite.ts";
import { once } from "../../formats/once.ts";

export interface NewState {
  readonly suite: string;
  /** What it is made from; null for a new suite. */
  readonly before: Suite | null;
  /** Everything but its indexes. */
  readonly release: Omit<ReleaseFile, "indexes">;
  /** Indexes that are new or other than before, by path below the suite's folder. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Paths of indexes that are there no more. */
  readonly dropped?: readonly string[];
}

/** Answers the new state, or null where another writer was quicker: then it is to be derived anew. */
export async function publishState(storage: Storage, state: NewState, signer: Signer | null): Promise<Suite | null> {
  const folder = suiteFolder(state.suite);
  const indexes = new Map<string, IndexEntry>(state.before?.release.indexes);
  for (const path of state.dropped ?? []) indexes.delete(path);
  const byHash: NewFile[] = [];
  const named: NewFile[] = [];
  for (const [path, content] of state.files) {
    const sha256 = digestOf(content);
    indexes.set(path, { size: content.length, sha256 });
    const of = `${folder}/${byHashPath(path, sha256)}`;
    byHash.push({ path: of, lifetime: "immutable", content });
    named.push({ path: `${folder}/${path}`, lifetime: "mutable", content: { of } });
  }
  const release: ReleaseFile = { ...state.release, indexes };
  const text = formatRelease(release);
  const signed = signer === null ? null : await signatures(text, release.date, signer);

  const generations = [...(await generationsOf(storage, state.suite))];
  if (state.before !== null) {
    const kept = nextGeneration(state.before, generations);
    byHash.push({ path: kept.path, lifetime: "immutable", content: Buffer.from(state.before.text) });
    if (!generations.some(({ path }) => path === kept.path)) generations.push(kept);
  }
  await storage.write(byHash);
  // Nothing that names these files may reach the disk before they do.
  await storage.settle();
  await storage.write(named);
  if (signed !== null) {
    await storage.write([
      { path: `${folder}/Release`, lifetime: "mutable", content: Buffer.from(text) },
      { path: `${folder}/Release.gpg`, lifetime: "mutable", content: Buffer.from(signed.detached) },
    ]);
  }
  await storage.settle();
  const head = Buffer.from(signed?.message ?? text);
  const revision = await storage.swap(`${folder}/${headOf(signer)}`, head, state.before?.revision ?? null);
  if (revision === null) return null;
  await storage.settle();
  await dropOldGenerations(storage, state.suite, release, generations);
  return { name: state.suite, release, text, revision };
}

/** Both over the same text, for clients that read the one or the other. */
async function signatures(
  text: string,
  seconds: number,
  signer: Signer,
): Promise<{ readonly message: string; readonly detached: string }> {
  const canonical = canonicalText(text);
  const signature = await signer.sign(once(canonical), seconds, "text");
  const detached = await signer.sign(once(Buffer.from(text)), seconds);
  if (!(await signer.verify(once(canonical), signature, "text"))) {
    throw new ReleaseError("SIGNATURE_INVALID", {
      what: "The signature that was made over the Release file does not verify.",
      next: "Try the key by hand (ggen-release keys list), then run the same command again.",
    });
  }
  return { message: formatCleartext({ text, signature }), detached };
}
