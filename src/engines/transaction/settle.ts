/**
 * Settles one mutation: observe → write the intent, synced → apply once → observe until visible. What came of it is
 * written down by recordSettlement.
 * Invariants: the answer to `apply` is never taken for its outcome; what is there with other bytes is never touched;
 * a mutation is applied at most once in a run.
 */
import type { Mutation, Observation, Settlement } from "../../domain/mutation.ts";
import type { Channel, ChannelContext } from "../../ports/channel.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Ledger } from "./ledger.ts";

export interface SettleContext {
  readonly channel: Channel;
  readonly context: ChannelContext;
  readonly ledger: Ledger;
  readonly clock: Clock;
}

/** Pauses between observations, in milliseconds: together the time in which a channel must show what it accepted. */
const visibilityPauses: readonly number[] = [0, 100, 300, 1000, 2000, 4000, 8000, 15_000, 30_000];

type Judgement =
  | { readonly verdict: "done" | "open" | "wait" }
  | { readonly verdict: "conflict"; readonly seen: string };

/** Writes down how a mutation ended. */
export async function recordSettlement({ key }: Mutation, settlement: Settlement, ledger: Ledger): Promise<void> {
  if (settlement.outcome === "done") await ledger.append({ type: "done", key, already: settlement.already });
  else if (settlement.outcome === "conflict")
    await ledger.append({ type: "conflict", key, wanted: settlement.wanted, seen: settlement.seen });
  else await ledger.append({ type: "incomplete", key, reason: settlement.reason });
}

export async function settle(mutation: Mutation, settling: SettleContext): Promise<Settlement> {
  const wanted = wantedOf(mutation);
  const before = await look(mutation, settling);
  if (before.verdict === "done") return { outcome: "done", already: true };
  if (before.verdict === "conflict") return { outcome: "conflict", wanted, seen: before.seen };
  if (before.verdict === "unknown") return { outcome: "incomplete", reason: before.reason, ...cause(before) };

  if (before.verdict === "open") {
    await settling.ledger.append({ type: "intent", key: mutation.key, wanted });
  }
  const failure = before.verdict === "open" ? await apply(mutation, settling) : undefined;
  return visible(mutation, settling, wanted, failure);
}

async function apply(
  mutation: Mutation,
  { channel, context }: SettleContext,
): Promise<{ readonly error: unknown } | undefined> {
  try {
    await channel.apply(mutation, context);
    return undefined;
  } catch (error) {
    return { error };
  }
}

async function visible(
  mutation: Mutation,
  settling: SettleContext,
  wanted: string,
  failure: { readonly error: unknown } | undefined,
): Promise<Settlement> {
  let last: Look = { verdict: "open" };
  for (const pause of visibilityPauses) {
    if (pause > 0) await settling.clock.sleep(pause);
    last = await look(mutation, settling);
    if (last.verdict === "done") return { outcome: "done", already: false };
    if (last.verdict === "conflict") return { outcome: "conflict", wanted, seen: last.seen };
    // A refused request that left nothing behind will not show up by waiting; a lost one might.
    if (failure !== undefined && last.verdict === "open" && pause >= 300) break;
  }
  const reason =
    failure !== undefined
      ? messageOf(failure.error)
      : last.verdict === "unknown"
        ? last.reason
        : "it was accepted and is not visible yet";
  return { outcome: "incomplete", reason, ...(failure === undefined ? {} : { error: failure.error }) };
}

type Look = Judgement | { readonly verdict: "unknown"; readonly reason: string; readonly error: unknown };

async function look(mutation: Mutation, { channel, context }: SettleContext): Promise<Look> {
  let observation: Observation;
  try {
    observation = await channel.observe(mutation, context);
    return await judge(mutation, observation, channel, context);
  } catch (error) {
    return { verdict: "unknown", reason: `could not be looked at: ${messageOf(error)}`, error };
  }
}

async function judge(
  mutation: Mutation,
  observation: Observation,
  channel: Channel,
  context: ChannelContext,
): Promise<Judgement> {
  const { change } = mutation;
  if (observation.state === "pending") return { verdict: "wait" };
  if (change.kind === "create") {
    if (observation.state === "absent") return { verdict: "open" };
    if (observation.state !== "present")
      throw new Error(`${mutation.key}: a pointer was observed where content was asked for`);
    if (observation.sha256 === change.content.sha256) return { verdict: "done" };
    if (change.content.signs !== undefined && (await context.verifies(mutation, change.content.signs)))
      return { verdict: "done" };
    return { verdict: "conflict", seen: observation.sha256 };
  }
  // Where the pointer should be stands something else.
  if (observation.state === "present") return { verdict: "conflict", seen: observation.sha256 };
  const value = observation.state === "at" ? observation.value : null;
  if (value === change.to) return { verdict: "done" };
  if (change.from === undefined || value === change.from) return { verdict: "open" };
  if (value !== null && channel.concedes?.(mutation, value) === true) return { verdict: "done" };
  return { verdict: "conflict", seen: value ?? "nothing" };
}

/** What the mutation wants to be there, as one word for ledger and messages. */
function wantedOf(mutation: Mutation): string {
  return mutation.change.kind === "create" ? (mutation.change.content.sha256 ?? "unbound") : mutation.change.to;
}

function cause(looked: { readonly error: unknown }): { readonly error: unknown } {
  return { error: looked.error };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
