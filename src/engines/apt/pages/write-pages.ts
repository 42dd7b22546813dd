/**
 * The pages of a repository after a change: the one at the root, and those of the suites that were changed. What they cost
 * does not grow with the suites' packages. Invariant: a page that somebody else has put there stays, and with the one at
 * the root all of them are his.
 */
import { isReleaseError } from "../../../domain/errors/index.ts";
import type { NewFile, Storage } from "../../../ports/storage.ts";
import { archiveName } from "../archive-lines.ts";
import type { Repository } from "../change.ts";
import { suitePackages, type SuitePackage } from "../contents-of-suite.ts";
import { suiteFolder } from "../layout.ts";
import { openSuite, packagesPath } from "../packages-index.ts";
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
  const pages: Page[] = [mutable("index.html", rootPage(site))];
  if (key !== null) pages.push(mutable(`${site.name}.asc`, key.publicKey));
  for (const suite of suites) {
    if (!changed.has(suite.name)) continue;
    const path = `${suiteFolder(suite.name)}/index.html`;
    const own = await storage.read(path);
    if (own !== null && !Buffer.from(own.bytes).toString().includes(generator)) continue;
    pages.push(mutable(path, suitePage(site, suite, await packagesOf(storage, suite))));
  }
  const fresh = await Promise.all(pages.map(async (file) => ((await isThere(storage, file)) ? [] : [file])));
  if (fresh.flat().length === 0) return;
  await storage.write(fresh.flat());
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

async function packagesOf(storage: Storage, suite: Suite): Promise<readonly SuitePackage[] | number | null> {
  const { components, architectures, indexes } = suite.release;
  const paths = components.flatMap((component) => architectures.map((each) => packagesPath(component, each)));
  const size = paths.reduce((sum, path) => sum + (indexes.get(path)?.size ?? 0), 0);
  if (size <= mostBytes) return suitePackages(openSuite(storage, suite));
  // Over a network, counting would cost what the page is spared.
  return storage.lock === null ? null : countOf(storage, suite, paths);
}

/** Packages by name, version and architecture: those for all architectures stand in several indexes, and count once. */
async function countOf(storage: Storage, suite: Suite, paths: readonly string[]): Promise<number> {
  const seen = new Set<string>();
  for (const path of paths) {
    const text = Buffer.from((await readIndexFile(storage, suite, path)) ?? []).toString("latin1");
    for (const [, file = ""] of text.matchAll(/^Filename: *(.*)$/gm)) seen.add(file);
  }
  return seen.size;
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

interface Page extends NewFile {
  readonly content: Uint8Array;
}

async function isThere(storage: Storage, { path, content }: Page): Promise<boolean> {
  const present = await storage.read(path);
  return present !== null && Buffer.compare(present.bytes, content) === 0;
}

function mutable(path: string, text: string): Page {
  return { path, lifetime: "mutable", content: Buffer.from(text) };
}
