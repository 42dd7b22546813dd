/** Keeps every event, for tests and for `--json` results that are printed at the end. */
import type { Event } from "../domain/event.ts";
import type { Reporter } from "../ports/reporter.ts";

export interface CollectingReporter extends Reporter {
  readonly events: readonly Event[];
}

export function collectingReporter(): CollectingReporter {
  const events: Event[] = [];
  return { events, report: (event) => void events.push(event) };
}
