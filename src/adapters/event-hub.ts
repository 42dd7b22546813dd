/**
 * Passes every event to all listeners; what is said before anybody listens is kept for the first who does. A listener
 * that fails must not fail the run, so its failure is swallowed here.
 */
import type { Event } from "../domain/event.ts";
import type { Reporter } from "../ports/reporter.ts";

export type Listener = (event: Event) => void;

export function eventHub(...first: readonly Listener[]): Reporter {
  const listeners = new Set(first);
  let unheard: Event[] | null = first.length === 0 ? [] : null;
  const tell = (listener: Listener, event: Event): void => {
    try {
      listener(event);
    } catch {
      // A broken screen or a full log must not stop a release half way.
    }
  };
  return {
    report(event) {
      unheard?.push(event);
      for (const listener of listeners) tell(listener, event);
    },
    attach(listener) {
      listeners.add(listener);
      for (const event of unheard ?? []) tell(listener, event);
      unheard = null;
      return () => void listeners.delete(listener);
    },
  };
}
