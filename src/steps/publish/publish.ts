/**
 * Executes the bound plan, and nothing beside it: repairs the ledger, runs the transaction, turns what did not settle
 * into the one error that says what is public, what is not, and how to go on.
 */
import { join } from "node:path";
import { ReleaseError, isReleaseError } from "../../domain/errors/index.ts";
import type { Manifest } from "../../domain/manifest.ts";
import type { Mutation, Settlement } from "../../domain/mutation.ts";
import type { Plan } from "../../domain/plan.ts";
import { digestOfValue } from "../../engines/hash.ts";
import { digestOfPlan } from "../../engines/plan-digest.ts";
import { taskProgress } from "../../engines/progress.ts";
import { fileLedger, repairLedger } from "../../engines/transaction/ledger.ts";
import { runTransaction, type TransactionResult } from "../../engines/transaction/run.ts";
import type { Channel, ChannelContext } from "../../ports/channel.ts";
import { shellWords } from "../../formats/shell-words.ts";
import { formatTime } from "../../formats/time.ts";

export interface PublishJob {
  readonly plan: Plan;
  readonly manifest: Manifest;
  readonly channels: readonly Channel[];
  readonly context: ChannelContext;
  /** Path of the ledger. */
  readonly ledger: string;
  /** The command that goes on after a failure. */
  readonly resume: string;
}

export async function publish(job: PublishJob): Promise<TransactionResult> {
  const { files, clock, reporter } = job.context.ports;
  const aside = await repairLedger(files, job.ledger);
  if (aside !== null)
    reporter.report({
      type: "warning",
      message: `the ledger was damaged and is now ${aside}; the channels are observed instead`,
    });
  const ledger = fileLedger(files, clock, job.ledger, formatTime);
  await ledger.append({ type: "run", plan: digestOfPlan(job.plan), manifest: digestOfValue(job.manifest) });

  let current = "";
  const sizes = new Map(job.manifest.artifacts.map(({ file, size }) => [file, size]));
  const result = await runTransaction(job.plan.mutations, {
    channels: job.channels,
    context: {
      ...job.context,
      content: (file) => taskProgress(job.context.ports, current, sizes.get(file) ?? 0)(job.context.content(file)),
    },
    ledger,
    clock,
    watch: (mutation, settlement) => {
      current = mutation.key;
      if (settlement === undefined)
        reporter.report({ type: "task-started", task: current, title: mutation.does, minor: true });
      else if (settlement.outcome === "done")
        reporter.report({ type: "task-finished", task: mutation.key, reused: settlement.already });
      else reporter.report({ type: "task-failed", task: mutation.key });
    },
  });
  const failure = failureOf(job, result);
  if (failure !== null) throw failure;
  await readBack(job);
  await ledger.append({ type: "released", manifest: digestOfValue(job.manifest) });
  return result;
}

/** Every channel is asked once more, by digest, whether it holds what the plan says. */
async function readBack(job: PublishJob): Promise<void> {
  for (const mutation of job.plan.mutations) {
    const channel = job.channels.find(({ id }) => id === mutation.channel);
    const seen = await channel?.observe(mutation, job.context);
    if (seen !== undefined && (await isThere(mutation, seen, job.context, channel))) continue;
    throw new ReleaseError("RELEASE_INCOMPLETE", {
      what: `${mutation.channel} no longer shows "${mutation.does}".`,
      next: `Find out what changed it, then run: ${job.resume}`,
    });
  }
}

/** Whether what a channel shows is what the mutation wants to be there. */
export async function isThere(
  mutation: Mutation,
  seen: Awaited<ReturnType<Channel["observe"]>>,
  context: ChannelContext,
  channel: Channel | undefined,
): Promise<boolean> {
  const { change } = mutation;
  if (change.kind === "move")
    return (
      seen.state === "at" &&
      (seen.value === change.to || (seen.value !== null && channel?.concedes?.(mutation, seen.value) === true))
    );
  if (seen.state !== "present") return false;
  return (
    seen.sha256 === change.content.sha256 ||
    (change.content.signs !== undefined && (await context.verifies(mutation, change.content.signs)))
  );
}

function failureOf(job: PublishJob, { settled, waiting, failure }: TransactionResult): ReleaseError | null {
  const entries = job.plan.mutations.flatMap((mutation) => {
    const settlement = settled.get(mutation.key);
    return settlement === undefined || settlement.outcome === "done" ? [] : [{ mutation, settlement }];
  });
  const first = entries[0];
  if (first === undefined && failure === undefined) return null;
  const what =
    first === undefined
      ? `What was done could not be written down: ${failure?.what ?? ""}`
      : `${first.mutation.channel}: ${describe(first.mutation, first.settlement)}`;
  const details = [
    ...entries.map(({ mutation, settlement }) => describe(mutation, settlement)),
    ...standing(job.plan, settled, waiting),
  ];
  if (first?.settlement.outcome === "conflict") {
    const next = `Nothing more was written. ${wayOut(job, first.mutation)}, then run: ${job.resume}`;
    return new ReleaseError("CHANNEL_CONFLICT", { what, next, details });
  }
  // Nothing is public yet and the machine itself refused: its own error says more than "incomplete".
  const nothingPublic = job.plan.mutations.every(
    ({ key, phase }) => phase === "stage" || settled.get(key)?.outcome !== "done",
  );
  const error = first?.settlement.outcome === "incomplete" ? first.settlement.error : failure;
  if (nothingPublic && isReleaseError(error) && [3, 6, 7].includes(error.exit)) return error;
  return new ReleaseError("RELEASE_INCOMPLETE", { what, next: `Run again to finish: ${job.resume}`, details });
}

/** What to move away. The only copy of a release is built anew as a whole; of several, the others give what is missing. */
function wayOut({ plan, channels }: PublishJob, { channel, change }: Mutation): string {
  const place = channels.find(({ id }) => id === channel)?.place;
  if (place === undefined || change.kind === "move") return "If what is there is wrong, take it away";
  const folder = join(place, plan.tag);
  return channels.filter(({ stores }) => stores).length === 1
    ? `If the other bytes are wrong, move the whole folder ${shellWords([folder])} away, for it is the only copy: it is built anew`
    : `If the other bytes are wrong, move ${shellWords([join(folder, change.content.file)])} away`;
}

function describe(mutation: Mutation, settlement: Settlement): string {
  if (settlement.outcome === "conflict")
    return `"${mutation.does}" wants ${settlement.wanted}; ${settlement.seen} is there.`;
  return settlement.outcome === "incomplete"
    ? `"${mutation.does}" did not succeed: ${settlement.reason}`
    : mutation.does;
}

/** What users can see by now, and what they cannot. */
function standing(plan: Plan, settled: TransactionResult["settled"], waiting: readonly Mutation[]): readonly string[] {
  const visible = plan.mutations.filter(({ key, phase }) => phase !== "stage" && settled.get(key)?.outcome === "done");
  const unseen = waiting.some(({ phase }) => phase !== "stage");
  return [
    `seen public by this run: ${visible.length === 0 ? "nothing" : visible.map(({ does }) => does).join("; ")}${unseen ? " (what an earlier run made public still is)" : ""}`,
    `not begun: ${waiting.length === 0 ? "nothing" : `${waiting.length} of ${plan.mutations.length} changes`}`,
  ];
}
