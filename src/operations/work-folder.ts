/**
 * Where a run makes things, below `.ggen-release/`, and the lock on it. Invariant: two runs that would write to the same
 * work folder are never in it together; runs of different targets have different ones and do not meet.
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import type { Ports } from "../ports/index.ts";
import { withLock } from "../engines/lock.ts";
import type { Release } from "./prepare.ts";

type Named = Pick<Release, "workFolder" | "plan">;

/** Where `build` leaves a whole release, which `cut` then goes on with, or a part of one. `only`: targets of a part. */
export function buildFolder(release: Named, only: readonly string[] = []): string {
  return join(release.workFolder, "build", folderName(release, only));
}

/** Lets `act` work in the folder that is this run's alone. Throws LOCKED where another run is in it. */
export function inWorkFolder<Result>(
  ports: Ports,
  release: Named,
  only: readonly string[],
  act: (work: string) => Promise<Result>,
): Promise<Result> {
  const work = join(release.workFolder, "work", folderName(release, only));
  return withLock(ports, `${work}.lock`, () => act(work));
}

/** No tag holds an @, so a part's name is never that of another tag (domain/version.ts, isSafeTag). */
function folderName({ plan }: Named, only: readonly string[]): string {
  const tag = plan.tag.replaceAll("/", "-");
  if (only.length === 0) return tag;
  const targets = [...new Set(only)].sort().join("+");
  // A name that a file system takes, however many targets there are.
  return `${tag}@${targets.length <= 100 ? targets : createHash("sha256").update(targets).digest("hex").slice(0, 16)}`;
}
