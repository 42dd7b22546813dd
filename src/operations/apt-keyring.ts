/** `apt keyring`: the package through which users get the repository's key and source, and the next key. */
import { join, resolve } from "node:path";
import { isReleaseError, ReleaseError } from "../domain/errors/index.ts";
import { addPackages } from "../engines/apt/add.ts";
import { archiveName } from "../engines/apt/archive-lines.ts";
import { keyringPackage, keyringPackageName, keyringVersion } from "../engines/apt/keyring-package.ts";
import { pageAddress } from "../engines/apt/pages/write-pages.ts";
import { scanPackages } from "../engines/apt/scan.ts";
import { readSuite } from "../engines/apt/suite.ts";
import { writeDeb } from "../engines/deb/write.ts";
import { parseDebianVersion } from "../formats/debian-version.ts";
import { changeRepository, type AptSettings, type AptWorld } from "./apt-repository.ts";

export interface AptKeyringOptions extends AptSettings {
  /** The day of the key where nothing is said. */
  readonly version?: string;
  /** File with the public key that is to sign later, from where the command was called. */
  readonly nextKey?: string;
}

export interface AptKeyringResult {
  readonly repo: string;
  readonly suite: string;
  readonly package: string;
  readonly version: string;
  readonly fingerprint: string;
  /** False where it was there already, with the same bytes. */
  readonly added: boolean;
}

export async function aptKeyring(world: AptWorld, options: AptKeyringOptions): Promise<AptKeyringResult> {
  const { files, processes } = world.ports;
  const { suite, component, version: wanted } = options;
  if (wanted !== undefined) parseDebianVersion(wanted);
  const nextKey = options.nextKey === undefined ? undefined : await publicKeyIn(world, options.nextKey);
  return changeRepository(world, options, async (repository) => {
    const { storage, signer } = repository;
    if (signer === null) throw unsigned();
    const present = await readSuite(storage, suite, signer);
    if (present === null) throw suiteMissing(suite, storage.place);
    const url = options.url ?? (await pageAddress(storage));
    if (url === null) throw addressMissing();
    const key = await signer.key();
    const { origin, components } = present.release;
    const [name, version] = [
      archiveName(origin),
      wanted ?? `${keyringVersion(key)}${nextKey === undefined ? "" : "+next"}`,
    ];
    const source = { url, suites: [suite], components };
    const made = await keyringPackage({
      name,
      version,
      origin,
      key,
      source,
      ...(nextKey === undefined ? {} : { nextKey }),
    });
    const scratch = await files.makeScratch("apt-keyring");
    try {
      const path = join(scratch, `${made.control.name}.deb`);
      const job = { compression: "gzip", epoch: key.created, scratch, files, processes } as const;
      await files.write(path, writeDeb(made, job));
      const packages = await scanPackages([path], files, world.decompressor);
      const local = new Map(packages.map(({ sha256, from }) => [sha256, from]));
      const { added } = await addPackages({ ...repository, local }, packages, { suite, component, link: false });
      const { fingerprint } = key;
      return {
        repo: storage.place,
        suite,
        package: keyringPackageName(name),
        version,
        fingerprint,
        added: added.length > 0,
      };
    } catch (error) {
      if (!isReleaseError(error) || error.code !== "APT_FILE_CONFLICT") throw error;
      throw new ReleaseError("APT_FILE_CONFLICT", {
        what: `${storage.place} has ${keyringPackageName(name)} ${version} already, with another key or source.`,
        next: `Give this one a higher version: ggen-release apt keyring --version ${version}+1`,
      });
    } finally {
      await files.remove(scratch);
    }
  });
}

/** A secret key in a package would be everybody's. */
async function publicKeyIn({ ports: { files, environment } }: AptWorld, path: string): Promise<string> {
  const text = await files.readText(resolve(environment.folder, path));
  if (/^-----BEGIN PGP PUBLIC KEY BLOCK-----\r?$/m.test(text) && !text.includes("PRIVATE KEY")) return text;
  throw new ReleaseError("KEY_UNREADABLE", {
    what: `${path} holds no armored public key, or more than that.`,
    next: "Name the file that keys new called the public one, or export it: ggen-release keys export",
  });
}

function unsigned(): ReleaseError {
  return new ReleaseError("USAGE", {
    what: "A repository that is not signed has no key to hand out.",
    next: "Name the key instead of --unsigned: --sign-key FILE",
  });
}

function addressMissing(): ReleaseError {
  return new ReleaseError("USAGE", {
    what: "Where users read the repository is not known, and the package is to tell apt.",
    next: "Say it, here or as apt.url in ggen-release.yaml: --url https://example.org/apt",
  });
}

function suiteMissing(suite: string, place: string): ReleaseError {
  return new ReleaseError("APT_SUITE_MISSING", {
    what: `${place} has no suite ${suite}.`,
    next: `Make it first: ggen-release apt init --repo ${place} --suite ${suite} --origin NAME`,
  });
}
