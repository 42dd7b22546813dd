/** README, licence, man pages and completions out of the clean clone: what packages ship beside the binary. */
import { basename, join } from "node:path";
import { ReleaseError } from "../../domain/errors/index.ts";
import { quoted } from "../../domain/quoted.ts";
import { regularFile } from "../../engines/archive/inside.ts";
import { matchGlob } from "../../engines/values/glob.ts";
import { shells, type DocumentSpec, type Shell } from "../../domain/project.ts";
import type { Files } from "../../ports/files.ts";
import type { InputDocument } from "../../ports/packager.ts";
import type { Tree } from "../../ports/tree.ts";

export interface DocumentJob {
  readonly spec: DocumentSpec;
  /** The tag's, with the overlay over it. */
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
    const matched = matchGlob(pattern, paths);
    if (matched.length > 0) return matched;
    throw new ReleaseError("PACKAGE_FILE_MISSING", {
      what: `${key}: nothing in the tag's tree matches ${quoted(pattern)}.`,
      next: "Commit the file, or mend the pattern in ggen-release.yaml.",
    });
  });
  return [...new Set(all)];
}

async function describe(job: DocumentJob, path: string, role: InputDocument["role"]): Promise<InputDocument> {
  const found = await regularFile(path, job.source, job.files);
  const size = (await job.files.status(found))?.size ?? 0;
  return { role, name: basename(path), path: found, size, mode: 0o644 };
}
