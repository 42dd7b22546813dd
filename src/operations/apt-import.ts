/** `apt import`: what reprepro, aptly, apt-ftparchive or dpkg-scanpackages made, package by package as far as it is right. */
import { resolve } from "node:path";
import { ReleaseError } from "../domain/errors/index.ts";
import { foreignSuites } from "../engines/apt/foreign-tree.ts";
import { chosenSuites, importSuite, type ImportedSuite } from "../engines/apt/import.ts";
import { changeRepository, type AptWorld, type RepositoryOptions } from "./apt-repository.ts";

export interface AptImportOptions extends RepositoryOptions {
  /** Folder of the tree that is read, from where the command was called. */
  readonly from: string;
  /** Only this one of its suites. */
  readonly only?: string;
  /** For a tree that has no suites or components. */
  readonly suite: string;
  readonly component: string;
  readonly link: boolean;
}

export interface AptImportResult {
  readonly repo: string;
  readonly from: string;
  readonly suites: readonly ImportedSuite[];
}

export async function aptImport(
  world: AptWorld,
  { from, only, suite, component, link, ...options }: AptImportOptions,
): Promise<AptImportResult> {
  const { files, environment } = world.ports;
  const root = resolve(environment.folder, from);
  if ((await files.status(root))?.kind !== "folder") {
    throw new ReleaseError("FILE_MISSING", {
      what: `${root} is no folder.`,
      next: "Copy the tree to this machine first (rsync, aws s3 sync), then name the folder in which dists/ and pool/ lie.",
    });
  }
  const tree = await world.openStorage(root);
  if (tree.place === (await world.openStorage(options.repo)).place) {
    throw new ReleaseError("USAGE", {
      what: `${root} is to be imported into itself.`,
      next: `To go on with this very tree, look at it and sign it with your key: ggen-release apt sign --repo ${root} --suite NAME. Else name another folder with --repo.`,
    });
  }
  const chosen = chosenSuites(await foreignSuites(tree, world.decompressor), only, root);
  return changeRepository(world, options, async (repository) => {
    const suites: ImportedSuite[] = [];
    const scanned = new Map<string, string>();
    for (const each of chosen) {
      const into = { root, suite: each.name ?? only ?? nameOf(each.release) ?? suite, component, link };
      suites.push(await importSuite(repository, each, into, { files, decompressor: world.decompressor }, scanned));
    }
    return { repo: repository.storage.place, from: root, suites };
  });
}

/** What a flat repository calls itself. */
function nameOf(release: { readonly suite: string } | null): string | undefined {
  return release === null || release.suite === "" ? undefined : release.suite;
}
