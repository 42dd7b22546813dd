/** The changes of a bound plan that its channels do not show yet: what a run would do. Nothing is written. */
import type { Sha256 } from "../domain/digest.ts";
import type { Mutation } from "../domain/mutation.ts";
import type { Plan } from "../domain/plan.ts";
import type { Ports } from "../ports/index.ts";
import { releaseContent } from "../steps/publish/content.ts";
import { isThere } from "../steps/publish/publish.ts";
import { nameOf } from "../steps/publish/staged.ts";
import type { Release } from "./prepare.ts";

/** `folders`: where the files that the plan was bound to lie. A channel that cannot be asked shows nothing. */
export async function pendingChanges(
  ports: Ports,
  { channels, signer }: Release,
  bound: Plan,
  folders: readonly string[],
): Promise<readonly Mutation[]> {
  const digests = new Map<string, Sha256>();
  for (const { change } of bound.mutations)
    if (change.kind === "create" && change.content.sha256 !== undefined)
      digests.set(change.content.file, change.content.sha256);
  const context = releaseContent({ ports, release: nameOf(bound), digests, folders, channels, signer });
  const isDone = async (mutation: Mutation): Promise<boolean> => {
    const channel = channels.find(({ id }) => id === mutation.channel);
    if (channel === undefined) return false;
    try {
      return await isThere(mutation, await channel.observe(mutation, context), context, channel);
    } catch {
      return false;
    }
  };
  const pending: Mutation[] = [];
  for (const mutation of bound.mutations) if (!(await isDone(mutation))) pending.push(mutation);
  return pending;
}
