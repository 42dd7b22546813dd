/** Changes as people read them: what stands beside another file (its checksum, its signature) is counted, not listed. */
import type { Mutation } from "../domain/mutation.ts";

const beside = [".sha256", ".asc"];

/** One line a change, and one a channel for what is counted. */
export function changeLines(mutations: readonly Mutation[]): readonly string[] {
  return [...Map.groupBy(mutations, ({ channel }) => channel)].flatMap(([channel, own]) => [
    ...own.filter((mutation) => besides(mutation) === undefined).map((mutation) => lineOf(mutation)),
    ...countLine(channel, own),
  ]);
}

function lineOf({ channel, does, reversal }: Mutation): string {
  return `${channel}: ${does}${reversal === "none" ? "  (cannot be taken back)" : ""}`;
}

/** `local: and 10 .sha256 files, 11 .asc files`. */
function countLine(channel: string, mutations: readonly Mutation[]): readonly string[] {
  const counts = beside.flatMap((ending) => {
    const count = mutations.filter((mutation) => besides(mutation) === ending).length;
    return count === 0 ? [] : [`${count} ${ending} file${count === 1 ? "" : "s"}`];
  });
  return counts.length === 0 ? [] : [`${channel}: and ${counts.join(", ")}`];
}

function besides({ change, reversal }: Mutation): string | undefined {
  if (change.kind !== "create" || reversal === "none") return undefined;
  return beside.find((ending) => change.content.file.endsWith(ending));
}
