/** What stands before the versions in a repository's tags, where that is not the usual `v`. */
import { isReleaseError } from "../../domain/errors/index.ts";
import { parseTagPrefix } from "../../engines/values/names.ts";

/**
 * The prefix of most tags that end in a version; undefined for `v`, and where no tag does. In a repository of several
 * programs the tags without a name are the main one's, however few.
 */
export function tagPrefixOf(tags: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const tag of tags) {
    const prefix = /^(.*?)[0-9]+\.[0-9]+\.[0-9]+(?:[-+].*)?$/.exec(tag)?.[1];
    if (prefix !== undefined && isPrefix(prefix)) counts.set(prefix, (counts.get(prefix) ?? 0) + 1);
  }
  const nameless = [...counts].filter(([prefix]) => prefix === "v" || prefix === "");
  const [most] = (nameless.length > 0 ? nameless : [...counts]).sort(([, a], [, b]) => b - a)[0] ?? [];
  return most === "v" ? undefined : most;
}

function isPrefix(prefix: string): boolean {
  try {
    return parseTagPrefix(prefix) === prefix;
  } catch (error) {
    if (isReleaseError(error)) return false;
    throw error;
  }
}
