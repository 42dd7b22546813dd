/**
 * The made-up version of a build that is no release: the last one's successor, or the commit's month, marked and with the
 * commit in it. Invariant: it follows from the commit, its configuration and the tags; no clock is asked.
 */
import { ReleaseError } from "../domain/errors/index.ts";
import { nextCalendarVersion, nextVersion, type Version } from "../domain/version.ts";
import { requireEpoch } from "../engines/archive/epoch.ts";
import { releasedVersions } from "../engines/versions/released.ts";
import type { Ports } from "../ports/index.ts";
import { versionSettings } from "../steps/config/version-settings.ts";
import { openRepository } from "../steps/source/resolve.ts";
import { readConfig } from "./read-config.ts";

/**
 * `1.2.4-snapshot.g1a2b3c4d5e`, or `26.11.0-snapshot.g1a2b3c4d5e` under the calendar: below the next release in every
 * order, and never published.
 */
export async function snapshotVersion(ports: Ports, configPath: string | undefined): Promise<string> {
  const { git } = ports;
  const repository = await openRepository(ports);
  const { head } = repository;
  if (head === null) {
    throw new ReleaseError("GIT_NO_COMMIT", {
      what: `${repository.folder} has no commit.`,
      next: "Run: git add -A && git commit",
    });
  }
  const settings = versionSettings(
    (await readConfig(ports, repository, git.tree(repository, head), configPath)).config,
  );
  const last = releasedVersions(await git.tags(repository), settings).versions.at(-1);
  const next =
    settings.scheme === "calendar"
      ? calendarVersion(last, await git.commitTime(repository, head))
      : last === undefined
        ? "0.0.1"
        : nextVersion(last, "patch").text;
  // A leading letter: digits alone with a leading zero would be no valid identifier.
  return `${next}-snapshot.g${head.slice(0, 10)}`;
}

/** Of the commit's month in UTC, so that every machine and every day gives the same. */
function calendarVersion(last: Version | undefined, epoch: number): string {
  requireEpoch(epoch);
  const date = new Date(epoch * 1000);
  return nextCalendarVersion(last, date.getUTCFullYear(), date.getUTCMonth() + 1).text;
}
