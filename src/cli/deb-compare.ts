import { Command, Option } from "clipanion";
import { escapedLine } from "../domain/escaped-text.ts";
import { debCompare, type Difference } from "../operations/deb-compare.ts";
import { ReleaseCommand, type Outcome } from "./command.ts";
import type { World } from "./context.ts";

export class DebCompareCommand extends ReleaseCommand {
  static override paths = [["deb", "compare"]];
  static override usage = Command.Usage({
    description: "Compare two Debian packages",
    details:
      "Control fields, scripts and other control files, compression, and every file with its mode, owner, time and content. The exit code is 0 where nothing of this differs, even if the bytes do (another level of compression, another order), and 3 where something does.",
    examples: [
      ["What did the new version change?", "ggen-release deb compare tool_1.2.3_amd64.deb tool_1.3.0_amd64.deb"],
      ["Is a build reproducible?", "ggen-release deb compare --json first/tool.deb second/tool.deb"],
    ],
  });

  a = Option.String({ name: "a" });
  b = Option.String({ name: "b" });

  protected async act({ ports, decompressor }: World): Promise<Outcome> {
    const result = await debCompare({ ports, decompressor }, { a: this.a, b: this.b });
    const { differences, identical } = result;
    const same = identical
      ? "The files are the same, byte by byte."
      : "The packages hold the same; their bytes differ.";
    return {
      result,
      exit: differences.length === 0 ? 0 : 3,
      lines: [...differences.flatMap(linesOf), differences.length === 0 ? same : `${differences.length} differences`],
    };
  }
}

const signs = { added: "+", removed: "-", changed: "~" } as const;
/** Enough of a digest to tell two apart, and of a text to recognise it. */
const longestShown = 100;
/** In the year 10000 the usual way of writing ends. */
const lastTime = 253_402_300_800;

function linesOf({ part, name, change, aspects }: Difference): readonly string[] {
  return [
    `${signs[change]} ${part} ${escapedLine(name)}`,
    ...aspects.map(({ aspect, before, after }) => `    ${aspect}: ${shown(aspect, before)} → ${shown(aspect, after)}`),
  ];
}

function shown(aspect: string, value: string): string {
  if (value === "") return "(none)";
  if (aspect === "sha256") return value.slice(0, 16);
  if (aspect === "time" && Math.abs(Number(value)) < lastTime) return new Date(Number(value) * 1000).toISOString();
  return escapedLine(value.length > longestShown ? `${value.slice(0, longestShown)}…` : value);
}
