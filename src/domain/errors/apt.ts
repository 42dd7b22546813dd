import type { ErrorTable } from "./table.ts";

/** The APT repository. */
export const aptErrors = {
  APT_TREE_DAMAGED: {
    exit: 3,
    why: "What the indexes name is what users install; signing it as it is would vouch for the damage.",
  },
  APT_NAME_INVALID: { exit: 2, why: "The name becomes a folder of the repository and a word of its users' configuration." },
  APT_RELEASE_INVALID: { exit: 3, why: "Clients refuse the suite, and so does every change of it." },
} as const satisfies ErrorTable;
