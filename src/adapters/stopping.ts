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

let taken: (() => void) | null = null;

/** For a run whose end is a signal, as a server's is: the first one is no interruption, and answers this. */
export function takeSignal(): Promise<void> {
  return new Promise((resolve) => {
    taken = resolve;
  });
}

/** Whether the signal that has come is somebody's. */
export function signalTaken(): boolean {
  const own = taken;
  taken = null;
  own?.();
  return own !== null;
}
