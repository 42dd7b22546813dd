/** Child processes. Never through a shell, unless the user's own configuration names one. */
export interface Command {
  readonly program: string;
  readonly arguments: readonly string[];
  readonly folder: string;
  /** The child's whole environment: nothing is inherited beside it. */
  readonly environment: Readonly<Record<string, string>>;
  /** Standard input; a stream is read only as fast as the child takes it, and its failure fails the run. */
  readonly input?: Uint8Array | string | AsyncIterable<Uint8Array>;
  /** Given to the child on file descriptor 3: for what may stand in no argument, file, variable or report. */
  readonly secret?: string;
  readonly timeoutSeconds?: number;
  /** Called for each line of output, stderr and stdout alike, as it comes. */
  readonly onLine?: (line: string) => void;
  /** At most this many bytes of each stream are kept, the last ones (default 1 MiB). */
  readonly keep?: number;
}

export interface Completed {
  /** null when a signal or the time limit ended it. */
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly timedOut: boolean;
  readonly stdout: string;
  readonly stderr: string;
  readonly milliseconds: number;
}

export interface Processes {
  /** Runs to its end. A program that is not there is TOOL_MISSING; any exit code is a value. */
  run(command: Command): Promise<Completed>;
  /** Standard output as bytes while the program runs; a non-zero exit code fails the stream at its end. */
  stream(command: Command): AsyncIterable<Uint8Array>;
  /** Absolute path of a program on `PATH`, or null. */
  find(program: string): Promise<string | null>;
}
