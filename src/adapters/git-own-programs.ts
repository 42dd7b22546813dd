/**
 * Programs that a repository's own configuration names (git-config(1)) and git would start. Invariant: with the options
 * that are answered, what its files say starts nothing; what the user has configured for all of his repositories stays.
 */
import { join } from "node:path";
import type { Files } from "../ports/files.ts";
import type { GitCaller } from "./git-caller.ts";

/** In the place of each: what turns it off. */
const offBy: readonly (readonly [RegExp, string])[] = [
  [/^filter\..*\.required$/, "false"],
  [/^filter\./, ""],
  // The helpers before an empty one are forgotten.
  [/^credential\./, ""],
  [/^core\.sshcommand$/, "ssh"],
];
const named = String.raw`^(filter\..*\.(clean|smudge|process|required)|credential\.(.*\.)?helper|core\.sshcommand)$`;

/** Options for git, `-c name=value` each, that turn them off in that folder's repository. */
export async function withoutOwnPrograms(git: GitCaller, files: Files, folder: string): Promise<readonly string[]> {
  // Most configurations cannot name any, so git need not be asked: a process costs more than a look.
  const own = await files.readText(join(folder, ".git", "config")).catch(() => null);
  if (own !== null && !/filter|credential|sshcommand|include|worktree/i.test(own)) return [];
  const found = await git.run(folder, ["config", "--show-scope", "--null", "--name-only", "--get-regexp", named]);
  return [...found.stdout.matchAll(/(\w+)\0([^\0]+)\0/g)]
    .filter(([, scope]) => scope === "local" || scope === "worktree")
    .flatMap(([, , name = ""]) => ["-c", `${name}=${offBy.find(([pattern]) => pattern.test(name))?.[1] ?? ""}`]);
}
