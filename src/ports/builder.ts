/** The extension point for builders: one object literal in one file, and its line in src/operations/builders.ts. */
import type { GenericSchema } from "valibot";
import type { Target } from "../domain/target.ts";
import type { Ports } from "./index.ts";

/** A `Builder<Section>` is a `Builder<never>` to whoever holds the array: its schema has checked the section before. */
export interface Builder<Section = never> {
  /** The word that `builder:` takes in the configuration. */
  readonly id: string;
  /** The builder's own keys beside the common ones; valibot entries, used for validation and the JSON Schema. */
  readonly entries: Readonly<Record<string, GenericSchema>>;
  /** The commands as a user would type them, and which of the caller's variables they need. Pure. */
  plan(
    section: Section,
    target: Target,
    binaries: readonly string[],
  ): { readonly commands: readonly string[]; readonly environment: readonly string[] };
  /**
   * Files and folders of the tree that programs are made from ("" is its top): looked for before anything is built.
   * Pure. Throws nothing: what a section leaves open is `plan`'s to refuse.
   */
  sources?(section: Section, binaries: readonly string[]): readonly string[];
  /** The toolchain's own words about its version: part of the key under which a build is reused. */
  toolchain(section: Section, target: Target, job: ToolJob): Promise<string>;
  /** Builds in the clean clone and answers where each binary is. */
  build(section: Section, job: BuildJob): Promise<readonly BuiltFile[]>;
}

export interface ToolJob {
  readonly folder: string;
  /** The build's whole environment, already reduced to what is allowed. */
  readonly environment: Readonly<Record<string, string>>;
  readonly ports: Ports;
}

export interface BuildJob extends ToolJob {
  /** The clean clone; `folder` is the folder in it to build in. */
  readonly source: string;
  /** An empty folder for intermediate files; outputs may lie here or in the clone. */
  readonly scratch: string;
  /** A folder that is kept between runs, for downloads that are checked by digest. */
  readonly downloads: string;
  readonly target: Target;
  readonly binaries: readonly string[];
  readonly version: string;
  readonly tag: string;
  readonly commit: string;
  /** Committer time, seconds since 1970: SOURCE_DATE_EPOCH. */
  readonly epoch: number;
  /** Task under which output lines are reported. */
  readonly task: string;
}

export interface BuiltFile {
  /** Name of the program. */
  readonly binary: string;
  /** Absolute path of the file that was built. */
  readonly path: string;
}
