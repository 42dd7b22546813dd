/** The caller's environment. Values of variables whose name speaks of a secret are never reported. */
export interface Environment {
  get(name: string): string | undefined;
  /** Names that are set, sorted. */
  names(): readonly string[];
  /** Folder in which the command was called. */
  readonly folder: string;
  /** The caller's home, or null where none is set. */
  readonly home: string | null;
  /** Target id of this machine, as far as known: `x86_64-linux-gnu`. */
  readonly host: string;
  /** Process id, boot id and start time: what tells a living holder of a lock from a dead one. */
  readonly process: ProcessIdentity;
  /** Whether such a process is alive now. */
  isAlive(identity: ProcessIdentity): Promise<boolean>;
}

export interface ProcessIdentity {
  readonly host: string;
  readonly pid: number;
  /** Kernel's boot id, or "" where there is none. */
  readonly boot: string;
  /** Start time in clock ticks since boot, as text, or "". */
  readonly start: string;
}
