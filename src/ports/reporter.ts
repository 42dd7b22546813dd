import type { Event } from "../domain/event.ts";

/** Where events go: a screen, a log, a stream of JSON. Reporting never fails a run. */
export interface Reporter {
  report(event: Event): void;
  /** Lets another listener hear every later event; calling the answer ends it. */
  attach(listener: (event: Event) => void): () => void;
}
