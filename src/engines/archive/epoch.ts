/** The one time that every entry of an archive bears: the commit's. Times of files never get in. */
import { ReleaseError } from "../../domain/errors/index.ts";

/** 2106-02-07: where 32 bits end, in which gzip and many readers keep times. */
const last = 0xffff_ffff;

/** Throws PACKAGE_EPOCH_INVALID for what is not a whole number of seconds from 1970 to 2106. */
export function requireEpoch(seconds: number): void {
  if (Number.isSafeInteger(seconds) && seconds >= 0 && seconds <= last) return;
  throw new ReleaseError("PACKAGE_EPOCH_INVALID", {
    what: `The commit's time is ${seconds} seconds since 1970.`,
    next: "Commit again with a correct clock (git commit --amend --date=now), and tag that commit.",
  });
}
