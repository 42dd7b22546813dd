/**
 * A world in memory: objects and pointers of any number of channels, a virtual clock and a ledger, in which every effect
 * can be the last one (a crash) or go wrong (a fault). Invariant: once it has crashed, nothing more can be done to it
 * until `revive`: as with a killed process, no clean-up code gets a word in.
 */
import type { LedgerEntry } from "../domain/ledger.ts";
import type { Mutation, Observation } from "../domain/mutation.ts";
import type { Channel } from "../ports/channel.ts";
import type { Clock } from "../ports/clock.ts";

/** What can happen to a request, told by what the channel did and what the caller learns. */
export type Fault =
  | "lost-request"
  | "lost-answer"
  | "error-before-commit"
  | "error-after-commit"
  | "late-visibility"
  | "stale-read"
  | "read-error";

export class Killed extends Error {
  override readonly name = "Killed";
}

export interface MemoryWorld {
  /** `<channel>/<object>` → digest. */
  readonly objects: Map<string, string>;
  /** `<channel>/<pointer>` → value. */
  readonly pointers: Map<string, string>;
  readonly entries: LedgerEntry[];
  /** Every change in the order in which it took effect: `create a/x`, `move a/latest 2`, `intent KEY`. */
  readonly log: string[];
  readonly clock: Clock;
  readonly ledger: { append(entry: object): Promise<void> };
  channel(id: string): Channel;
  /** Effects since the last `revive`: each may be crashed before (2n) and after (2n + 1). */
  effects(): number;
  crashAt(point: number | null): void;
  /** The fault of the n-th request (observe or apply) since the last `revive`. */
  faultAt(request: number, fault: Fault): void;
  revive(): void;
  /** Objects and pointers in a canonical form. */
  dump(): string;
}

export function memoryWorld(): MemoryWorld {
  const objects = new Map<string, string>();
  const pointers = new Map<string, string>();
  const entries: LedgerEntry[] = [];
  const log: string[] = [];
  /** Changes that have been committed and show only at a later time. */
  const hidden = new Map<string, number>();
  let now = 0;
  let effects = 0;
  let requests = 0;
  let crashPoint: number | null = null;
  let dead = false;
  let faults = new Map<number, Fault>();

  const effect = <Result>(act: () => Result): Result => {
    if (dead) throw new Killed();
    const point = 2 * effects++;
    if (crashPoint === point) die();
    const result = act();
    if (crashPoint === point + 1) die();
    return result;
  };
  const die = (): never => {
    dead = true;
    throw new Killed();
  };
  const nextFault = (): Fault | undefined => faults.get(requests++);

  const observe = (mutation: Mutation): Observation => {
    const fault = nextFault();
    if (fault === "read-error") throw new Error("503 Service Unavailable");
    const name = nameOf(mutation);
    const visible = fault !== "stale-read" && (hidden.get(name) ?? 0) <= now;
    if (mutation.change.kind === "move")
      return { state: "at", value: visible ? (pointers.get(name) ?? null) : (mutation.change.from ?? null) };
    const sha256 = objects.get(name);
    return sha256 !== undefined && visible ? { state: "present", sha256 } : { state: "absent" };
  };

  const apply = (mutation: Mutation): void => {
    const fault = nextFault();
    if (fault === "lost-request" || fault === "error-before-commit") throw new Error(fault);
    const name = nameOf(mutation);
    if (fault === "late-visibility") hidden.set(name, now + 5000);
    if (mutation.change.kind === "move") {
      pointers.set(name, mutation.change.to);
      log.push(`move ${name} ${mutation.change.to}`);
    } else {
      if (objects.has(name)) throw new Error(`already_exists: ${name}`);
      objects.set(name, mutation.change.content.sha256 ?? "unbound");
      log.push(`create ${name}`);
    }
    if (fault === "lost-answer" || fault === "error-after-commit") throw new Error(fault);
  };

  const undo = (mutation: Mutation): void => {
    const name = nameOf(mutation);
    if (mutation.change.kind === "create") objects.delete(name);
    else if (mutation.change.from === undefined || mutation.change.from === null) pointers.delete(name);
    else pointers.set(name, mutation.change.from);
    log.push(`undo ${name}`);
  };

  return {
    objects,
    pointers,
    entries,
    log,
    clock: {
      now: () => now,
      monotonic: () => now,
      sleep: async (milliseconds) => void (now += milliseconds),
    },
    ledger: {
      append: async (entry) =>
        effect(() => {
          entries.push({ at: String(now), ...entry } as LedgerEntry);
          if ("type" in entry && entry.type === "intent" && "key" in entry) log.push(`intent ${String(entry.key)}`);
        }),
    },
    channel: (id) => ({
      id,
      stores: true,
      preflight: async () => [],
      prepare: () => [],
      observe: async (mutation) => effect(() => observe(mutation)),
      apply: async (mutation) => effect(() => apply(mutation)),
      undo: async (mutation) => effect(() => undo(mutation)),
      read: async () => null,
      tidy: async () => undefined,
    }),
    effects: () => effects,
    crashAt: (point) => void (crashPoint = point),
    faultAt: (request, fault) => void faults.set(request, fault),
    revive() {
      dead = false;
      effects = 0;
      requests = 0;
      crashPoint = null;
      faults = new Map();
      now += 60_000;
    },
    dump: () => JSON.stringify([...objects, ...pointers].map((pair) => pair.join(" = ")).sort()),
  };
}

/** A mutation's object or pointer in the world: the key is `<channel>:<what>:<name>`. */
function nameOf(mutation: Mutation): string {
  return `${mutation.channel}/${mutation.key.split(":").slice(2).join(":")}`;
}
