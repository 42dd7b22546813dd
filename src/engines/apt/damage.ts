import { ReleaseError } from "../../domain/errors/index.ts";

/** The tree is not what a repository's tree can be. `how` completes "The repository cannot be used: …". */
export function aptDamaged(how: string): ReleaseError {
  return new ReleaseError("APT_TREE_DAMAGED", {
    what: `The repository cannot be used: ${how}.`,
    next: "See what else is wrong: ggen-release apt verify --deep. Then restore the file, or add the packages to a new tree.",
  });
}
