import { Command, Option } from "clipanion";
import { phases } from "../domain/mutation.ts";
import type { Plan } from "../domain/plan.ts";
import { planRelease } from "../operations/plan.ts";
import { changeLines } from "./change-lines.ts";
import { ProjectCommand, type Outcome } from "./command.ts";
import type { World } from "./context.ts";

export class PlanCommand extends ProjectCommand {
  static override paths = [["plan"]];
  static override usage = Command.Usage({
    description: "Show every file, build and change of a release, doing nothing",
    details: "The plan is what `cut` executes. With --json it is printed as data.",
    examples: [["What would version 1.2.3 be?", "ggen-release plan v1.2.3"]],
  });

  tag = Option.String({ name: "version" });
  releases = Option.String("--releases", { description: "Folder of releases (default: releases/ in the repository)" });
  allowBackport = Option.Boolean("--allow-backport", false, {
    description: "Allow a version lower than what exists; no latest is moved",
  });

  protected async act(world: World): Promise<Outcome> {
    const { plan, planDigest, source } = await planRelease(world, {
      tag: this.tag,
      allowBackport: this.allowBackport,
      tagRequired: false,
      ...(this.config === undefined ? {} : { config: this.config }),
      ...(this.releases === undefined ? {} : { releases: this.releases }),
    });
    return { result: plan, lines: planLines(plan, planDigest, source.tag !== null) };
  }
}

function fileLine({ file, compression, from }: Plan["artifacts"][number]): string {
  const named = compression === undefined ? file : `${file} (${compression})`;
  return from.length === 0 ? named : `${named}  ← ${from.join(", ")}`;
}

function planLines(plan: Plan, digest: string, tagExists: boolean): readonly string[] {
  const files = plan.artifacts.filter(({ kind }) => kind !== "checksum");
  const overrides = Object.entries(plan.overrides);
  const names = [...new Set(plan.builds.flatMap(({ environment }) => environment))].sort();
  return [
    `${plan.project} ${plan.version} from commit ${plan.commit.slice(0, 12)}; tag ${plan.tag} ${tagExists ? "exists" : "is made by cut"}`,
    "",
    "builds",
    ...tree(
      plan.builds.map(({ id, binaries, commands }) => [
        `${id}: ${binaries.join(", ")}`,
        ...commands.map((command) => `$ ${filled(command, plan)}`),
      ]),
    ),
    "",
    "files, each with .sha256, together in SHA256SUMS",
    ...tree(files.map((artifact) => [fileLine(artifact)])),
    "",
    `signatures: ${plan.signer === null ? "none, no key is configured" : `by ${plan.signer}`}`,
    ...(overrides.length === 0
      ? []
      : ["", "beside the tag's tree", ...tree(overrides.map(([path, sha256]) => [`${path}  sha256 ${sha256}`]))]),
    "",
    "changes, in this order",
    ...phases.flatMap((phase) => {
      const within = plan.mutations.filter((mutation) => mutation.phase === phase);
      return within.length === 0 ? [] : [`  ${phase}`, ...tree(changeLines(within).map((line) => [line]))];
    }),
    "",
    "environment of the builds, by name",
    ...filledLines(names, 100).map((line) => `  ${line}`),
    "",
    `digest of this plan: ${digest}`,
  ];
}

/** What the plan itself knows of a command's placeholders; the rest differs from program to program. */
function filled(command: string, { version, tag, commit }: Plan): string {
  return command.replaceAll("{version}", version).replaceAll("{tag}", tag).replaceAll("{commit}", commit);
}

/** As many words a line as fit. */
function filledLines(words: readonly string[], columns: number): readonly string[] {
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last === undefined || last.length + word.length >= columns) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}

/** One entry a line, its further lines indented below it. */
function tree(entries: readonly (readonly string[])[]): readonly string[] {
  return entries.flatMap(([first = "", ...rest], index) => {
    const last = index === entries.length - 1;
    return [`  ${last ? "└─" : "├─"} ${first}`, ...rest.map((line) => `  ${last ? "  " : "│ "}    ${line}`)];
  });
}
