/**
 * Whether a client of any suite gets what its Release promises: every index under both of its names and in all its forms,
 * every package that an index names; `deep` reads the packages themselves. Invariant: what was not looked at is said not
 * to have been.
 */
import { createHash } from "node:crypto";
import { isReleaseError } from "../../domain/errors/index.ts";
import type { Finding } from "../../domain/finding.ts";
import { bytesText, meaningOf, rawFields, splitStanzas, stanzaField } from "../../formats/index-stanzas.ts";
import { paged } from "../../formats/random-access.ts";
import type { ReleaseFile } from "../../formats/release-file.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Decompressor } from "../../ports/decompressor.ts";
import type { SignatureVerdict } from "../../ports/keys.ts";
import type { Storage } from "../../ports/storage.ts";
import { readControl } from "../deb/read.ts";
import { byHashPath, suiteFolder } from "./layout.ts";
import { packageStanza } from "./package-stanza.ts";
import { digestOf } from "../hash.ts";
import { readHead, type SuiteHead } from "./suite.ts";
import { suitesOf } from "./suites.ts";
import { descriptionMd5 } from "./translation-index.ts";

/** Whether the signature is a good one; a reason where nobody can say. */
export type CheckSignature = (signature: NonNullable<SuiteHead["signature"]>) => Promise<SignatureVerdict | string>;

export interface VerifyTree {
  readonly storage: Storage;
  readonly decompressor: Decompressor;
  readonly clock: Clock;
  readonly checkSignature: CheckSignature;
}

export interface VerifyTreeOptions {
  /** All suites where none is named. */
  readonly suite?: string;
  readonly deep: boolean;
}

export async function verifyTree(tree: VerifyTree, { suite, deep }: VerifyTreeOptions): Promise<readonly Finding[]> {
  const names = suite === undefined ? await suitesOf(tree.storage) : [suite];
  const findings: Finding[] = [];
  if (names.length === 0)
    findings.push(failed("suites", `${tree.storage.place} has no suite: no Release file is below dists/`));
  /** Files of the pool that were read, by path: several indexes name one. */
  const looked = new Map<string, Promise<string | null>>();
  for (const name of names) findings.push(...(await verifySuite(tree, name, deep, looked)));
  return findings;
}

async function verifySuite(
  tree: VerifyTree,
  name: string,
  deep: boolean,
  looked: Map<string, Promise<string | null>>,
): Promise<readonly Finding[]> {
  const head = await readHead(tree.storage, name).catch((error: unknown) => {
    if (isReleaseError(error)) return error.what;
    throw error;
  });
  if (head === null) return [failed(`release:${name}`, `there is no suite ${name}`)];
  if (typeof head === "string") return [failed(`release:${name}`, head)];
  const { release } = head.suite;
  const findings = [
    await signatureFinding(tree, head),
    ...datesFindings(name, release, tree.clock),
    ...(await twinFindings(tree.storage, head)),
  ];
  const texts = new Map<string, Uint8Array>();
  for (const path of release.indexes.keys()) {
    const found = await indexFinding(tree, head, path);
    if (found.text !== null) texts.set(path, found.text);
    findings.push(found.finding);
  }
  findings.push(...formsFindings(name, texts));
  for (const [path, text] of texts) {
    if (/\/binary-[^/]+\/Packages$/.test(path))
      findings.push(await packagesFinding(tree, `${name}/${path}`, text, deep, looked));
  }
  return findings;
}

async function signatureFinding({ checkSignature }: VerifyTree, { suite, signature }: SuiteHead): Promise<Finding> {
  const id = `signature:${suite.name}`;
  if (signature === null) return failed(id, `${suite.name} is not signed: apt refuses it without [trusted=yes]`);
  const verdict = await checkSignature(signature);
  if (typeof verdict === "string") {
    return {
      id,
      verdict: "not-run",
      message: `the signature of ${suite.name} was not checked: ${verdict}`,
      next: "Name the public key: --key FILE",
    };
  }
  return verdict.good
    ? { id, verdict: "pass", message: `${suite.name} bears a good signature of ${verdict.fingerprint}` }
    : failed(id, `the signature of ${suite.name}: ${verdict.why}`);
}

function datesFindings(name: string, { date, validUntil }: ReleaseFile, clock: Clock): readonly Finding[] {
  const now = clock.now() / 1000;
  const id = `dates:${name}`;
  if (date > now + 60) return [failed(id, `${name} is dated in the future: clients wait until then`)];
  if (validUntil !== undefined && validUntil < now) {
    return [failed(id, `${name} has expired: clients refuse it. Sign it again: ggen-release apt sign --suite ${name}`)];
  }
  return [{ id, verdict: "pass", message: `${name} is of this time` }];
}

/** Release and InRelease say the same, for clients that read the one or the other. */
async function twinFindings(storage: Storage, { suite, signature }: SuiteHead): Promise<readonly Finding[]> {
  if (signature?.form !== "text") return [];
  const plain = await storage.read(`${suiteFolder(suite.name)}/Release`);
  const id = `twins:${suite.name}`;
  if (plain !== null && Buffer.from(plain.bytes).toString() === suite.text) {
    return [{ id, verdict: "pass", message: `Release and InRelease of ${suite.name} say the same` }];
  }
  return [failed(id, `Release of ${suite.name} is ${plain === null ? "not there" : "another than InRelease"}`)];
}

async function indexFinding(
  { storage, decompressor }: VerifyTree,
  { suite }: SuiteHead,
  path: string,
): Promise<{ readonly finding: Finding; readonly text: Uint8Array | null }> {
  const id = `index:${suite.name}/${path}`;
  const entry = suite.release.indexes.get(path);
  const folder = suiteFolder(suite.name);
  const places = [...(suite.release.byHash && entry !== undefined ? [byHashPath(path, entry.sha256)] : []), path];
  let bytes: Uint8Array | null = null;
  for (const place of places) {
    const stored = await storage.read(`${folder}/${place}`);
    if (stored === null) return { finding: failed(id, `${folder}/${place} is not there`), text: null };
    if (digestOf(stored.bytes) !== entry?.sha256 || stored.bytes.length !== entry.size) {
      return { finding: failed(id, `${folder}/${place} is not what the Release names`), text: null };
    }
    bytes = stored.bytes;
  }
  const pass: Finding = { id, verdict: "pass", message: `${suite.name}/${path} is what the Release names` };
  const compression =
    ({ ".gz": "gz", ".xz": "xz", zst: "zst", bz2: "bz2" } as const)[path.slice(-3) as ".gz"] ?? undefined;
  if (bytes === null || compression === undefined) return { finding: pass, text: bytes };
  try {
    return { finding: pass, text: await decompressor.whole(compression, bytes, 2 ** 31 - 1, path) };
  } catch (error) {
    if (!isReleaseError(error)) throw error;
    return { finding: failed(id, error.what), text: null };
  }
}

/** What an index says must not depend on the form that a client takes. */
function formsFindings(name: string, texts: ReadonlyMap<string, Uint8Array>): readonly Finding[] {
  const byIndex = Map.groupBy(texts, ([path]) => path.replace(/\.(gz|xz|zst|bz2)$/, ""));
  return [...byIndex].map(([path, forms]) => {
    const id = `forms:${name}/${path}`;
    const digests = new Set(forms.map(([, text]) => digestOf(text)));
    return digests.size === 1
      ? { id, verdict: "pass", message: `${name}/${path} says the same in ${forms.length} forms` }
      : failed(id, `${name}/${path} says different things in its forms`);
  });
}

async function packagesFinding(
  tree: VerifyTree,
  id: string,
  text: Uint8Array,
  deep: boolean,
  looked: Map<string, Promise<string | null>>,
): Promise<Finding> {
  const faults: string[] = [];
  const stanzas = splitStanzas(bytesText(text));
  const keys = new Set<string>();
  for (const stanza of stanzas) {
    const key = ["Package", "Version", "Architecture"].map((field) => stanzaField(stanza, field) ?? "").join(" ");
    const fault = keys.has(key) ? "stands twice" : await looking(tree, stanza, deep, looked);
    keys.add(key);
    if (fault !== null) faults.push(`${key} ${fault}`);
  }
  const [first] = faults;
  if (first === undefined) {
    const how = deep ? "were read and are what the index says" : "are there in the size that the index says";
    return { id: `packages:${id}`, verdict: "pass", message: `${stanzas.length} packages of ${id} ${how}` };
  }
  return failed(
    `packages:${id}`,
    `${faults.length} of ${stanzas.length} packages of ${id} cannot be installed: ${first}`,
  );
}

function looking(
  tree: VerifyTree,
  stanza: string,
  deep: boolean,
  looked: Map<string, Promise<string | null>>,
): Promise<string | null> {
  const path = stanzaField(stanza, "Filename") ?? "";
  const id = `${path} ${stanzaField(stanza, "SHA256")} ${stanzaField(stanza, "Size")} ${deep ? digestOf(Buffer.from(stanza, "latin1")) : ""}`;
  const known = looked.get(id) ?? poolFault(tree, stanza, path, deep);
  looked.set(id, known);
  return known;
}

async function poolFault(
  { storage, decompressor }: VerifyTree,
  stanza: string,
  path: string,
  deep: boolean,
): Promise<string | null> {
  if (path === "" || path.startsWith("/") || path.split("/").includes(".."))
    return `names the file ${JSON.stringify(path)}`;
  const status = await storage.status(path);
  if (status === null) return `has no file ${path}`;
  const size = Number(stanzaField(stanza, "Size"));
  if (status.size !== size) return `has a file of ${status.size} bytes, not ${size}`;
  if (!deep) return null;
  const hash = createHash("sha256");
  const parts: Uint8Array[] = [];
  let kept = 0;
  for await (const part of storage.open(path)) {
    hash.update(part);
    // The control file stands at the beginning; what follows is the data, which is only hashed.
    if (kept < controlWithin) parts.push(part);
    kept += part.length;
  }
  const sha256 = hash.digest("hex");
  if (sha256 !== stanzaField(stanza, "SHA256")?.toLowerCase()) return `has a file of sha256 ${sha256}`;
  return controlFault(stanza, { path, size, sha256 }, Buffer.concat(parts), decompressor);
}

/** Larger control archives than this are refused by our reader, and made by nobody. */
const controlWithin = 16 * 1024 * 1024;

async function controlFault(
  stanza: string,
  file: { readonly path: string; readonly size: number; readonly sha256: string },
  beginning: Uint8Array,
  decompressor: Decompressor,
): Promise<string | null> {
  try {
    const read = async (offset: number, length: number): Promise<Uint8Array> =>
      beginning.subarray(offset, offset + length);
    const { bytes } = await readControl(paged(file.path, file.size, read), decompressor);
    const wanted = rawFields(packageStanza(bytesText(bytes), file));
    const different = wanted.find(
      ([name, value]) => fieldText(stanza, name) !== meaningOf(listed(stanza, name, value)),
    );
    return different === undefined ? null : `says of ${different[0]} what its file does not say`;
  } catch (error) {
    if (isReleaseError(error)) return `has a file that cannot be read: ${error.what}`;
    throw error;
  }
}

/** What the index is to say: of a description that stands in a file of translations, the first line and its MD5. */
function listed(stanza: string, name: string, value: string): string {
  const md5 = name.toLowerCase() === "description" ? stanzaField(stanza, "Description-md5") : undefined;
  return md5 !== undefined && md5 === descriptionMd5(value) ? (value.split("\n", 1)[0] ?? "") : value;
}

function fieldText(stanza: string, name: string): string | undefined {
  const [, value] = rawFields(stanza).find(([found]) => found.toLowerCase() === name.toLowerCase()) ?? [];
  return value === undefined ? undefined : meaningOf(value);
}

function failed(id: string, message: string): Finding {
  return { id, verdict: "fail", code: "APT_TREE_DAMAGED", message };
}
