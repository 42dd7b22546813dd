/**
 * A release that was made with `--config`, and is now asked for without it: what fails then is told as what it is.
 * Invariant: only the record of that release, its `plan.json`, is taken for what it was made with.
 */
import { join, resolve } from "node:path";
import { isReleaseError, ReleaseError, type ErrorCode } from "../domain/errors/index.ts";
import { readPlan } from "../engines/plan-text.ts";
import { shellWords } from "../formats/shell-words.ts";
import type { Ports } from "../ports/index.ts";
import type { ReleaseOptions } from "./prepare.ts";

/** What a tag without the configuration that it was released with comes to. */
const suspects: readonly ErrorCode[] = [
  "CONFIG_MISSING",
  "PROJECT_UNKNOWN",
  "PROJECT_FIELD_MISSING",
  "STORE_OTHER_PLAN",
];

/** The failure in the words of that case, or the failure itself where it is another one. */
export async function tellingOfOverride(ports: Ports, options: ReleaseOptions, failure: unknown): Promise<unknown> {
  if (!isReleaseError(failure) || !suspects.includes(failure.code) || options.config !== undefined) return failure;
  const made = await findOverride(ports, options);
  if (made === null) return failure;
  const again = ["ggen-release", "cut", options.tag, "--config", "FILE"];
  if (options.releases !== undefined) again.push("--releases", options.releases);
  return new ReleaseError(
    failure.code,
    {
      what: `${made.tag} was made with a configuration that is not the tag's own: --config, of sha256 ${made.sha256}. Without it: ${failure.what}`,
      next: `Run, with the file of that digest (sha256sum FILE): ${shellWords(again)}`,
      details: failure.details,
    },
    { cause: failure },
  );
}

async function findOverride(
  { files, git, environment }: Ports,
  { tag, releases }: ReleaseOptions,
): Promise<{ readonly tag: string; readonly sha256: string } | null> {
  const repository = await git.repository(environment.folder);
  if (repository === null) return null;
  const root = resolve(environment.folder, releases ?? join(repository.folder, "releases"));
  // A version alone may have been given: the prefix stands in the configuration that is not there.
  for (const name of [tag, `v${tag}`]) {
    const path = join(root, name, "plan.json");
    if ((await files.status(path))?.kind !== "file") continue;
    const plan = readPlan(await files.readText(path));
    const sha256 = plan?.tag === name ? plan.overrides["--config"] : undefined;
    if (sha256 !== undefined) return { tag: name, sha256 };
  }
  return null;
}
