import type { ErrorTable } from "./table.ts";

/** The transaction, the store and the machine. */
export const releaseErrors = {
  CHANNEL_CONFLICT: { exit: 4, why: "One version never gets other bytes: whoever has the first ones could not tell." },
  RELEASE_INCOMPLETE: { exit: 5, why: "Some of the release is not yet where it belongs." },
  STORE_OTHER_PLAN: { exit: 4, why: "What is staged was made by another plan; going on would mix two releases." },
  STORE_DAMAGED: { exit: 3, why: "What is staged is not what the manifest names." },
  ARTIFACT_CHANGED: { exit: 3, why: "What was checked is no longer what would be published." },
  LOCKED: { exit: 9, why: "Two runs at once would each see the other's half-done work." },
  DISK_FULL: { exit: 7, why: "A file could not be written whole; nothing half written was left." },
  PERMISSION: { exit: 7, why: "What may not be read, written or executed stops the run; what was there is as it was." },
  FILE_MISSING: { exit: 2, why: "A file that was named is not there." },
  IO: { exit: 7, why: "The machine refused to read or write." },
  TOOL_MISSING: { exit: 7, why: "A program that is needed is not on the PATH." },
  INTERRUPTED: { exit: 130, why: "The run was stopped; what is finished stays, and the next run goes on." },
  TERMINATED: { exit: 143, why: "The run was stopped; what is finished stays, and the next run goes on." },
  VERIFY_FAILED: { exit: 3, why: "The release on disk is not what its manifest says." },
  BUG: { exit: 70, why: "This is a fault of ggen-release, not of your project." },
} as const satisfies ErrorTable;
