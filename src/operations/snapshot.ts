/** The made-up version of a build that is no release: the last one's successor, marked and with the commit in it. */
import { ReleaseError } from "../domain/errors/index.ts";
import type { Ports } from "../ports/index.ts";
import { openRepository } from "../steps/source/resolve.ts";
import { compareVersions, nextVersion, parseVersion, type Version } from "../domain/version.ts";

/** `1.2.4-snapshot.g1a2b3c4d5e`: below the next release in every order, and never published. */
export async function snapshotTag(ports: Ports): Promise<string> {
  const repository = await openRepository(ports);
  if (repository.head === null) {
    throw new ReleaseError("GIT_NO_COMMIT", {
      what: `${repository.folder} has no commit.`,
      next: "Run: git add -A && git commit",
    });
  }
  const last = highest(await ports.git.tags(repository));
  const next = last === undefined ? "0.0.1" : nextVersion(last, "patch").text;
  // A leading letter: digits alone with a leading zero would be no valid identifier.
  return `${next}-snapshot.g${repository.head.slice(0, 10)}`;
}

/** Tags that hold no version are other people's business. */
function highest(tags: readonly string[]): Version | undefined {
  const versions = tags.flatMap((tag) => {
    const text = /(?:^|[/v])(\d+\.\d+\.\d+[^/]*)$/.exec(tag)?.[1];
    try {
      return text === undefined ? [] : [parseVersion(text)];
    } catch {
      return [];
    }
  });
  return versions.sort(compareVersions).at(-1);
}
