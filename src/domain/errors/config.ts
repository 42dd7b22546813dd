import type { ErrorTable } from "./table.ts";

/** ggen-release.yaml and the command line. */
export const configErrors = {
  USAGE: { exit: 2, why: "The command could not be understood, so nothing was done." },
  CONFIG_MISSING: { exit: 2, why: "Nothing in the repository says what to release." },
  CONFIG_NOT_A_FILE: { exit: 2, why: "What a link leads to is not in the tag, and is another file on every machine." },
  CONFIG_SYNTAX: { exit: 2, why: "The file is not YAML, so nothing in it can be relied on." },
  CONFIG_TOO_LARGE: {
    exit: 2,
    why: "A configuration of this size is an attack or a mistake; reading it helps nobody.",
  },
  CONFIG_INVALID: {
    exit: 2,
    why: "A key or value that is not understood would silently have another effect, or none.",
  },
  CONFIG_EXISTS: { exit: 2, why: "Writing over a configuration would lose what somebody decided." },
  CONFIG_URL_CREDENTIALS: { exit: 2, why: "A password in a URL ends up in packages and logs." },
  CONFIG_URL_RESERVED: { exit: 2, why: "A placeholder address would be published as if it were real." },
  CONFIG_PATH_ESCAPES: { exit: 2, why: "A path that leaves the tree names a file that the tag does not hold." },
  MANIFEST_INVALID: { exit: 2, why: "What the repository builds, and how it is called, is read from this file." },
  PROJECT_UNKNOWN: { exit: 2, why: "Without knowing how it is built, nothing can be built." },
  PROJECT_FIELD_MISSING: { exit: 2, why: "A package that is chosen needs this field." },
} as const satisfies ErrorTable;
