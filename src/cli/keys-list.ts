import { Command } from "clipanion";
import { keysList, type ListedKey } from "../operations/keys-list.ts";
import { projectSigning } from "../operations/project-config.ts";
import { ProjectCommand, type Outcome } from "./command.ts";
import type { World } from "./context.ts";
import { findingLines } from "./finding-lines.ts";
import type { Shown } from "../ports/reporter.ts";

export class KeysListCommand extends ProjectCommand {
  static override paths = [["keys", "list"]];
  static override usage = Command.Usage({
    description: "Show the configured keys, when they expire, and which apt accepts them",
    examples: [["Which key would sign?", "ggen-release keys list"]],
  });

  protected async act({ ports, keys }: World): Promise<Outcome> {
    const listed = await keysList({ ...ports, keys }, { signing: await projectSigning(ports, this.config) });
    const shown = [
      ...listed.keys.map(keyLines),
      ...listed.unreadable.map(({ where, what, next }) => [`✗ ${where}: ${what}`, `  next: ${next}`]),
    ];
    if (shown.length === 0) shown.push(["No key is configured. Make one with: ggen-release keys new"]);
    return { result: listed, lines: shown.flatMap((lines, index) => (index === 0 ? lines : ["", ...lines])) };
  }
}

function keyLines({
  where,
  used,
  fingerprint,
  userId,
  algorithm,
  expires,
  suites,
  findings,
}: ListedKey): readonly Shown[] {
  return [
    `${used ? "→" : " "} ${fingerprint}  ${userId}`,
    `  ${algorithm}, from ${where}, ${expires === null ? "never expires" : `expires ${new Date(expires * 1000).toISOString().slice(0, 10)}`}`,
    {
      header: ["apt of", "verdict", "why"],
      rows: suites.map(({ suite, acceptance, reasons }) => [suite, acceptance, reasons.join("; ")]),
      indent: 2,
    },
    ...findingLines(findings).map((line) => `  ${line}`),
  ];
}
