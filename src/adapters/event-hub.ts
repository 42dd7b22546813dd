/** Passes every event to all listeners. A listener that fails must not fail the run, so its failure is swallowed here. */
import type { Event } from "../domain/event.ts";
import type { Reporter } from "../ports/reporter.ts";

export type Listener = (event: Event) => void;

export function eventHub(...first: readonly Listener[]): Reporter {
  const listeners = new Set(first);
  return {
    report(event) {
      for (const listener of listeners) {
        try {
          listener(event);
        } catch {
          // A broken screen or a full log must not stop a release half way.
        }
      }
    },
    attach(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
