/** README, licence, man pages and completions out of the clean clone: what packages ship beside the binary. */
import { basename, join } from "node:path";
import { ReleaseError } from "../../domain/errors/index.ts";
import { shells, type DocumentSpec, type Shell } from "../../domain/project.ts";
import type { Files } from "../../ports/files.ts";
import type { InputDocument } from "../../ports/packager.ts";
import type { Tree } from "../../ports/tree.ts";
import { matchGlob } from "../../engines/glob.ts";

export interface DocumentJob {
  readonly spec: DocumentSpec;
  readonly tree: Tree;
  /** The clean clone. */
  readonly source: string;
  /** Completions that the program itself printed: path per shell. */
  readonly printed: Readonly<Partial<Record<Shell, string>>>;
  readonly files: Files;
}

export async function collectDocuments(job: DocumentJob): Promise<readonly InputDocument[]> {
  const paths = (await job.tree.entries()).filter(({ kind }) => kind !== "submodule").map(({ path }) => path);
  const found: InputDocument[] = [];
  for (const [role, patterns] of [
    ["document", job.spec.files],
    ["man", job.spec.man],
  ] as const) {
    for (const path of expand(patterns, paths, role === "man" ? "documents.man" : "documents.files")) {
      const isLicense = role === "document" && /^(licen[cs]e|copying|unlicense|notice)/i.test(basename(path));
      found.push(await describe(job, join(job.source, path), isLicense ? "license" : role));
    }
  }
  for (const shell of shells) {
    const path = job.printed[shell] ?? inSource(job, shell);
    if (path !== undefined) found.push({ ...(await describe(job, path, "completion")), shell });
  }
  return found;
}

function inSource({ spec, source }: DocumentJob, shell: Shell): string | undefined {
  const path = spec.completions.files[shell];
  return path === undefined ? undefined : join(source, path);
}

/** A pattern that matches nothing is a mistake: the package would silently lack the file. */
function expand(patterns: readonly string[], paths: readonly string[], key: string): readonly string[] {
  const all = patterns.flatMap((pattern) => {
    const matched = paths.filter((path) => matchGlob(pattern, path));
    if (matched.length > 0) return matched;
    throw new ReleaseError("PACKAGE_FILE_MISSING", {
      what: `${key}: nothing in the tag's tree matches ${JSON.stringify(pattern)}.`,
      next: "Commit the file, or mend the pattern in ggen-release.yaml.",
    });
  });
  return [...new Set(all)];
}

async function describe(job: DocumentJob, path: string, role: InputDocument["role"]): Promise<InputDocument> {
  const status = await job.files.status(path);
  const target = status?.kind === "symlink" ? await followed(job, path) : path;
  const found = target === null ? null : await job.files.status(target);
  if (found?.kind !== "file" || target === null) {
    throw new ReleaseError("PACKAGE_FILE_MISSING", {
      what: `${path.slice(job.source.length + 1)} is ${found === null ? "not there" : `a ${found.kind}, not a file`}.`,
      next: "Commit the file, or take it out of documents in ggen-release.yaml.",
    });
  }
  return { role, name: basename(path), path: target, size: found.size, mode: 0o644 };
}

/** A link's target, when it stays in the clone (`LICENSE` → `LICENSES/MIT`). */
async function followed(job: DocumentJob, path: string): Promise<string | null> {
  const target = join(path, "..", await job.files.readLink(path));
  return target.startsWith(`${job.source}/`) ? target : null;
}
