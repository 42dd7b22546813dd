import type { Event } from "../domain/event.ts";

/** Where events go: a screen, a log, a stream of JSON. Reporting never fails a run. */
export interface Reporter {
  report(event: Event): void;
  /** Lets another listener hear every later event; calling the answer ends it. */
  attach(listener: (event: Event) => void): () => void;
}

/** Rows below a header, to be aligned. */
export interface Table {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Columns whose cells stand to the right: numbers. */
  readonly right?: readonly number[];
  /** Columns before the first one. */
  readonly indent?: number;
}

/** What people are shown of a result: a line, or a table. */
export type Shown = string | Table;
