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
