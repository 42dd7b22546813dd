/** What the system says of a file (errno(3)), as the failure that a user meets: which file, why, what to do about it. */
import { tmpdir } from "node:os";
import { dirname } from "node:path";
import { type ErrorCode, ReleaseError, isReleaseError } from "../domain/errors/index.ts";

type Verb = "read" | "write";

const noRoom = ["ENOSPC", "EDQUOT"];
const notAllowed = ["EACCES", "EPERM", "EROFS"];

export function absentIsNull(error: unknown): null {
  if (["ENOENT", "ENOTDIR"].includes(codeOf(error))) return null;
  throw error;
}

export async function guard<Result>(verb: Verb, path: string, act: () => Promise<Result>): Promise<Result> {
  try {
    return await act();
  } catch (error) {
    throw translated(error, verb, path);
  }
}

export function translated(error: unknown, verb: Verb, path: string): unknown {
  const code = codeOf(error);
  if (code === "" || isReleaseError(error)) return error;
  const { failure, ...occurrence } = described(code, verb, path);
  return new ReleaseError(failure, occurrence, { cause: error });
}

interface Described {
  readonly failure: ErrorCode;
  readonly what: string;
  readonly next: string;
}

function described(code: string, verb: Verb, path: string): Described {
  if (code === "ENOENT" || (code === "ENOTDIR" && verb === "read"))
    return { failure: "FILE_MISSING", what: `${path} is not there.`, next: "Check the path, or make the file." };
  if (code === "ENOTDIR" || code === "EEXIST") {
    return {
      failure: "IO",
      what: `Could not ${verb} ${path}: on the way to it stands a file that is no folder (${code}).`,
      next: "Move that file away, or name another folder, then run the same command again.",
    };
  }
  if (noRoom.includes(code)) {
    return {
      failure: "DISK_FULL",
      what: `No room left to ${verb} ${path} (${code}).`,
      next: "Free some space (df -h, df -i), then run the same command again.",
    };
  }
  if (code === "EFBIG") {
    return {
      failure: "DISK_FULL",
      what: `${path} would be larger than a file may be here (${code}).`,
      next: "Raise the limit (ulimit -f), or use another file system, then run the same command again.",
    };
  }
  if (notAllowed.includes(code)) {
    return {
      failure: "PERMISSION",
      what: `May not ${verb} ${path} (${code}).`,
      next: `Check who owns ${dirname(path)} and whether it is mounted read-only, then run the same command again.`,
    };
  }
  return {
    failure: "IO",
    what: `Could not ${verb} ${path}: ${code}.`,
    next: "Mend what the message names, then run the same command again.",
  };
}

export function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" && /^E[A-Z0-9]+$/.test(error.code)
    ? error.code
    : "";
}

/** Why no scratch folder could be made: not a path that the user named, so TMPDIR is. */
export function scratchRefused(error: unknown): unknown {
  const code = codeOf(error);
  if (code === "") return error;
  const failure = noRoom.includes(code) ? "DISK_FULL" : notAllowed.includes(code) ? "PERMISSION" : "IO";
  const what = `No folder could be made in ${tmpdir()}, where temporary files go (${code}).`;
  const next = "Set TMPDIR to a folder that is there, can be written to and has room, then run the same command again.";
  return new ReleaseError(failure, { what, next }, { cause: error });
}
