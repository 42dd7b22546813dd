/**
 * A suite as it stands in the tree. Invariant: what is read was signed by the key that will sign what is made of it, and
 * every index is the one that the signed Release names: nobody who can write the tree gets anything signed by that.
 */
import { ReleaseError } from "../../domain/errors/index.ts";
import { canonicalText, parseCleartext } from "../../formats/openpgp-cleartext.ts";
import { parseRelease, type ReleaseFile } from "../../formats/release-file.ts";
import type { SignedForm, Signer } from "../../ports/signer.ts";
import type { Revision, Storage } from "../../ports/storage.ts";
import { digestOf } from "../hash.ts";
import { aptDamaged } from "./damage.ts";
import { byHashPath, suiteFolder } from "./layout.ts";
import { once } from "../../formats/once.ts";

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

/** A suite and the signature that it bears, which nobody has looked at. */
export interface SuiteHead {
  readonly suite: Suite;
  readonly signature: { readonly over: Uint8Array; readonly text: string; readonly form: SignedForm } | null;
}

/** The suite as anybody who reads the tree sees it; null where there is none. Failures: APT_RELEASE_INVALID. */
export async function readHead(storage: Storage, name: string): Promise<SuiteHead | null> {
  const folder = suiteFolder(name);
  const signed = await storage.read(`${folder}/InRelease`);
  if (signed !== null) {
    const parsed = parseCleartext(Buffer.from(signed.bytes).toString());
    if (parsed === null) throw foreign(storage, name, "is not one signed message and nothing beside it");
    const suite = { name, release: parseRelease(parsed.text), text: parsed.text, revision: signed.revision };
    return { suite, signature: { over: canonicalText(parsed.text), text: parsed.signature, form: "text" } };
  }
  const plain = await storage.read(`${folder}/Release`);
  if (plain === null) return null;
  const text = Buffer.from(plain.bytes).toString();
  const suite = { name, release: parseRelease(text), text };
  const detached = await storage.read(`${folder}/Release.gpg`);
  if (detached === null) return { suite: { ...suite, revision: plain.revision }, signature: null };
  // A run that was stopped has left the two files that stand before InRelease; clients read them where it is missing.
  const signature = { over: plain.bytes, text: Buffer.from(detached.bytes).toString(), form: "binary" } as const;
  return { suite: { ...suite, revision: null }, signature };
}

/**
 * The suite for somebody who will change it: signed by the very key that will sign the change, or not signed at all
 * where that is so. null where there is no such suite. Failures: APT_SIGNATURE_INVALID, APT_RELEASE_INVALID.
 */
export async function readSuite(storage: Storage, name: string, signer: Signer | null): Promise<Suite | null> {
  const head = await readHead(storage, name);
  if (head === null) return null;
  const { suite, signature } = head;
  if (signer === null) {
    if (signature !== null) throw foreign(storage, name, "is signed, and no key is given");
    return suite;
  }
  if (signature === null) throw foreign(storage, name, "is not signed, and a key is given");
  if (!(await signer.verify(once(signature.over), signature.text, signature.form))) {
    throw foreign(storage, name, `bears no signature by ${(await signer.key()).fingerprint} over what it says`);
  }
  return suite;
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
    what: `${storage.place}: the Release of the suite ${name} ${how}.`,
    next: `Look at what the suite holds (ggen-release apt verify). If it is right, sign it as it is: ggen-release apt sign --suite ${name}`,
  });
}
