/**
 * The pages of a repository after a change: the one at the root, and those of the suites that were changed. What they cost
 * does not grow with the suites' packages. Invariant: a page that somebody else has put there stays, and with the one at
 * the root all of them are his.
 */
import { isReleaseError } from "../../../domain/errors/index.ts";
import { bytesText, stanzaField } from "../../../formats/index-stanzas.ts";
import type { NewFile, Storage, StoredFile } from "../../../ports/storage.ts";
import { archiveName } from "../archive-lines.ts";
import type { Repository } from "../change.ts";
import { entriesOf, type PackageEntry } from "../chunks.ts";
import { suiteFolder } from "../layout.ts";
import { packagesPath, unzipped } from "../packages-index.ts";
import { readHead, readIndexFile, type Suite } from "../suite.ts";
import { suitesOf } from "../suites.ts";
import { generator } from "./frame.ts";
import { rootPage, type Site } from "./root-page.ts";
import { suitePage } from "./suite-page.ts";

/** `url`: where the repository is read, without a slash at the end; as the page says it where nothing is said. */
export async function writePages(
  { storage, signer }: Repository,
  changed: ReadonlySet<string>,
  url: string | undefined,
): Promise<void> {
  const [present, suites] = await Promise.all([storage.read("index.html"), readableSuites(storage)]);
  const before = present === null ? null : Buffer.from(present.bytes).toString();
  const [first] = suites;
  if (first === undefined || (before !== null && !before.includes(generator))) return;
  const key = signer === null ? null : await signer.key();
  const site: Site = {
    name: archiveName(first.release.origin),
    url: url ?? addressIn(before),
    fingerprint: key?.fingerprint ?? null,
    suites,
  };
  const fresh: NewFile[] = [];
  const put = (path: string, text: string, old: StoredFile | null): void => {
    const content = Buffer.from(text);
    // An empty page, or one without our mark, is somebody's own; the key has no mark.
    const isOurs = old === null || path.endsWith(".asc") || Buffer.from(old.bytes).includes(generator);
    if (isOurs && (old === null || Buffer.compare(old.bytes, content) !== 0)) {
      fresh.push({ path, lifetime: "mutable", content });
    }
  };
  put("index.html", rootPage(site), present);
  if (key !== null) put(`${site.name}.asc`, key.publicKey, await storage.read(`${site.name}.asc`));
  for (const suite of suites) {
    if (!changed.has(suite.name)) continue;
    const path = `${suiteFolder(suite.name)}/index.html`;
    const [old, packages] = await Promise.all([storage.read(path), packagesOf(storage, suite)]);
    put(path, suitePage(site, suite, packages), old);
  }
  if (fresh.length === 0) return;
  await storage.write(fresh);
  await storage.settle();
}

/** Where users read the repository, as its page says; null where nobody has said it. */
export async function pageAddress(storage: Storage): Promise<string | null> {
  const present = await storage.read("index.html");
  return addressIn(present === null ? null : Buffer.from(present.bytes).toString());
}

function addressIn(page: string | null): string | null {
  return /<link rel="canonical" href="([^"<>&]*)\/" \/>/.exec(page ?? "")?.[1] ?? null;
}

/** Bytes of all Packages of a suite, above which they are not looked into: some five hundred packages in each of several. */
const mostBytes = 2 * 1024 * 1024;

async function packagesOf(storage: Storage, suite: Suite): Promise<readonly PackageEntry[] | number | null> {
  const { components, architectures, indexes } = suite.release;
  const paths = components.flatMap((component) => architectures.map((each) => packagesPath(component, each)));
  const size = paths.reduce((sum, path) => sum + (indexes.get(path)?.size ?? 0), 0);
  // Over a network, counting would cost what the page is spared.
  if (size > mostBytes && storage.lock === null) return null;
  const texts = await Promise.all(paths.map((path) => textOf(storage, suite, path)));
  if (size > mostBytes) return countOf(texts);
  const entries = texts.flatMap((text) => entriesOf(text));
  // Those for all architectures stand in several indexes, and are one package.
  return [...new Map(entries.map((entry) => [stanzaField(entry.stanza, "Filename"), entry])).values()];
}

function countOf(texts: readonly Uint8Array[]): number {
  const seen = new Set<string>();
  for (const text of texts) {
    for (const [, file = ""] of bytesText(text).matchAll(/^Filename: *(.*)$/gm)) seen.add(file);
  }
  return seen.size;
}

/** One form is enough, over a network the small one. */
async function textOf(storage: Storage, suite: Suite, path: string): Promise<Uint8Array> {
  const plain = storage.lock === null ? null : await readIndexFile(storage, suite, path);
  if (plain !== null) return plain;
  const gz = await readIndexFile(storage, suite, `${path}.gz`);
  return gz === null ? new Uint8Array() : unzipped(gz, path);
}

async function readableSuites(storage: Storage): Promise<readonly Suite[]> {
  const heads = await Promise.all(
    (await suitesOf(storage)).map((name) =>
      readHead(storage, name).catch((error: unknown) => {
        // What is wrong with another suite is found by verify, and hinders no change of this one.
        if (isReleaseError(error)) return null;
        throw error;
      }),
    ),
  );
  return heads.flatMap((head) => (head === null ? [] : [head.suite]));
}
