/** A requirement on a package of the same release: it agrees where it lets the release's version in, stale or not. */
import type { Version } from "../../domain/version.ts";
import type { KeyPath, StructuredDocument } from "./document.ts";
import type { Mention, PlaceRole } from "./place.ts";
import { admits, type Dialect, rewritten } from "./requirement.ts";

export interface RequirementPlace {
  readonly document: StructuredDocument;
  readonly path: KeyPath;
  /** The package that is required. */
  readonly name: string;
  readonly version: Version;
  readonly dialect: Dialect;
  readonly role: PlaceRole;
}

/** None where the text is no requirement on a version: a tag, an address, `workspace:*`. */
export function requirementMention({
  document,
  path,
  name,
  version,
  dialect,
  role,
}: RequirementPlace): readonly Mention[] {
  const [text, whole] = [document.text(...path), document.span(...path)];
  if (text === undefined || whole === undefined) return [];
  // pnpm and yarn write `workspace:^1.2.0` for a requirement on a member.
  const prefix = text.startsWith("workspace:") ? "workspace:".length : 0;
  const value = text.slice(prefix);
  const agrees = admits(value, version, dialect);
  if (agrees === null || value === "*") return [];
  const wanted = agrees ? value : rewritten(value, version, dialect);
  const span = { start: whole.start + prefix, end: whole.end };
  return [{ source: document.source, span, what: `requirement on ${name}`, value, wanted, role, agrees }];
}
