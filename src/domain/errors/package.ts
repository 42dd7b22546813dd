import type { ErrorTable } from "./table.ts";

/** Archives, .deb, formula, checksums. */
export const packageErrors = {
  PACKAGE_FILE_MISSING: { exit: 2, why: "A file that the package should hold is not in the tag's tree." },
  PACKAGE_PATH_INVALID: { exit: 2, why: "The path would be unpacked somewhere else than intended, or not at all." },
  PACKAGE_PATH_DUPLICATE: { exit: 2, why: "Two entries of one name: which one users get depends on their unpacker." },
  PACKAGE_SPECIAL_FILE: { exit: 2, why: "Devices, pipes and sockets cannot be shipped." },
  PACKAGE_MODE_UNSAFE: { exit: 8, why: "A setuid or world-writable file lets any user act as another." },
  PACKAGE_SCRIPT_CRLF: { exit: 3, why: "The kernel looks for an interpreter whose name ends in a carriage return." },
  PACKAGE_SCRIPT_INVALID: {
    exit: 3,
    why: "dpkg cannot run the script, or takes its failure for success, and leaves the package half installed.",
  },
  PACKAGE_TOO_LARGE: { exit: 2, why: "The format cannot hold a file of this size." },
  PACKAGE_EPOCH_INVALID: { exit: 2, why: "Archive formats hold times from 1980 to 2106 only." },
  DEB_NAME_INVALID: { exit: 2, why: "dpkg refuses the package." },
  DEB_VERSION_INVALID: { exit: 2, why: "dpkg refuses the version, or sorts it where nobody expects it." },
  DEB_FIELD_INVALID: { exit: 2, why: "dpkg refuses the control file, or reads another field than was meant." },
  DEB_UNIT_INVALID: { exit: 2, why: "systemd ignores the unit, and the service never runs." },
  DEB_CONTROL_FILE_INVALID: { exit: 2, why: "dpkg or debconf stops at it in the middle of an installation." },
  DEB_COMPRESSION_UNREADABLE: { exit: 2, why: "dpkg of that suite cannot unpack the package." },
  DEB_SYMBOLS_MISSING: { exit: 3, why: "A package of debug symbols that a debugger cannot match helps nobody." },
  DEB_DEPENDS_UNKNOWN: { exit: 3, why: "A library that no dependency provides is missing on users' machines." },
  DEB_MALFORMED: { exit: 3, why: "dpkg refuses the file." },
  DEB_AMBIGUOUS: { exit: 3, why: "dpkg may take the file, but two programs can see two different packages in it." },
  DEB_COMPRESSION_DAMAGED: { exit: 3, why: "dpkg cannot unpack the file." },
  DEB_TOO_LARGE: { exit: 3, why: "A file that unpacks to far more than it holds exhausts the machine that reads it." },
  FORMULA_NAME_INVALID: { exit: 2, why: "Homebrew cannot load a formula of that name." },
  FORMULA_FIELD_INVALID: { exit: 2, why: "Homebrew's audit refuses the formula." },
  SUM_LIST_MALFORMED: { exit: 3, why: "A list of sums that cannot be read whole proves nothing about the files." },
  SUM_PATH: { exit: 3, why: "A sum for a path cannot be checked in the folder that the file was downloaded to." },
  FILE_NAME_COLLISION: { exit: 2, why: "Two artifacts would be the same file; one would silently replace the other." },
} as const satisfies ErrorTable;
