/**
 * The order of mutations: phases one after the other, within a phase as planned, each after what it names. Invariant:
 * in the answer every mutation stands behind all of its `after`.
 */
import { phases, type Mutation } from "../../domain/mutation.ts";

/** Throws an Error for a plan that contradicts itself: a fault of a channel, not of the user. */
export function inOrder(mutations: readonly Mutation[]): readonly Mutation[] {
  const byKey = new Map(mutations.map((mutation) => [mutation.key, mutation]));
  if (byKey.size !== mutations.length) throw new Error("two mutations have the same key");
  const ordered: Mutation[] = [];
  const state = new Map<string, "visiting" | "placed">();

  const place = (mutation: Mutation): void => {
    if (state.get(mutation.key) === "placed") return;
    if (state.get(mutation.key) === "visiting") throw new Error(`mutation ${mutation.key} comes after itself`);
    state.set(mutation.key, "visiting");
    for (const key of mutation.after) {
      const before = byKey.get(key);
      if (before === undefined) throw new Error(`mutation ${mutation.key} comes after ${key}, which is not planned`);
      if (phases.indexOf(before.phase) > phases.indexOf(mutation.phase)) {
        throw new Error(`mutation ${mutation.key} (${mutation.phase}) comes after ${key} (${before.phase})`);
      }
      place(before);
    }
    state.set(mutation.key, "placed");
    ordered.push(mutation);
  };

  for (const phase of phases) {
    for (const mutation of mutations) if (mutation.phase === phase) place(mutation);
  }
  return ordered;
}
