/**
 * A suite as it stands in the tree. Invariant: what is read was signed by the key that will sign what is made of it, and
 * every index is the one that the signed Release names: nobody who can write the tree gets anything signed by that.
 */
import type { Sha256 } from "../../domain/digest.ts";
import { ReleaseError } from "../../domain/errors/index.ts";
import { canonicalText, parseCleartext } from "../../formats/openpgp-cleartext.ts";
import { parseRelease, type ReleaseFile } from "../../formats/release-file.ts";
import type { Bytes } from "../../ports/files.ts";
import type { Signer } from "../../ports/signer.ts";
import type { Revision, Storage } from "../../ports/storage.ts";
import { createHash } from "node:crypto";
import { aptDamaged } from "./damage.ts";
import { byHashPath, suiteFolder } from "./layout.ts";

export interface Suite {
  readonly name: string;
  readonly release: ReleaseFile;
  /** The Release file's text. */
  readonly text: string;
  /** Of the file that clients read first: `InRelease`, or `Release` of a suite that is not signed; null where it is missing. */
  readonly revision: Revision | null;
}

/** The file by which a state of the suite becomes visible, last of all. */
export function headOf(signer: Signer | null): "InRelease" | "Release" {
  return signer === null ? "Release" : "InRelease";
}

/** null where there is no such suite. Failures: APT_SIGNATURE_INVALID, APT_RELEASE_INVALID. */
export async function readSuite(storage: Storage, name: string, signer: Signer | null): Promise<Suite | null> {
  const folder = suiteFolder(name);
  const signed = await storage.read(`${folder}/InRelease`);
  if (signed !== null) {
    const message = Buffer.from(signed.bytes).toString();
    const parsed = parseCleartext(message);
    if (parsed === null) throw foreign(storage, name, "is not one signed message and nothing beside it");
    if (signer === null) throw foreign(storage, name, "is signed, and no key is given");
    if (!(await signer.verify(once(canonicalText(parsed.text)), parsed.signature, "text"))) {
      throw foreign(
        storage,
        name,
        `does not bear a signature by ${(await signer.key()).fingerprint} over what it says`,
      );
    }
    return { name, release: parseRelease(parsed.text), text: parsed.text, revision: signed.revision };
  }
  const plain = await storage.read(`${folder}/Release`);
  if (plain === null) return null;
  const text = Buffer.from(plain.bytes).toString();
  // A run that was stopped has left the two files that stand before InRelease; clients read them where it is missing.
  if (signer !== null) await demandDetached(storage, name, plain.bytes, signer);
  return { name, release: parseRelease(text), text, revision: signer === null ? plain.revision : null };
}

async function demandDetached(storage: Storage, name: string, text: Uint8Array, signer: Signer): Promise<void> {
  const signature = await storage.read(`${suiteFolder(name)}/Release.gpg`);
  if (signature !== null && (await signer.verify(once(text), Buffer.from(signature.bytes).toString()))) return;
  throw foreign(storage, name, "is not there, and its Release bears no signature of the key that is to sign it");
}

/** An index of the suite by its path below the suite's folder; null where its Release names none. */
export async function readIndexFile(storage: Storage, suite: Suite, path: string): Promise<Uint8Array | null> {
  const entry = suite.release.indexes.get(path);
  if (entry === undefined) return null;
  const folder = suiteFolder(suite.name);
  const places = [`${folder}/${byHashPath(path, entry.sha256)}`, `${folder}/${path}`];
  for (const place of suite.release.byHash ? places : places.slice(1)) {
    const stored = await storage.read(place);
    if (stored !== null && digestOf(stored.bytes) === entry.sha256) return stored.bytes;
  }
  throw aptDamaged(`the Release of ${suite.name} names ${path} with sha256 ${entry.sha256}, and there is no such file`);
}

function foreign(storage: Storage, name: string, how: string): ReleaseError {
  return new ReleaseError("APT_SIGNATURE_INVALID", {
    what: `${storage.place}: the InRelease of ${name} ${how}.`,
    next: `Look at what the suite holds (ggen-release apt verify). If it is right, sign it as it is: ggen-release apt sign --suite ${name}`,
  });
}

export function digestOf(bytes: Uint8Array): Sha256 {
  return createHash("sha256").update(bytes).digest("hex");
}

async function* once(bytes: Uint8Array): Bytes {
  yield bytes;
}
