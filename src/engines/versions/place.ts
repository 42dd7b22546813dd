/** A place that names a version: what stands there, what should, and what a difference would mean. */
import type { ReleaseError } from "../../domain/errors/index.ts";
import type { VersionRole } from "../../domain/version-settings.ts";
import type { Version } from "../../domain/version.ts";
import type { KeyPath, StructuredDocument } from "./document.ts";
import { positionAt, type SourceText, type Span, unreadable } from "./source-text.ts";

/** Beside the roles of the configuration: packages that are versioned on their own, and test data. */
export type PlaceRole = VersionRole | "other-train" | "fixture";

export interface FoundPlace {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly column: number;
  /** What the version is of: `ggen-core`, `requirement on ggen-core`, `newest entry`. */
  readonly what: string;
  readonly value: string;
  readonly wanted: string;
  readonly role: PlaceRole;
  readonly agrees: boolean;
}

/** A place as readers find it, with what an edit needs. */
export interface Mention {
  readonly source: SourceText;
  readonly span: Span;
  readonly what: string;
  readonly value: string;
  /** The text that should stand at the span. */
  readonly wanted: string;
  readonly role: PlaceRole;
  readonly agrees: boolean;
  /** What a person has to do here; absent where `version set` writes the version. */
  readonly byHand?: string;
}

export function placeOf({ source, span, what, value, wanted, role, agrees }: Mention): FoundPlace {
  return { file: source.path, ...positionAt(source.text, span.start), what, value, wanted, role, agrees };
}

/** A mention of the version as such: with or without build metadata, which registries drop (SemVer, item 10). */
export function mentionOf(
  version: Version,
  mention: Pick<Mention, "source" | "span" | "what" | "value" | "role" | "byHand">,
): Mention {
  const { value } = mention;
  return { ...mention, wanted: version.text, agrees: value === version.text || value === withoutBuild(version) };
}

export function isPlaceholderVersion(text: string): boolean {
  return /^0\.0\.0(?:$|[-+])/.test(text);
}

/** The roles that stop a release: manifests and lock files, and with `strict` whatever is compared at all. */
export function mustAgree(role: PlaceRole, strict: boolean): boolean {
  return role === "manifest" || role === "lock" || (strict && isCompared(role));
}

/** Test data, placeholders and packages with versions of their own are shown and never compared. */
export function isCompared(role: PlaceRole): boolean {
  return role === "manifest" || role === "lock" || role === "packaging" || role === "document";
}

/** The role of a package's entry in a lock file: as binding as its manifest. */
export function inLock(role: PlaceRole): PlaceRole {
  return role === "manifest" ? "lock" : role;
}

/** The failure of a version that stands in its manifest as something else than a string. */
export function notText(document: StructuredDocument, path: KeyPath): ReleaseError {
  const key = path.join(".");
  const offset = document.span(...path)?.start ?? 0;
  return unreadable(document.source, offset, `${key} is not a string`, `Write ${key} in double quotes.`);
}

function withoutBuild(version: Version): string {
  return version.build === undefined ? version.text : version.text.slice(0, -version.build.length - 1);
}
