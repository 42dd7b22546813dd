import type { ErrorTable } from "./table.ts";

/** Building, and the checks of what was built. */
export const buildErrors = {
  BUILD_FAILED: { exit: 7, why: "Without the binary there is nothing to package." },
  BUILD_TOOL_MISSING: { exit: 7, why: "The build needs a program that is not on the PATH." },
  BUILD_TOOL_UNTRUSTED: { exit: 3, why: "A downloaded tool whose digest differs from the pinned one may be anything." },
  BUILD_TOOL_UNREACHABLE: { exit: 7, why: "The build needs a tool that could not be fetched." },
  BUILD_LOCK_MISSING: { exit: 2, why: "Without a tracked lock file two builds of one tag use different dependencies." },
  BUILD_OUTPUT_MISSING: {
    exit: 3,
    why: "The build reported success and did not make the file that would be released.",
  },
  BUILD_OUTPUT_AMBIGUOUS: { exit: 2, why: "Several programs could be meant; guessing would release the wrong one." },
  BUILD_ENTRY_NOT_BUNDLED: {
    exit: 2,
    why: "A single executable can load nothing but itself and Node's own modules; the program would fail at its start.",
  },
  BUILD_PROGRAM_UNKNOWN: { exit: 2, why: "A program that the project does not define cannot be built." },
  BUILD_MACHINE_SETTINGS: {
    exit: 7,
    why: "Settings of one machine would change the bytes, and no other could make them again.",
  },
  BINARY_FORMAT_WRONG: { exit: 3, why: "A file for another system would be shipped under this target's name." },
  BINARY_DAMAGED: { exit: 3, why: "A program that is cut off or garbled does not start." },
  BINARY_LIBC_TOO_NEW: { exit: 3, why: "The program would not start on the oldest system that it is promised for." },
  BINARY_SIZE: {
    exit: 3,
    why: "A size outside the bounds usually means the wrong file, or debug information left in.",
  },
  BINARY_NOT_EXECUTABLE: { exit: 3, why: "Users could not run what they download." },
  SMOKE_FAILED: { exit: 3, why: "A program that fails on its simplest command is broken for everyone." },
  SMOKE_SILENT: { exit: 3, why: "A program that prints nothing proves nothing about what it is." },
  SMOKE_VERSION: { exit: 3, why: "A program that names another version is not the one that is being released." },
  BUILD_TARGET_UNSUPPORTED: { exit: 2, why: "This builder cannot make a program for that target." },
  BUILD_FOLDER_FOREIGN: {
    exit: 2,
    why: "What somebody else put there would be overwritten, or taken for a part of the build.",
  },
  MERGE_OTHER_PLAN: { exit: 4, why: "Parts of different plans joined together would be a release that nobody built." },
  MERGE_INCOMPLETE: { exit: 5, why: "A release lacks a target that the plan names." },
  MERGE_PART_DAMAGED: { exit: 3, why: "A part that is not what its machine made would become part of the release." },
  MERGE_CONFLICT: { exit: 4, why: "Two parts hold the same file with different bytes." },
} as const satisfies ErrorTable;
