/** A reporter that only keeps its events: what tests look at. */
import type { Event } from "../domain/event.ts";
import type { Reporter } from "../ports/reporter.ts";
import { eventHub } from "./event-hub.ts";

export interface CollectingReporter extends Reporter {
  readonly events: readonly Event[];
}

export function collectingReporter(): CollectingReporter {
  const events: Event[] = [];
  return Object.assign(
    eventHub((event) => void events.push(event)),
    { events },
  );
}
