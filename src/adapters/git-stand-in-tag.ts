/**
 * The tag of a clean clone whose release has none yet: tools that stamp the version from git must see it all the same.
 * Invariant: it follows from name and commit alone, so a build that stamps its object or date gives the same bytes on
 * every machine and day. Layout: git-mktag(1).
 */
import type { GitCaller } from "./git-caller.ts";
import { gitFailed } from "./git-failure.ts";

/** `time`: committer time of the commit, seconds since 1970. */
export async function makeStandInTag(
  git: GitCaller,
  folder: string,
  { tag, commit, time }: { readonly tag: string; readonly commit: string; readonly time: number },
): Promise<void> {
  const tagger = `ggen-release <ggen-release@localhost> ${time} +0000`;
  const input = `object ${commit}\ntype commit\ntag ${tag}\ntagger ${tagger}\n\n${tag}\n`;
  const made = await git.run(folder, ["mktag"], { input });
  if (made.exitCode !== 0) throw gitFailed(["mktag"], made);
  const named = ["update-ref", `refs/tags/${tag}`, made.stdout.trim(), ""];
  const done = await git.run(folder, named);
  if (done.exitCode !== 0) throw gitFailed(named, done);
}
