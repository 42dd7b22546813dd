/**
 * What is odd about the tag and its tree. Findings are values: `warn` is shown and goes on, `fail` refuses. What
 * `source.strict` makes of a warning is decided here and nowhere else.
 */
import { dirname, join, normalize } from "node:path";
import type { ErrorCode } from "../../domain/errors/index.ts";
import type { Finding } from "../../domain/finding.ts";
import type { SourceSpec } from "../../domain/project.ts";
import type { Tag } from "../../ports/git.ts";
import type { Ports } from "../../ports/index.ts";
import type { TreeEntry } from "../../ports/tree.ts";
import type { Source } from "./resolve.ts";
import { missingTagFinding, signatureFinding } from "./tag-signature.ts";

export interface SourceCheck {
  readonly spec: SourceSpec;
  /** Whether the remote is asked for its tag: costs a connection. */
  readonly askRemote: boolean;
  /** Whether a release of the tag is there or was begun: its tag is settled, and only `strict` asks more of it. */
  readonly begun?: boolean;
  /** Whether the run may end in a release, or shows one: only then `strict` wants the tag to be there. */
  readonly toRelease?: boolean;
  /** What `git.dirty` answers, where somebody has asked already. */
  readonly dirty?: Promise<readonly string[]>;
}

export async function checkSource(
  ports: Ports,
  source: Source,
  { spec, askRemote, begun, toRelease, dirty }: SourceCheck,
): Promise<readonly Finding[]> {
  const entries = await source.tree.entries();
  const found = await Promise.all([
    checkWorkingTree(dirty ?? ports.git.dirty(source.repository)),
    checkTag(ports, source, { askRemote, settled: begun === true && !spec.strict }),
    checkBranch(ports, source, spec),
    checkNames(entries),
    checkLinks(source, entries),
    checkSubmodules(ports, source, entries),
    checkPointers(ports, source, entries),
    checkExport(source, entries),
  ]);
  // The last, since a tag is made when all else is well.
  return [...found.flat(), ...(toRelease === true && spec.strict ? missingTagFinding(source) : [])].map((finding) =>
    spec.strict && finding.verdict === "warn" ? { ...finding, verdict: "fail" } : finding,
  );
}

async function checkWorkingTree(asked: Promise<readonly string[]>): Promise<readonly Finding[]> {
  const dirty = (await asked).filter((path) => !/^(\.ggen-release|releases)\//.test(path));
  if (dirty.length === 0) return [];
  const shown = dirty.slice(0, 5).join(", ") + (dirty.length > 5 ? ` and ${dirty.length - 5} more` : "");
  return [
    warn(
      "source:dirty",
      "GIT_TREE_DIRTY",
      `not committed, so not in the release: ${shown}`,
      "Commit what belongs to the release, or stash it.",
    ),
  ];
}

async function checkTag(
  ports: Ports,
  { tag, tagName, repository }: Source,
  { askRemote, settled }: { readonly askRemote: boolean; readonly settled: boolean },
): Promise<readonly Finding[]> {
  if (tag === null) return [];
  const asked = askRemote && (await ports.git.originAddress(repository)) !== null;
  const remote = asked ? await ports.git.remoteTag(repository, tagName) : null;
  const findings: Finding[] = [];
  if (tag.signed) findings.push(...signatureFinding(tagName, await ports.git.verifyTag(repository, tagName)));
  else if (!settled) findings.push(unsignedTag(tagName, tag, remote === tag.object));
  if (remote === "unknown")
    findings.push({
      id: "source:remote-tag",
      verdict: "not-run",
      message: `origin could not be asked for ${tagName}`,
    });
  else if (remote !== null && remote !== tag.object) {
    findings.push(
      fail(
        "source:remote-tag",
        "GIT_TAG_DIFFERS_FROM_REMOTE",
        `tag ${tagName} is ${tag.object.slice(0, 12)} here and ${remote.slice(0, 12)} at origin`,
        "Run: git fetch --tags, compare the two, and release the one that is meant (a new version if both were seen by others).",
      ),
    );
  }
  return findings;
}

/** A tag that others have is never to be moved: what they fetched would differ from what is released. */
function unsignedTag(name: string, { annotated, commit }: Tag, published: boolean): Finding {
  const word = annotated ? "-s" : "-a";
  const next = published
    ? `Others have this tag, so leave it, and make the next one yourself: git tag ${word} TAG`
    : `If nobody has the tag yet: git tag -d ${name} && git tag ${word} ${name} ${commit}. Otherwise leave it, and make the next one so.`;
  return annotated
    ? warn("source:tag-signature", "GIT_TAG_UNSIGNED", `tag ${name} is not signed`, next)
    : warn("source:tag-kind", "GIT_TAG_NOT_ANNOTATED", `tag ${name} is lightweight`, next);
}

async function checkBranch(
  ports: Ports,
  { repository, commit, tagName }: Source,
  { branch }: SourceSpec,
): Promise<readonly Finding[]> {
  if (branch === undefined) return [];
  const on = await ports.git.isOnBranch(repository, commit, branch);
  if (on === true) return [];
  const message =
    on === null
      ? `there is no branch ${branch} to compare ${tagName} with`
      : `${tagName} (${commit.slice(0, 12)}) is not on ${branch}`;
  return [
    warn(
      "source:branch",
      "GIT_TAG_OFF_BRANCH",
      message,
      `Merge the commit to ${branch} first, or name the right branch under source.branch.`,
    ),
  ];
}

async function checkNames(entries: readonly TreeEntry[]): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  const hostile = entries.find(({ path }) => /[\n\r]/.test(path));
  if (hostile !== undefined) {
    findings.push(
      fail(
        "source:names",
        "SOURCE_FILE_NAME",
        `${JSON.stringify(hostile.path)} has a line break in its name`,
        "Rename the file.",
      ),
    );
  }
  const folded = new Map<string, string>();
  for (const { path } of entries) {
    const other = folded.get(path.toLowerCase());
    if (other !== undefined) {
      findings.push(
        warn(
          "source:case",
          "SOURCE_FILE_NAME",
          `${other} and ${path} are one file on systems that fold case`,
          "Rename one of them.",
        ),
      );
      break;
    }
    folded.set(path.toLowerCase(), path);
  }
  return findings;
}

/** Links that lead out of the tree or to nothing: harmless in a test's data, fatal in a package (which checks again). */
async function checkLinks(source: Source, entries: readonly TreeEntry[]): Promise<readonly Finding[]> {
  const there = new Set(entries.flatMap(({ path }) => [path, ...parentsOf(path)]));
  const findings: Finding[] = [];
  for (const { path, kind } of entries) {
    if (kind !== "symlink") continue;
    const target = (await source.tree.readText(path)) ?? "";
    const resolved = normalize(join(dirname(path), target)).replace(/\/$/, "");
    if (target.startsWith("/") || resolved.startsWith("..")) {
      findings.push(
        warn(
          "source:link",
          "GIT_SYMLINK_ESCAPES",
          `${path} links out of the tree, to ${target}`,
          `Replace it by the file, or remove it: git rm ${path}`,
        ),
      );
    } else if (resolved !== "." && !there.has(resolved)) {
      findings.push(
        warn(
          "source:link",
          "GIT_SYMLINK_DANGLING",
          `${path} links to ${target}, which is not there`,
          `Add the file, or remove the link: git rm ${path}`,
        ),
      );
    }
  }
  return findings;
}

function parentsOf(path: string): readonly string[] {
  const parts = path.split("/");
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join("/"));
}

async function checkSubmodules(
  ports: Ports,
  { repository }: Source,
  entries: readonly TreeEntry[],
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const { path, kind } of entries) {
    if (kind !== "submodule") continue;
    if ((await ports.files.status(join(repository.folder, path, ".git"))) !== null) continue;
    findings.push(
      fail(
        "source:submodule",
        "GIT_SUBMODULE_MISSING",
        `submodule ${path} is not checked out`,
        "Run: git submodule update --init --recursive",
      ),
    );
  }
  return findings;
}

/** `git archive` leaves out and rewrites files where attributes say so (gitattributes(5)): whoever compares must know. */
async function checkExport(source: Source, entries: readonly TreeEntry[]): Promise<readonly Finding[]> {
  const telling: string[] = [];
  for (const { path } of entries) {
    if (path !== ".gitattributes" && !path.endsWith("/.gitattributes")) continue;
    if (/^[^#\n]*\bexport-(?:ignore|subst)\b/m.test((await source.tree.readText(path)) ?? "")) telling.push(path);
  }
  if (telling.length === 0) return [];
  const message = `the source archive differs from the tag's tree where ${telling.join(", ")} says export-ignore or export-subst`;
  return [{ id: "source:archive", verdict: "pass", message }];
}

/** Git LFS pointers (its specification, version 1) stand where `.gitattributes` sends files through the lfs filter. */
async function checkPointers(ports: Ports, source: Source, entries: readonly TreeEntry[]): Promise<readonly Finding[]> {
  if (!entries.some(({ path }) => path === ".gitattributes" || path.endsWith("/.gitattributes"))) return [];
  const pointers = await ports.git.pathsHolding(source.repository, source.commit, pointerLine);
  const real = [];
  for (const path of pointers) if (((await source.tree.readText(path)) ?? "").startsWith(pointerLine)) real.push(path);
  if (real.length === 0) return [];
  const message = `${real.slice(0, 3).join(", ")}: the commit holds Git LFS pointers, not the files`;
  return [
    fail(
      "source:lfs",
      "GIT_LFS_POINTER",
      message,
      "Commit the files themselves (git lfs migrate export), or name the fetched ones under source.overlay.",
    ),
  ];
}

const pointerLine = "version https://git-lfs.github.com/spec/v1";

function warn(id: string, code: ErrorCode, message: string, next: string): Finding {
  return { id, verdict: "warn", code, message, next };
}

function fail(id: string, code: ErrorCode, message: string, next: string): Finding {
  return { id, verdict: "fail", code, message, next };
}
