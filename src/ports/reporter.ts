import type { Event } from "../domain/event.ts";

/** Where events go: a screen, a log, a stream of JSON. Reporting never fails a run. */
export interface Reporter {
  report(event: Event): void;
}
