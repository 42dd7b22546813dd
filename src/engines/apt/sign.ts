/**
 * A suite signed as it stands, whoever signed it before: for the person who has looked at it, for a new key, and before
 * it expires.
 */
import { ReleaseError } from "../../domain/errors/index.ts";
import { nextRelease, type Repository } from "./change.ts";
import { suiteFolder } from "./layout.ts";
import { publishState } from "./publish.ts";
import { headOf, readHead, type Suite } from "./suite.ts";

/** `validSeconds`: as long as before where nothing is said. null where there is no such suite. Throws APT_BUSY. */
export async function signSuite(repository: Repository, name: string, validSeconds?: number): Promise<Suite | null> {
  const { storage, signer, ports } = repository;
  const head = await readHead(storage, name);
  if (head === null) return null;
  const present = await storage.read(`${suiteFolder(name)}/${headOf(signer)}`);
  const before = { ...head.suite, revision: present?.revision ?? null };
  const { validUntil: kept, ...release } = await nextRelease(before.release, signer, ports);
  const validUntil = validSeconds === undefined ? kept : release.date + validSeconds;
  const published = await publishState(
    storage,
    {
      suite: name,
      before,
      release: { ...release, ...(validUntil === undefined ? {} : { validUntil }) },
      files: new Map(),
    },
    signer,
  );
  if (published !== null) return published;
  throw new ReleaseError("APT_BUSY", {
    what: `${storage.place}: another writer changed ${name} meanwhile.`,
    next: "Look at what it holds now, then run the same command again.",
  });
}
