/** The exit codes of every command (docs/errors.md). A code says what to do next, not what went wrong. */
export type ExitCode = 0 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 70 | 130 | 143;

/** One catalogued failure: its exit code, and why it matters to the person who meets it. */
export interface ErrorEntry {
  readonly exit: ExitCode;
  /** Why this stops a release: one sentence, the same at every occurrence. */
  readonly why: string;
}

export type ErrorTable = Readonly<Record<string, ErrorEntry>>;
