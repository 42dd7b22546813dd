/** `apt add`: .deb files, and folders of them, into a suite. */
import { isAbsolute, join } from "node:path";
import { ReleaseError } from "../domain/errors/index.ts";
import { addPooled, pooled, type AddOptions } from "../engines/apt/add.ts";
import type { PackageKey } from "../engines/apt/package-key.ts";
import { scanEach } from "../engines/apt/scan.ts";
import type { Ports } from "../ports/index.ts";
import { changeRepository, type AptWorld, type SuiteOptions } from "./apt-repository.ts";

export type AptAddOptions = SuiteOptions &
  AddOptions & {
    /** Files and folders, from where the command was called. */
    readonly files: readonly string[];
  };

export interface AptAddResult {
  readonly repo: string;
  readonly suite: string;
  readonly added: readonly PackageKey[];
  /** Were there before, with the same bytes. */
  readonly present: readonly PackageKey[];
}

export async function aptAdd(world: AptWorld, options: AptAddOptions): Promise<AptAddResult> {
  const paths = await packageFiles(options.files, world.ports);
  // Read before anything is locked: a file that is no package stops nobody.
  const packages = await scanEach(paths, world.ports.files, world.decompressor, (read) => pooled(read, options));
  return changeRepository(world, options, async (repository) => {
    const local = new Map(packages.map(({ read: { sha256, from } }) => [sha256, from]));
    const { added, present } = await addPooled({ ...repository, local }, packages, options);
    return { repo: repository.storage.place, suite: options.suite, added, present };
  });
}

/** Absolute paths, each once. Folders stand for the .deb files in them, not for those in folders below. */
async function packageFiles(
  given: readonly string[],
  { files, environment }: Pick<Ports, "files" | "environment">,
): Promise<readonly string[]> {
  const paths = new Set<string>();
  for (const name of given) {
    const path = isAbsolute(name) ? name : join(environment.folder, name);
    if ((await files.status(path))?.kind !== "folder") {
      paths.add(path);
      continue;
    }
    const inside = (await files.list(path)).filter((entry) => entry.endsWith(".deb"));
    if (inside.length === 0) {
      throw new ReleaseError("FILE_MISSING", {
        what: `${path} holds no .deb file.`,
        next: "Name the folder in which the packages lie, or the files themselves.",
      });
    }
    for (const entry of inside) paths.add(join(path, entry));
  }
  return [...paths];
}
