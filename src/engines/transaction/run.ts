/**
 * Runs the mutations of a bound plan. Until the first irreversible act, the first failure ends the run: nobody has seen
 * anything. After it the only way is forward: what does not depend on the failure goes on. A conflict always ends the
 * run before another byte is written.
 */
import { isReleaseError, type ReleaseError } from "../../domain/errors/index.ts";
import type { Mutation, Settlement } from "../../domain/mutation.ts";
import type { Channel, ChannelContext } from "../../ports/channel.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Ledger } from "./ledger.ts";
import { inOrder } from "./order.ts";
import { recordSettlement, settle } from "./settle.ts";

export interface TransactionContext {
  readonly channels: readonly Channel[];
  readonly context: ChannelContext;
  readonly ledger: Ledger;
  readonly clock: Clock;
  /** Told before a mutation is looked at and after it is settled. */
  readonly watch?: (mutation: Mutation, settlement?: Settlement) => void;
}

export interface TransactionResult {
  readonly settled: ReadonlyMap<string, Settlement>;
  /** Mutations that were not begun, because something before them is not done. */
  readonly waiting: readonly Mutation[];
  /** Why the ledger could not be written, which ended the run. */
  readonly failure?: ReleaseError;
}

export async function runTransaction(
  mutations: readonly Mutation[],
  transaction: TransactionContext,
): Promise<TransactionResult> {
  const settled = new Map<string, Settlement>();
  const waiting: Mutation[] = [];
  const isDone = (key: string): boolean => settled.get(key)?.outcome === "done";
  let stopped = false;
  let irreversible = false;
  let failure: ReleaseError | undefined;

  for (const mutation of inOrder(mutations)) {
    if (stopped || !mutation.after.every(isDone) || (mutation.phase !== "stage" && !stageIsDone(mutations, isDone))) {
      waiting.push(mutation);
      continue;
    }
    const channel = transaction.channels.find(({ id }) => id === mutation.channel);
    if (channel === undefined)
      throw new Error(`mutation ${mutation.key} names channel ${mutation.channel}, which is not open`);
    transaction.watch?.(mutation);
    let settlement: Settlement;
    try {
      settlement = await settle(mutation, { ...transaction, channel });
      settled.set(mutation.key, settlement);
      transaction.watch?.(mutation, settlement);
      await recordSettlement(mutation, settlement, transaction.ledger);
    } catch (error) {
      // Only the ledger fails like this. What was done before is told all the same.
      if (!isReleaseError(error)) throw error;
      failure = error;
      stopped = true;
      if (!settled.has(mutation.key)) waiting.push(mutation);
      continue;
    }
    if (settlement.outcome === "conflict" || (settlement.outcome === "incomplete" && !irreversible)) stopped = true;
    if (settlement.outcome === "done" && mutation.phase !== "stage" && mutation.reversal === "none")
      irreversible = true;
  }
  return { settled, waiting, ...(failure === undefined ? {} : { failure }) };
}

function stageIsDone(mutations: readonly Mutation[], isDone: (key: string) => boolean): boolean {
  return mutations.every(({ phase, key }) => phase !== "stage" || isDone(key));
}
