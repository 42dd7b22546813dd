import type { ErrorTable } from "./table.ts";

/** The repository, the tag, and the tree that is built. */
export const sourceErrors = {
  GIT_NOT_A_REPOSITORY: { exit: 2, why: "A release is built from a commit; without a repository there is none." },
  GIT_WORK_TREE: {
    exit: 2,
    why: "A release is written and cleared beside the project's files, so it must be sure where these are.",
  },
  GIT_NO_COMMIT: { exit: 2, why: "A release is built from a commit; this repository has none yet." },
  GIT_TAG_MISSING: { exit: 2, why: "The tag names the commit that users can check the release against." },
  GIT_IDENTITY_MISSING: { exit: 7, why: "An annotated tag says who made it and when." },
  GIT_TAG_MOVED: { exit: 4, why: "The same tag would stand for two different sources." },
  GIT_TAG_DIFFERS_FROM_REMOTE: {
    exit: 4,
    why: "Users who fetch the tag would get another source than the one released.",
  },
  GIT_TAG_NOT_ANNOTATED: { exit: 8, why: "A lightweight tag carries no author, date or signature (source.strict)." },
  GIT_TAG_UNSIGNED: { exit: 8, why: "Nobody vouches for an unsigned tag (source.strict)." },
  GIT_TAG_SIGNATURE_BAD: { exit: 3, why: "A tag whose signature does not verify may not come from the maintainers." },
  GIT_TAG_OFF_BRANCH: {
    exit: 8,
    why: "A commit that is not on the protected branch escaped its review (source.strict).",
  },
  GIT_TREE_DIRTY: { exit: 8, why: "What is in the working directory is not what would be released (source.strict)." },
  GIT_SHALLOW: { exit: 7, why: "A shallow clone lacks the history that versions and changelogs are read from." },
  GIT_SUBMODULE_MISSING: { exit: 2, why: "The clean clone would lack files that the build needs." },
  GIT_LFS_POINTER: { exit: 3, why: "The package would hold a pointer of some hundred bytes instead of the file." },
  GIT_SYMLINK_DANGLING: { exit: 2, why: "Packagers follow the link, find nothing, and fail or ship an empty file." },
  GIT_SYMLINK_ESCAPES: { exit: 2, why: "The link leads out of the tree, so what it names is not what the tag holds." },
  GIT_FAILED: { exit: 7, why: "The repository could not be read, so nothing about the release can be trusted." },
  SOURCE_OVERLAY_MISSING: { exit: 2, why: "The build was told to use a file that is not there." },
  SOURCE_CLONE_UNCLEAN: {
    exit: 3,
    why: "The clean clone differs from the tag's tree, so the build would not be of the tag.",
  },
  SOURCE_FILE_NAME: { exit: 2, why: "dpkg, tar and checksum files cannot carry this name safely." },
} as const satisfies ErrorTable;
