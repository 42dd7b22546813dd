/** Takes away a stage that was never finished, so that it is done again whole. Nobody has seen it. */
import type { Plan } from "../../domain/plan.ts";
import type { Channel, ChannelContext } from "../../ports/channel.ts";
import { nameOf } from "./staged.ts";

export async function clearUnfinished(
  plan: Plan,
  channels: readonly Channel[],
  context: ChannelContext,
): Promise<void> {
  for (const channel of channels) {
    if (!(await channel.hasUnfinished(nameOf(plan), context))) continue;
    const staged = plan.mutations.filter((mutation) => mutation.channel === channel.id && mutation.phase === "stage");
    for (const mutation of staged.toReversed()) await channel.undo(mutation, context);
  }
}
