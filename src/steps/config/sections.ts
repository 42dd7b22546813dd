/** The sections that do not depend on builders, packagers and channels. */
import * as v from "valibot";
import { ReleaseError } from "../../domain/errors/index.ts";
import type { SigningSpec } from "../../domain/project.ts";
import { versionRoles } from "../../domain/version-settings.ts";
import { parseTagPrefix } from "../../engines/values/names.ts";
import { parsed } from "../../engines/values/parsed.ts";
import { quoted } from "../../domain/quoted.ts";
import { parseRepositoryAddress } from "../../engines/apt/archive-lines.ts";
import { parseComponentName, parseSuiteName } from "../../engines/apt/layout.ts";
import { parseFingerprint, parseKeyLocation } from "../../engines/values/signing.ts";
import { parseTreeGlob, parseTreePath } from "../../engines/values/tree-path.ts";
import { described, flag, list, text } from "./entry.ts";

const treePath = v.pipe(v.string(), parsed(parseTreePath));

const placeSection = v.strictObject({
  file: described(v.pipe(v.string(), parsed(parseTreeGlob)), "The file: a path or glob in the tree."),
  pattern: text(
    parsePattern,
    "Text around the version, on one line, with {version} in its place: image: tool:{version}. Without it the file is read as its name says: package.json, VERSION.",
  ),
  role: v.exactOptional(
    described(
      v.picklist(versionRoles),
      "What a disagreement means: manifest and lock stop the release, packaging and document warn, placeholder is only shown. Default: document.",
    ),
  ),
});

export const versionSection = described(
  v.strictObject({
    scheme: v.exactOptional(
      described(
        v.picklist(["semver", "calendar"]),
        "How versions count: semver (1.2.3) or calendar (YY.M.patch). Default: semver.",
      ),
    ),
    "tag-prefix": text(parseTagPrefix, 'What stands before the version in a tag. Default: "v".'),
    places: v.exactOptional(
      described(
        v.array(placeSection),
        "Further files that name the version, beside Cargo.toml, package.json and their like.",
      ),
    ),
    strict: flag("Whether packaging and documents must agree too, instead of a warning. Default: false."),
  }),
  "How versions and tags are written, and which files must agree with them.",
);

export const sourceSection = described(
  v.strictObject({
    strict: flag(
      "Whether a dirty tree, a tag that is unsigned or lightweight, signed by an unknown key or off the branch stops the release, and whether the signed tag must be there before the first cut, which makes an unsigned one otherwise. Snapshots are not asked. Default: false, these warn.",
    ),
    branch: text(parseBranch, "The branch that a released commit must be on."),
    overlay: v.exactOptional(
      described(
        v.record(treePath, treePath),
        "Files laid over the clean clone, such as a lock file that git ignores: path in the tree, and path beside the configuration.",
      ),
    ),
  }),
  "What is built from.",
);

const completions = v.strictObject({
  bash: text(parseTreePath, "Path of the completion for bash."),
  zsh: text(parseTreePath, "Path of the completion for zsh."),
  fish: text(parseTreePath, "Path of the completion for fish."),
  command: v.exactOptional(
    v.pipe(
      v.array(v.string()),
      v.check((words) => words.some((word) => word.includes("{shell}")), "No argument holds {shell}."),
      v.description(
        'Arguments with which the program prints a completion, {shell} standing for the shell: [completion, "{shell}"].',
      ),
    ),
  ),
});

export const documentSection = described(
  v.strictObject({
    files: list(
      parseTreeGlob,
      "Documents in packages: paths or globs in the tree. Default: README, licence and notice files at the top.",
    ),
    man: list(parseTreeGlob, "Manual pages: paths or globs in the tree, such as doc/tool.1."),
    completions: v.exactOptional(
      v.pipe(
        completions,
        v.check(
          ({ command, ...files }) => command === undefined || Object.keys(files).length === 0,
          "Completions are either files or a command, not both.",
        ),
        v.description("Shell completions: files of the tree, or a command of the program that prints them."),
      ),
    ),
  }),
  "What ships beside the programs.",
);

const keySection = v.strictObject({
  key: text(parseKeyLocation, "Where the secret OpenPGP key is: env:NAME or file:PATH. Never the key itself."),
  fingerprint: text(parseFingerprint, "Fingerprint that the key must have."),
  gpg: text(parseFingerprint, "Fingerprint of a key that gpg signs with, instead of key."),
});

export const signSection = v.pipe(
  v.union([v.literal("none"), keySection]),
  v.rawTransform<"none" | v.InferOutput<typeof keySection>, SigningSpec>(({ dataset: { value }, addIssue, NEVER }) => {
    if (value === "none") return { with: "none", said: true };
    const { key, gpg, fingerprint } = value;
    if (key !== undefined && gpg === undefined)
      return { with: "openpgp", key, ...(fingerprint === undefined ? {} : { fingerprint }) };
    if (gpg !== undefined && key === undefined && fingerprint === undefined) return { with: "gpg", fingerprint: gpg };
    addIssue({ message: "sign takes either key (with fingerprint, if you like) or gpg." });
    return NEVER;
  }),
  v.description("What files are signed with. none: they are not, and nothing is said about it."),
);

export const aptSection = described(
  v.strictObject({
    repo: text(
      parseRepositoryPlace,
      "The repository: a folder (from the repository's root), s3://bucket/prefix or ssh://host/folder.",
    ),
    suite: text(parseSuiteName, "The suite that commands mean where none is named. Default: stable."),
    component: text(parseComponentName, "The component that packages are added to. Default: main."),
    url: text(parseRepositoryAddress, "Where users read the repository, for its pages and its keyring package."),
  }),
  "The APT repository that `ggen-release apt` works on where --repo does not name one.",
);

function parseRepositoryPlace(place: string): string {
  if (/^(?:(?:s3|ssh):\/\/[^\s/]|(?![A-Za-z][A-Za-z0-9+.-]*:\/\/)[^\s])/.test(place) && !/[\u0000-\u001f]/.test(place))
    return place;
  throw new ReleaseError("CONFIG_INVALID", {
    what: `${quoted(place)} is no place for an APT repository.`,
    next: "Name a folder, s3://bucket/prefix or ssh://host/folder.",
  });
}

function parsePattern(pattern: string): string {
  if (pattern.split("{version}").length === 2 && !/[\r\n]/.test(pattern) && pattern.length <= 300) return pattern;
  throw new ReleaseError("CONFIG_INVALID", {
    what: `${quoted(pattern)} is not one line with {version} in it once.`,
    next: "Write the text as it stands in the file, with {version} in place of the version: image: tool:{version}",
  });
}

/** What git takes for a branch and no program for an option (git-check-ref-format(1)). */
function parseBranch(name: string): string {
  if (/^[A-Za-z0-9_][A-Za-z0-9._/+-]{0,199}$/.test(name) && !/\.\.|\/\/|\/\.|\.lock(?:\/|$)|[./]$/.test(name))
    return name;
  throw new ReleaseError("CONFIG_INVALID", {
    what: `${quoted(name)} is not the name of a branch.`,
    next: "Write it as git branch shows it, without origin/ before it: main",
  });
}
