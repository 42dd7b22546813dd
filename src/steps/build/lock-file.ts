/** The tracked file that pins what a build is made of (Cargo.lock, go.sum, package-lock.json), and why it may be missing. */
import { ReleaseError } from "../../domain/errors/index.ts";
import { plainText } from "../../formats/plain-text.ts";
import type { BuildJob } from "../../ports/builder.ts";
import { runAgain } from "./run-again.ts";

/**
 * The failure for a lock file that the clean clone does not hold, naming the line of .gitignore that keeps it out.
 *
 * @param path in the tree
 * @param make the command that makes the file
 */
export async function lockMissing(job: BuildJob, path: string, make: string): Promise<ReleaseError> {
  const ignored = await ignoringLine(job, path);
  const because = ignored === null ? "" : `: ${ignored} keeps it out`;
  return new ReleaseError("BUILD_LOCK_MISSING", {
    what: `${path} is not in the tree of ${job.tag}${because}.`,
    next: `${ignored === null ? "Run" : "Take that line out, run"} ${make}, commit ${path} and ${runAgain(job)}; or lay one over it: source: { overlay: { ${path}: PATH } } in ggen-release.yaml.`,
  });
}

/** The failure for a lock file that no longer says what the manifest asks for. */
export function lockStale(job: BuildJob, path: string, make: string, said: string): ReleaseError {
  return new ReleaseError("BUILD_LOCK_MISSING", {
    what: `${path} in the tree of ${job.tag} does not match what the project asks for: ${said.trim()}`,
    next: `Run ${make}, commit ${path} and ${runAgain(job)}; or lay one over it: source: { overlay: { ${path}: PATH } } in ggen-release.yaml.`,
  });
}

/** `.gitignore, line 3 (Cargo.lock)`, or null (git-check-ignore(1): source, line, pattern, path, each ended by NUL). */
async function ignoringLine(job: BuildJob, path: string): Promise<string | null> {
  const done = await job.ports.processes.run({
    program: "git",
    arguments: ["-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false", "check-ignore", "-v", "-z", "--stdin"],
    folder: job.source,
    environment: job.environment,
    input: `${path}\0`,
  });
  const [source = "", line = "", pattern = ""] = done.stdout.split("\0");
  return done.exitCode === 0 && pattern !== "" ? plainText(`${source}, line ${line} (${pattern})`) : null;
}
