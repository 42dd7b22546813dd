/**
 * The project: what the configuration and the repository say together, with every default filled in. Steps, packagers
 * and channels read it; none changes it.
 */
import type { Target } from "./target.ts";
import type { Version } from "./version.ts";

export interface Project {
  /** The program's name: artifact files and packages are called after it. */
  readonly name: string;
  readonly version: Version;
  readonly tag: string;
  /** Object id of the tag's commit (40 or 64 hexadecimal digits). */
  readonly commit: string;
  readonly about: About;
  readonly builds: readonly BuildSpec[];
  readonly documents: DocumentSpec;
  /** Section per package format, validated by its packager; only formats that are wanted. */
  readonly packages: Readonly<Record<string, unknown>>;
  /** Sections per channel in the order of the configuration. */
  readonly channels: readonly ChannelSpec[];
  readonly source: SourceSpec;
  readonly signing: SigningSpec;
}

/** What packages say of the program. Absent fields are unknown, never empty. */
export interface About {
  /** One line, without an article at its start or a full stop at its end. */
  readonly summary?: string;
  /** Further paragraphs. */
  readonly description?: string;
  readonly homepage?: string;
  /** Web address of the source repository. */
  readonly repository?: string;
  /** SPDX expression. */
  readonly license?: string;
  /** `Name <mail@host>`, RFC 5322. */
  readonly maintainer?: string;
}

export interface BuildSpec {
  /** Unique; a single build is called after its builder. */
  readonly id: string;
  readonly builder: string;
  readonly targets: readonly Target[];
  /** Names of the programs that it makes, as users call them (no `.exe`). */
  readonly binaries: readonly string[];
  /** The builder's own keys, validated by it. */
  readonly section: unknown;
  readonly environment: BuildEnvironment;
  /** The program's first run; null where the configuration says `smoke: false`. */
  readonly smoke: SmokeSpec | null;
  /** Bounds of each binary's size in bytes. */
  readonly size: { readonly min: number; readonly max: number };
  /** Highest glibc that the binary may need, for example `2.31`. */
  readonly glibc?: string;
}

export interface BuildEnvironment {
  /** Names of variables passed on from the caller's environment. */
  readonly grant: readonly string[];
  readonly set: Readonly<Record<string, string>>;
}

export interface SmokeSpec {
  readonly arguments: readonly string[];
  /** Whether the output must name the version. */
  readonly version: boolean;
  readonly timeoutSeconds: number;
}

export interface DocumentSpec {
  /** Paths or globs in the tree. */
  readonly files: readonly string[];
  readonly man: readonly string[];
  readonly completions: CompletionSpec;
}

/** Completions are files of the tree, or what the program prints when asked for a shell's. */
export interface CompletionSpec {
  readonly files: Readonly<Partial<Record<Shell, string>>>;
  /** Arguments with `{shell}` in the shell's place. */
  readonly command?: readonly string[];
}

export const shells = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof shells)[number];

export interface ChannelSpec {
  readonly id: string;
  readonly channel: string;
  readonly section: unknown;
}

export interface SourceSpec {
  readonly strict: boolean;
  /** Branch that the tagged commit must be on. */
  readonly branch?: string;
  /** Files laid over the clean clone: path in the tree → path beside the configuration. */
  readonly overlay: Readonly<Record<string, string>>;
}

export type SigningSpec =
  | { readonly with: "none"; readonly said: boolean }
  | { readonly with: "openpgp"; readonly key: KeyLocation; readonly fingerprint?: string }
  | { readonly with: "gpg"; readonly fingerprint: string };

/** Where a secret key is: never the key itself. */
export type KeyLocation =
  | { readonly from: "environment"; readonly name: string }
  | { readonly from: "file"; readonly path: string };
