/**
 * Path patterns of the configuration: `*` and `?` within a name, `**` over folders, `{a,b}` alternatives. Matching is
 * Node's own `path.matchesGlob`; a leading dot must be written out.
 */
import { matchesGlob } from "node:path/posix";

export function matchGlob(pattern: string, path: string): boolean {
  return matchesGlob(path, pattern);
}
