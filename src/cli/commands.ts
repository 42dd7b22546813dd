/**
 * Every command with its one line of help. Its module is loaded when it is called and not before: what a command does
 * not use costs it nothing at start.
 */
import type { CommandClass } from "clipanion";
import type { Context } from "./context.ts";

/** What this program is called. */
export const program = "ggen-release";

export interface CommandEntry {
  readonly path: readonly string[];
  /** How it is called, behind the program's name. */
  readonly usage: string;
  readonly summary: string;
  /** Whether it begins by reading the repository around the caller. */
  readonly inRepository?: true;
  readonly load: () => Promise<CommandClass<Context>>;
}

export const commands: readonly CommandEntry[] = [
  {
    path: ["init"],
    usage: "init",
    summary: "Detect what the repository is and write ggen-release.yaml",
    inRepository: true,
    load: async () => (await import("./init.ts")).InitCommand,
  },
  {
    path: ["check"],
    usage: "check",
    summary: "Check the configuration",
    inRepository: true,
    load: async () => (await import("./check.ts")).CheckCommand,
  },
  {
    path: ["plan"],
    usage: "plan v1.2.3",
    summary: "Show every file, step and change of a release, doing nothing",
    inRepository: true,
    load: async () => (await import("./plan.ts")).PlanCommand,
  },
  {
    path: ["build"],
    usage: "build v1.2.3",
    summary: "Build and package; --snapshot for pull requests, --only and --merge for several machines",
    inRepository: true,
    load: async () => (await import("./build.ts")).BuildCommand,
  },
  {
    path: ["cut"],
    usage: "cut v1.2.3",
    summary: "Make the release; run it again to finish one that was interrupted",
    inRepository: true,
    load: async () => (await import("./cut.ts")).CutCommand,
  },
  {
    path: ["verify"],
    usage: "verify v1.2.3",
    summary: "Compare a release on disk with its manifest, sums and signatures",
    load: async () => (await import("./verify.ts")).VerifyCommand,
  },
  {
    path: ["version", "next"],
    usage: "version next",
    summary: "Propose the next version",
    inRepository: true,
    load: async () => (await import("./version-next.ts")).VersionNextCommand,
  },
  {
    path: ["version", "check"],
    usage: "version check 1.2.3",
    summary: "Compare every place that names the version",
    inRepository: true,
    load: async () => (await import("./version-check.ts")).VersionCheckCommand,
  },
  {
    path: ["version", "set"],
    usage: "version set 1.2.3",
    summary: "Write the version to every place that must agree, all or none",
    inRepository: true,
    load: async () => (await import("./version-set.ts")).VersionSetCommand,
  },
  {
    path: ["keys", "new"],
    usage: "keys new",
    summary: "Make a signing key that apt of every supported release accepts",
    load: async () => (await import("./keys-new.ts")).KeysNewCommand,
  },
  {
    path: ["keys", "list"],
    usage: "keys list",
    summary: "Show the configured keys and who accepts them",
    load: async () => (await import("./keys-list.ts")).KeysListCommand,
  },
  {
    path: ["keys", "export"],
    usage: "keys export",
    summary: "Print the public key",
    load: async () => (await import("./keys-export.ts")).KeysExportCommand,
  },
  {
    path: ["apt", "init"],
    usage: "apt init",
    summary: "Make an empty, signed suite of an APT repository",
    load: async () => (await import("./apt-init.ts")).AptInitCommand,
  },
  {
    path: ["apt", "add"],
    usage: "apt add tool.deb",
    summary: "Add packages to a suite, beside all versions that are there",
    load: async () => (await import("./apt-add.ts")).AptAddCommand,
  },
  {
    path: ["apt", "import"],
    usage: "apt import /srv/reprepro",
    summary: "Take over what reprepro, aptly or apt-ftparchive made",
    load: async () => (await import("./apt-import.ts")).AptImportCommand,
  },
  {
    path: ["apt", "list"],
    usage: "apt list",
    summary: "List the packages of a repository",
    load: async () => (await import("./apt-list.ts")).AptListCommand,
  },
  {
    path: ["apt", "show"],
    usage: "apt show tool",
    summary: "Show what the indexes say of a package",
    load: async () => (await import("./apt-show.ts")).AptShowCommand,
  },
  {
    path: ["apt", "diff"],
    usage: "apt diff stable testing",
    summary: "Show what one suite has and another has not",
    load: async () => (await import("./apt-diff.ts")).AptDiffCommand,
  },
  {
    path: ["apt", "verify"],
    usage: "apt verify",
    summary: "Check that clients get what every suite promises",
    load: async () => (await import("./apt-verify.ts")).AptVerifyCommand,
  },
  {
    path: ["apt", "promote"],
    usage: "apt promote tool 1.2.3",
    summary: "Carry a package over to another suite, the very same file",
    load: async () => (await import("./apt-promote.ts")).AptPromoteCommand,
  },
  {
    path: ["apt", "phase"],
    usage: "apt phase tool 1.2.3 10",
    summary: "Set on how many machines a package is upgraded by itself",
    load: async () => (await import("./apt-phase.ts")).AptPhaseCommand,
  },
  {
    path: ["apt", "remove"],
    usage: "apt remove tool 1.2.3",
    summary: "Take a package out of a suite",
    load: async () => (await import("./apt-remove.ts")).AptRemoveCommand,
  },
  {
    path: ["apt", "snapshot"],
    usage: "apt snapshot NAME",
    summary: "Keep what a suite holds now under a name of its own",
    load: async () => (await import("./apt-snapshot.ts")).AptSnapshotCommand,
  },
  {
    path: ["apt", "rollback"],
    usage: "apt rollback",
    summary: "Let a suite hold again what it held before",
    load: async () => (await import("./apt-rollback.ts")).AptRollbackCommand,
  },
  {
    path: ["apt", "prune"],
    usage: "apt prune",
    summary: "Remove old versions, and files that nothing names any more",
    load: async () => (await import("./apt-prune.ts")).AptPruneCommand,
  },
  {
    path: ["apt", "keyring"],
    usage: "apt keyring",
    summary: "Add a package that gives users the key and the source",
    load: async () => (await import("./apt-keyring.ts")).AptKeyringCommand,
  },
  {
    path: ["apt", "serve"],
    usage: "apt serve",
    summary: "Serve a repository on this machine, for a trial",
    load: async () => (await import("./apt-serve.ts")).AptServeCommand,
  },
  {
    path: ["apt", "sign"],
    usage: "apt sign",
    summary: "Sign a suite as it stands, with a new date",
    load: async () => (await import("./apt-sign.ts")).AptSignCommand,
  },
  {
    path: ["deb", "inspect"],
    usage: "deb inspect tool.deb",
    summary: "Show what a Debian package holds, without unpacking it",
    load: async () => (await import("./deb-inspect.ts")).DebInspectCommand,
  },
  {
    path: ["deb", "lint"],
    usage: "deb lint tool.deb",
    summary: "Find what is wrong with Debian packages, each with how to mend it",
    load: async () => (await import("./deb-lint.ts")).DebLintCommand,
  },
  {
    path: ["deb", "compare"],
    usage: "deb compare a.deb b.deb",
    summary: "Compare two Debian packages: fields, scripts and every file",
    load: async () => (await import("./deb-compare.ts")).DebCompareCommand,
  },
  {
    path: ["schema"],
    usage: "schema",
    summary: "Print the JSON Schema of ggen-release.yaml",
    load: async () => (await import("./schema.ts")).SchemaCommand,
  },
  {
    path: ["completion"],
    usage: "completion bash",
    summary: "Print the completion script for bash, zsh or fish",
    load: async () => (await import("./completion.ts")).CompletionCommand,
  },
];

/** The command that these words begin with. */
export function findCommand(words: readonly string[]): CommandEntry | undefined {
  return commands.find(({ path }) => path.every((word, index) => words[index] === word));
}

/** The commands of two words of which this is the first. */
export function groupOf(word: string | undefined): readonly CommandEntry[] {
  return commands.filter(({ path }) => path.length > 1 && path[0] === word);
}
