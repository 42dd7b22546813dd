import type { ErrorTable } from "./table.ts";

/** Versions, tags, and the places that must agree on them. */
export const versionErrors = {
  VERSION_INVALID: {
    exit: 2,
    why: "Every channel sorts by the version; one that a registry reads differently, or refuses, cannot be taken back.",
  },
  VERSION_CALENDAR_INVALID: {
    exit: 2,
    why: "A month or year that does not exist outranks every lawful version that comes after it.",
  },
  VERSION_BACKWARDS: {
    exit: 8,
    why: "Package managers would keep the higher version and never offer this one.",
  },
  VERSION_TAKEN: { exit: 8, why: "A version that was released never stands for other content." },
  VERSION_DISAGREES: {
    exit: 8,
    why: "Files that name another version ship with the release and mislead whoever reads them.",
  },
  VERSION_PLACE_UNREADABLE: {
    exit: 2,
    why: "A place that cannot be read cannot be compared, and an uncompared place does not count as agreeing.",
  },
} as const satisfies ErrorTable;
