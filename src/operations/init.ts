/**
 * `init`: looks at the repository and writes ggen-release.yaml and the entries of .gitignore. It asks nothing. Invariant:
 * the file that it writes is understood and makes the project that was shown, or nothing is written.
 */
import { join } from "node:path";
import { ReleaseError } from "../domain/errors/index.ts";
import type { Project } from "../domain/project.ts";
import { type Version, compareVersions, nextVersion, parseVersion } from "../domain/version.ts";
import { detect } from "../engines/detect/detect.ts";
import type { Detected, Note } from "../engines/detect/detected.ts";
import { isPlaceholderVersion } from "../engines/detect/notes.ts";
import { releasedVersions } from "../engines/versions/released.ts";
import { workingTree } from "../engines/versions/working-tree.ts";
import type { Repository } from "../ports/git.ts";
import type { Ports } from "../ports/index.ts";
import { withIgnoreLines } from "../steps/config/ignore-lines.ts";
import { configFile, loadConfig } from "../steps/config/load.ts";
import { makeProject } from "../steps/config/project.ts";
import { configSchema } from "../steps/config/schema.ts";
import { type Starter, starterText } from "../steps/config/starter.ts";
import type { UnfitKey } from "../steps/config/unfit-key.ts";
import { openRepository } from "../steps/source/resolve.ts";
import { gatherStarter } from "./init-starter.ts";
import { kinds } from "./kinds.ts";

export interface InitOptions {
  /** Writes over a configuration that is there. */
  readonly force: boolean;
  /** Finds out and writes nothing. */
  readonly dryRun?: boolean;
}

export interface InitResult {
  /** Path of the configuration, and what was written to it. */
  readonly file: string;
  readonly text: string;
  readonly detected: Detected;
  /** Lines that were added to .gitignore. */
  readonly ignored: readonly string[];
  /** null where the configuration has still to say what is built. */
  readonly project: Project | null;
  /** What should be seen to, and how. */
  readonly notes: readonly Note[];
  /** The command to type next. */
  readonly next: string;
}

/** Throws CONFIG_EXISTS, GIT_NOT_A_REPOSITORY, MANIFEST_INVALID. */
export async function init(ports: Ports, { force, dryRun = false }: InitOptions): Promise<InitResult> {
  const repository = await openRepository(ports);
  const file = join(repository.folder, configFile);
  if (!force && !dryRun && (await ports.files.status(file)) !== null) throw exists();
  const detected = await detect(await workingTree(ports, repository));
  // A shallow clone has some tags or none: what they have in common says nothing.
  const tags = repository.shallow ? [] : await ports.git.tags(repository);
  const starter = await gatherStarter(ports, repository, detected, tags);
  const text = starterText(starter);
  const made = check(text, starter);
  const ignore = await ignoreEntries(ports, repository);
  if (!dryRun) {
    if (force) await ports.files.write(file, text);
    else if (!(await ports.files.create(file, text))) throw exists();
    await ignore.write();
  }
  const version = nextTag(tags, starter, detected);
  const add = ignore.added.length === 0 ? configFile : `${configFile} .gitignore`;
  return {
    file,
    text,
    detected,
    ignored: ignore.added,
    project: made.project,
    // What the new file settles is new to its reader all the same.
    notes: [...new Set([...detected.notes, ...made.notes, ...ignore.notes])],
    next:
      made.project === null
        ? `Say in ${configFile} what is built, then run: ggen-release check`
        : `git add ${add} && git commit -m "Say what is released" && ggen-release plan ${version}`,
  };
}

interface Checked {
  readonly project: Project | null;
  readonly notes: readonly Note[];
}

/** Reads back what is about to be written. A repository that does not say how it is built leaves that to its owner. */
function check(text: string, { detected, unfit }: Starter): Checked {
  const config = loadConfig(configSchema(kinds), new TextEncoder().encode(text));
  if (unfit !== undefined) return { project: null, notes: [...detected.notes, unfitNote(detected, unfit)] };
  if (config.builds === undefined) return { project: null, notes: detected.notes };
  const version = parseVersion("1.2.3");
  return makeProject({ config, detected, version, tag: "v1.2.3", commit: "0".repeat(40), kinds });
}

function unfitNote({ manifest }: Detected, { key, what, next }: UnfitKey): Note {
  return {
    message: `${manifest ?? "The tree"} does not tell ${key}, which the build cannot do without: ${what}`,
    next: `${next} It stands in ${configFile}, to be filled in.`,
  };
}

interface IgnoreEntries {
  readonly added: readonly string[];
  readonly notes: readonly Note[];
  readonly write: () => Promise<void>;
}

/** What a release leaves in the repository and git has not been told to ignore. */
async function ignoreEntries({ files }: Ports, { folder }: Repository): Promise<IgnoreEntries> {
  const path = join(folder, ".gitignore");
  const status = await files.status(path);
  if (status !== null && status.kind !== "file") {
    return {
      added: [],
      notes: [
        {
          message: ".gitignore is not a file of its own, and was left alone.",
          next: "Add to it: /.ggen-release/ and /releases/",
        },
      ],
      write: async () => undefined,
    };
  }
  const before = status === null ? "" : await files.readText(path);
  const { text, added } = withIgnoreLines(before);
  const kept = (await files.list(join(folder, "releases"))).length > 0;
  const note = {
    message: "releases/ holds files already; releases would be written beside them.",
    next: "Use another folder: ggen-release cut --releases DIR",
  };
  return {
    added,
    notes: kept && added.includes("/releases/") ? [note] : [],
    write: async () => {
      if (added.length > 0) await files.write(path, text, status?.mode ?? 0o644);
    },
  };
}

/** What the manifest says, where that is not released yet; otherwise what follows the highest tag. */
function nextTag(tags: readonly string[], { tagPrefix = "v" }: Starter, { version }: Detected): string {
  const released = releasedVersions(tags, { tagPrefix, scheme: "semver" }).versions.at(-1);
  const said = isPlaceholderVersion(version) ? undefined : versionOf(version ?? "");
  const next =
    released === undefined || (said !== undefined && compareVersions(said, released) > 0)
      ? (said ?? parseVersion("0.1.0"))
      : nextVersion(released, "patch");
  return `${tagPrefix}${next.text}`;
}

function versionOf(text: string): Version | undefined {
  try {
    return parseVersion(text);
  } catch {
    return undefined;
  }
}

function exists(): ReleaseError {
  return new ReleaseError("CONFIG_EXISTS", {
    what: `${configFile} is there already.`,
    next: "Check it with: ggen-release check; to write a new one over it: ggen-release init --force",
  });
}
