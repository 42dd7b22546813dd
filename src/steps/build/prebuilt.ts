/**
 * Builder `prebuilt`: programs that were built elsewhere. Invariant: a file counts only when the tag's tree (or what the
 * configuration lays over it) holds it, or when its digest stands in the configuration.
 */
import { isAbsolute, join, normalize } from "node:path";
import * as v from "valibot";
import { ReleaseError } from "../../domain/errors/index.ts";
import { quoted } from "../../domain/quoted.ts";
import { parseTarget, type Target } from "../../domain/target.ts";
import { hashing } from "../../engines/hash.ts";
import { parsed } from "../../engines/values/parsed.ts";
import { textOr } from "../../engines/values/text-or.ts";
import { shellWords } from "../../formats/shell-words.ts";
import type { Builder, BuildJob, BuiltFile } from "../../ports/builder.ts";
import { fileInside, type FileInside } from "./inside.ts";
import { perBinary } from "./per-binary.ts";
import { fillPlaceholders, parsePlacedPath, placeholdersOf, targetPlaceholders } from "./placeholders.ts";

const place = v.pipe(v.string(), parsed(parsePlace));
const digest = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, "A sha256 has 64 lower-case hexadecimal digits."));

const entries = {
  path: v.pipe(
    textOr(place, v.record(v.string(), place)),
    v.description("The program in the tree: prebuilt/{target}/{binary}; an absolute path only with its sha256."),
  ),
  sha256: v.pipe(
    v.optional(v.record(v.pipe(v.string(), parsed(parseDigestKey)), digest), {}),
    v.description("Digests by target (x86_64-linux), or by target and program (x86_64-linux/tool)."),
  ),
};
export type PrebuiltSection = v.InferOutput<v.ObjectSchema<typeof entries, undefined>>;

export const prebuilt: Builder<PrebuiltSection> = {
  id: "prebuilt",
  entries,
  plan(section, target, binaries) {
    const paths = perBinary("path", section.path, binaries);
    for (const [binary, path] of paths) digestOf(section, target, binary, binaries, path);
    const known = targetPlaceholders(target);
    return {
      commands: [...paths].map(([binary, path]) => shellWords(["cp", fillPlaceholders(path, known), binary])),
      environment: [],
    };
  },
  toolchain: () => Promise.resolve(""),
  async build(section, job) {
    const built: BuiltFile[] = [];
    for (const [binary, template] of perBinary("path", section.path, job.binaries)) {
      const path = fillPlaceholders(template, placeholdersOf(job, binary));
      const wanted = digestOf(section, job.target, binary, job.binaries, path);
      const found = await find(job, path);
      built.push({ binary, path: wanted === undefined ? found.path : await verified(job, binary, found, wanted) });
    }
    return built;
  },
};

async function find(job: BuildJob, path: string): Promise<FileInside> {
  const { files } = job.ports;
  if (!isAbsolute(path)) {
    const found = await fileInside(files, job.source, job.folder, path);
    if (found !== null) return found;
  } else {
    const status = await files.status(path);
    if (status?.kind === "file") return { path, status };
  }
  throw new ReleaseError("PACKAGE_FILE_MISSING", {
    what: `The program for ${job.target.id}, ${path}, is not ${isAbsolute(path) ? "there" : `in the tree of ${job.tag}`}.`,
    next: isAbsolute(path)
      ? "Put the file there, then run the same command again."
      : `Commit it, or lay it over the tag: source: { overlay: { ${path}: PATH } } in ggen-release.yaml.`,
  });
}

/** A copy whose bytes are the ones that were hashed. */
async function verified(job: BuildJob, binary: string, { path, status }: FileInside, wanted: string): Promise<string> {
  const { files } = job.ports;
  const copy = join(job.scratch, binary);
  const content = hashing(files.open(path));
  await files.write(copy, content.bytes, status.mode & 0o777);
  const seen = content.content().sha256;
  if (seen === wanted) return copy;
  await files.remove(copy);
  throw new ReleaseError("SUM_MISMATCH", {
    what: `${path} has sha256 ${seen}; the configuration names ${wanted} for ${job.target.id}.`,
    next: "Fetch the file again; change sha256 in ggen-release.yaml only when you know that these bytes are right.",
  });
}

function digestOf(
  { sha256 }: PrebuiltSection,
  target: Target,
  binary: string,
  binaries: readonly string[],
  path: string,
): string | undefined {
  const wanted = sha256[`${target.id}/${binary}`] ?? (binaries.length === 1 ? sha256[target.id] : undefined);
  if (wanted !== undefined || !isAbsolute(path)) return wanted;
  throw new ReleaseError("CONFIG_INVALID", {
    what: `${path} lies outside of the repository, and no sha256 says which bytes are meant for ${target.id}.`,
    next: `Add it: sha256: { ${binaries.length === 1 ? target.id : `${target.id}/${binary}`}: … }; sha256sum prints it.`,
  });
}

function parsePlace(text: string): string {
  return isAbsolute(text) && normalize(text) === text ? `/${parsePlacedPath(text.slice(1))}` : parsePlacedPath(text);
}

/** `x86_64-linux` or `x86_64-linux/tool`, the target by any of its names. */
function parseDigestKey(text: string): string {
  const [target = "", ...rest] = text.split("/");
  if (rest.length > 1) {
    throw new ReleaseError("CONFIG_INVALID", {
      what: `${quoted(text)} is not a target, nor a target and a program.`,
      next: "Write x86_64-linux, or x86_64-linux/tool.",
    });
  }
  return [parseTarget(target).id, ...rest].join("/");
}
