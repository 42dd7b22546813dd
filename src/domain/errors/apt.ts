import type { ErrorTable } from "./table.ts";

/** The APT repository. */
export const aptErrors = {
  APT_TREE_DAMAGED: {
    exit: 3,
    why: "What the indexes name is what users install; signing it as it is would vouch for the damage.",
  },
  APT_SIGNATURE_INVALID: {
    exit: 3,
    why: "Whoever could write the tree could have changed it; a new signature would vouch for that.",
  },
  APT_SUITE_MISSING: {
    exit: 2,
    why: "What a suite is called and who publishes it is fixed when it is made, since clients remember it.",
  },
  APT_SUITE_FIXED: { exit: 2, why: "Clients remember who publishes a suite, and refuse it when that changes." },
  APT_PACKAGE_MISSING: { exit: 2, why: "Nothing was changed: what was named is not in the suite." },
  APT_FILE_CONFLICT: {
    exit: 4,
    why: "A released name never gets other bytes: whoever has the first ones could not tell.",
  },
  APT_BUSY: { exit: 5, why: "Other writers were quicker each time; nothing that clients see was changed by this run." },
  APT_NAME_INVALID: {
    exit: 2,
    why: "The name becomes a folder of the repository and a word of its users' configuration.",
  },
  APT_PACKAGE_UNREADABLE: {
    exit: 2,
    why: "At one such package apt gives up the whole index, and with it every other package of the suite.",
  },
  APT_RELEASE_INVALID: { exit: 3, why: "Clients refuse the suite, and so does every change of it." },
} as const satisfies ErrorTable;
