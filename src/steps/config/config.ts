/** The configuration as it was read: what the user wrote, validated, with nothing filled in. */
import type { CompletionSpec, Shell, SigningSpec } from "../../domain/project.ts";
import type { Target } from "../../domain/target.ts";
import type { VersionPlace, VersionRole } from "../../domain/version-settings.ts";
import type { VersionScheme } from "../../domain/version.ts";

interface Common {
  readonly name?: string;
  readonly summary?: string;
  readonly description?: string;
  readonly homepage?: string;
  readonly repository?: string;
  readonly license?: string;
  readonly maintainer?: string;
  readonly version?: {
    readonly scheme?: VersionScheme;
    readonly "tag-prefix"?: string;
    readonly places?: readonly (Omit<VersionPlace, "role"> & { readonly role?: VersionRole })[];
    readonly strict?: boolean;
  };
  readonly source?: {
    readonly strict?: boolean;
    readonly branch?: string;
    readonly overlay?: Readonly<Record<string, string>>;
  };
  readonly documents?: {
    readonly files?: readonly string[];
    readonly man?: readonly string[];
    readonly completions?: Readonly<Partial<Record<Shell, string>>> & Pick<CompletionSpec, "command">;
  };
  readonly sign?: SigningSpec;
  readonly apt?: {
    readonly repo?: string;
    readonly suite?: string;
    readonly component?: string;
    readonly url?: string;
  };
}

interface CommonBuild {
  readonly id?: string;
  readonly targets?: readonly Target[];
  readonly binaries?: readonly string[];
  readonly grant?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly smoke?:
    | false
    | { readonly arguments?: readonly string[]; readonly version?: boolean; readonly timeout?: number };
  readonly size?: { readonly min?: number; readonly max?: number };
  readonly glibc?: string;
}

/** What the schema answers: sections of builders, packagers and channels among the common keys. */
export interface ConfigOutput extends Common {
  readonly builds?: readonly (CommonBuild & { readonly builder: string } & Readonly<Record<string, unknown>>)[];
  readonly packages?: Readonly<Record<string, unknown>>;
  readonly channels?: readonly ({ readonly channel: string; readonly id?: string } & Readonly<
    Record<string, unknown>
  >)[];
}

/** A validated section, and which of its keys the user wrote: the others are the schema's defaults. */
export interface Section {
  readonly values: Readonly<Record<string, unknown>>;
  readonly written: readonly string[];
}

export interface BuildConfig extends CommonBuild {
  readonly builder: string;
  readonly section: Section;
}

export interface Config extends Common {
  /** As messages name it; null where the repository has no configuration. */
  readonly file: string | null;
  /** Whether one lies in the working folder that the commit does not have. */
  readonly isUncommitted?: boolean;
  readonly builds?: readonly BuildConfig[];
  readonly packages: Readonly<Record<string, boolean | Section>>;
  readonly channels: readonly { readonly id?: string; readonly channel: string; readonly section: unknown }[];
}

/** What stands for a repository without a configuration. */
export const noConfig: Config = { file: null, packages: {}, channels: [] };
