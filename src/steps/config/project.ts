/**
 * The project: configuration over detection over defaults. Invariant: it depends on these, the version and the commit
 * alone, so two machines make the same one.
 */
import { ReleaseError, isReleaseError } from "../../domain/errors/index.ts";
import type { About, ChannelSpec, CompletionSpec, Project } from "../../domain/project.ts";
import type { Version } from "../../domain/version.ts";
import type { Detected, Note } from "../../engines/detect/detected.ts";
import { parseWebAddress } from "../../engines/values/web-address.ts";
import { makeBuilds } from "./builds.ts";
import type { Config } from "./config.ts";
import { fieldMissing } from "./field-missing.ts";
import { choosePackages } from "./packages.ts";
import type { Kinds } from "./schema.ts";
import { uncommitted } from "./uncommitted.ts";
import { uniqueId } from "./unique-id.ts";

export interface ProjectSources {
  readonly config: Config;
  readonly detected: Detected;
  readonly version: Version;
  readonly tag: string;
  /** Object id of the tag's commit. */
  readonly commit: string;
  readonly kinds: Pick<Kinds, "builders" | "packagers">;
}

export interface MadeProject {
  readonly project: Project;
  /** What a user should know: fields that are unknown, packages that are therefore left out. */
  readonly notes: readonly Note[];
}

/** Throws CONFIG_MISSING, PROJECT_UNKNOWN, PROJECT_FIELD_MISSING, CONFIG_INVALID, CONFIG_URL_RESERVED, FILE_NAME_COLLISION. */
export function makeProject({ config, detected, version, tag, commit, kinds }: ProjectSources): MadeProject {
  const name = config.name ?? detected.name ?? config.builds?.[0]?.binaries?.[0];
  const builds = makeBuilds({ config, detected, name: name ?? "", builders: kinds.builders });
  if (name === undefined) throw fieldMissing("Nothing says what the program is called.", "name: tool");
  const bare = {
    name,
    version,
    tag,
    commit,
    about: aboutOf(config, detected),
    builds,
    documents: {
      files: config.documents?.files ?? detected.documents.files,
      man: config.documents?.man ?? detected.documents.man,
      completions: completionsOf(config, detected),
    },
    source: { strict: false, overlay: {}, ...config.source },
    signing: config.sign ?? { with: "none", said: false },
  } as const;
  const { packages, notes } = choosePackages(config, bare, kinds.packagers);
  return {
    project: { ...bare, packages, channels: channelsOf(config) },
    notes: [
      ...embeddedNote(config, detected),
      ...detected.notes.filter((note) => !isSettled(note, config)),
      ...tidiedNote(config, bare.about),
      ...notes,
    ],
  };
}

function aboutOf(config: Config, detected: Detected): About {
  const summary = config.summary ?? detected.summary;
  const fields = {
    ...(summary === undefined ? {} : { summary: tidy(summary) }),
    ...pick("description", config, {}),
    ...pick("homepage", config, detected),
    ...pick("repository", config, detected),
    ...pick("license", config, detected),
    ...pick("maintainer", config, detected),
  };
  for (const field of ["homepage", "repository"] as const)
    if (config[field] === undefined) requireReal(field, detected);
  return fields;
}

function pick(field: keyof About, config: Config, detected: About): About {
  const value = config[field] ?? detected[field];
  return value === undefined ? {} : { [field]: value };
}

/** Debian's and Homebrew's checkers both refuse an article before the summary and a full stop behind it. */
function tidy(summary: string): string {
  const bare = summary.replace(/^(?:an?|the) +(?=\S)/i, "").replace(/([^.])\.$/, "$1");
  return bare === summary ? summary : `${bare.charAt(0).toUpperCase()}${bare.slice(1)}`;
}

/** What the user has answered is not told again at every command. */
function isSettled({ until }: Note, { builds, version, source }: Config): boolean {
  if (until === "builds") return builds !== undefined;
  if (until === "places") return version?.places !== undefined;
  return until === "overlay" && source?.overlay !== undefined;
}

function tidiedNote({ summary }: Config, about: About): readonly Note[] {
  if (summary === undefined || summary === about.summary) return [];
  return [{ message: `summary goes into packages as "${about.summary ?? ""}": without article and full stop.` }];
}

/** The configuration's own addresses were checked when it was read. */
function requireReal(field: "homepage" | "repository", detected: Detected): void {
  const address = detected[field];
  if (address === undefined) return;
  try {
    parseWebAddress(address);
  } catch (error) {
    if (!isReleaseError(error)) throw error;
    throw new ReleaseError(error.code, {
      what: `${detected.manifest ?? "The tree"}, ${field}: ${error.what}`,
      next: `Correct it there, or write ${field} in ggen-release.yaml.`,
    });
  }
}

function completionsOf(config: Config, detected: Detected): CompletionSpec {
  const given = config.documents?.completions;
  if (given === undefined) return detected.documents.completions;
  const { command, ...files } = given;
  return command === undefined ? { files } : { files, command };
}

function channelsOf(config: Config): readonly ChannelSpec[] {
  const ids = new Set<string>();
  return config.channels.map(({ id, channel, section }) => ({ id: uniqueId(id, channel, ids), channel, section }));
}

function embeddedNote(config: Config, { manifest }: Detected): readonly Note[] {
  if (config.file !== null) return [];
  if (config.isUncommitted === true) return [uncommitted];
  return [
    {
      message: `The commit has no ggen-release.yaml: everything comes from ${manifest ?? "the tree"} and defaults.`,
      next: "ggen-release init writes one.",
    },
  ];
}
