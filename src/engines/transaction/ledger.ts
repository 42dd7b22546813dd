/**
 * The ledger's file: one JSON object a line, appended in one write and synced. Invariant: an entry stands on the disk
 * before the effect that it announces. A torn last line is what a crash leaves; anything else unreadable is damage.
 */
import type { LedgerEntry } from "../../domain/ledger.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Files } from "../../ports/files.ts";

export interface Ledger {
  append(entry: Unstamped): Promise<void>;
}

/** An entry without its time, which the ledger adds. */
export type Unstamped = LedgerEntry extends infer Entry
  ? Entry extends LedgerEntry
    ? Omit<Entry, "at">
    : never
  : never;

export function fileLedger(files: Files, clock: Clock, path: string, stamp: (milliseconds: number) => string): Ledger {
  return {
    append: (entry) => files.append(path, `${JSON.stringify({ at: stamp(clock.now()), ...entry })}\n`),
  };
}

export interface LedgerContent {
  readonly entries: readonly LedgerEntry[];
  /** Line that is neither an entry nor a torn end; the ledger must be set aside. */
  readonly damagedAt?: number;
}

const types: ReadonlySet<unknown> = new Set(["run", "intent", "done", "conflict", "incomplete", "released"]);

function parseLedger(text: string): LedgerContent {
  const entries: LedgerEntry[] = [];
  const lines = text.split("\n");
  for (const [index, line] of lines.entries()) {
    const last = index === lines.length - 1;
    if (last && line === "") break;
    const entry = parseLine(line);
    if (entry !== undefined) entries.push(entry);
    else if (!last) return { entries, damagedAt: index + 1 };
  }
  return { entries };
}

/**
 * Makes the file fit to be appended to: ends a torn last line, sets a damaged ledger aside under a free name. Answers
 * the new name of a damaged one.
 */
export async function repairLedger(files: Files, path: string): Promise<string | null> {
  if ((await files.status(path)) === null) return null;
  const text = await files.readText(path);
  const { entries, damagedAt } = parseLedger(text);
  if (damagedAt !== undefined) {
    for (let number = 1; ; number++) {
      const aside = `${path}.damaged-${number}`;
      if ((await files.status(aside)) !== null) continue;
      await files.rename(path, aside);
      return aside;
    }
  }
  if (text !== "" && !text.endsWith("\n"))
    await files.write(path, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(""));
  return null;
}

function parseLine(line: string): LedgerEntry | undefined {
  try {
    const value: unknown = JSON.parse(line);
    const known = typeof value === "object" && value !== null && "type" in value && types.has(value.type);
    return known ? (value as LedgerEntry) : undefined;
  } catch {
    return undefined;
  }
}
