/** What git says of its own failures (in English: its caller sets LC_ALL), as the failure that a user meets. */
import { type ErrorCode, ReleaseError } from "../domain/errors/index.ts";
import type { Completed } from "../ports/processes.ts";

interface Known {
  readonly says: RegExp;
  readonly code: ErrorCode;
  readonly next: string;
}

const known: readonly Known[] = [
  {
    says: /No space left on device|Disk quota exceeded/i,
    code: "DISK_FULL",
    next: "Free some space (df -h, df -i), then run the same command again.",
  },
  {
    says: /dubious ownership/,
    code: "PERMISSION",
    next: "Run this as the owner of the repository, or trust it: git config --global --add safe.directory FOLDER",
  },
  {
    says: /Permission denied|Read-only file system/i,
    code: "PERMISSION",
    next: "Check who owns what the message names and whether it is mounted read-only, then run the same command again.",
  },
  {
    says: /tell me who you are|empty ident/i,
    code: "GIT_FAILED",
    next: 'Say who makes the tag: git config user.name "Your Name" && git config user.email you@your.host',
  },
];

/** The line that says why is the last one; advice of git's own stands before or after it, and goes into the details. */
export function gitFailed(words: readonly string[], done: Completed): ReleaseError {
  const verb = words.find((word) => !word.startsWith("-")) ?? "";
  const lines = done.stderr.slice(-4000).trim().split("\n");
  const reason = lines.findLast((line) => /^(?:fatal|error): /.test(line)) ?? lines.at(-1) ?? "";
  const { code, next } = known.find(({ says }) => says.test(done.stderr)) ?? {
    code: "GIT_FAILED",
    next: "Run git fsck, mend what the message names, then run the same command again.",
  };
  return new ReleaseError(code, {
    what: `git ${verb} ${endingOf(done)}${reason === "" ? "." : `: ${reason}`}`,
    next,
    details: lines.length > 1 ? lines.slice(-10) : [],
  });
}

function endingOf({ exitCode, signal }: Completed): string {
  return exitCode === null ? `was ended by ${signal ?? "a signal"}` : `ended with exit code ${exitCode}`;
}
