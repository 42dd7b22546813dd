/** A web server for trials: a folder of this machine, for this machine alone. */
export interface ServedFolder {
  /** `http://127.0.0.1:8080`, without a slash at the end. */
  readonly url: string;
  /** When the user ends it (Ctrl-C); until then it serves. */
  readonly ended: Promise<void>;
  close(): Promise<void>;
}

/** `port`: 0 for any that is free. Serves files that are there, and nothing is written. Throws USAGE for a port that is taken. */
export type ServeFolder = (folder: string, port: number) => Promise<ServedFolder>;
