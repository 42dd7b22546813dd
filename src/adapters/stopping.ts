/**
 * Whether a signal is ending this process. Invariant: what an adapter is asked for from then on never begins and never
 * returns, so the run stands still while its children are stopped and its scratch folders removed.
 */
let stopping = false;

export function beginStopping(): void {
  stopping = true;
}

/** Returns at once, or never when the process is being stopped. */
export async function unlessStopping(): Promise<void> {
  if (stopping) await new Promise<never>(() => undefined);
}
