import { Command, Option } from "clipanion";
import { escapedLine, escapedText } from "../domain/escaped-text.ts";
import { debInspect, type DebInspection } from "../operations/deb-inspect.ts";
import type { Shown, Table } from "../ports/reporter.ts";
import { ReleaseCommand, type Outcome } from "./command.ts";
import type { World } from "./context.ts";

export class DebInspectCommand extends ReleaseCommand {
  static override paths = [["deb", "inspect"]];
  static override usage = Command.Usage({
    description: "Show what a Debian package holds",
    details:
      "Control fields, members and their compression, scripts, conffiles and the tree with modes and owners. Nothing is unpacked to the disk, and what dpkg would refuse is refused, so that a file of unknown origin can be looked at. --verbose shows the scripts whole.",
    examples: [
      ["Before it is installed", "ggen-release deb inspect tool_1.2.3_amd64.deb"],
      ["For a script", "ggen-release deb inspect --json tool_1.2.3_amd64.deb"],
    ],
  });

  file = Option.String({ name: "file" });

  protected async act({ ports, decompressor }: World): Promise<Outcome> {
    const result = await debInspect({ ports, decompressor }, { file: this.file });
    return { result, lines: linesOf(result, this.verbose) };
  }
}

function linesOf(deb: DebInspection, verbose: boolean): readonly Shown[] {
  const { fields, scripts, conffiles, triggers, tree, entries, oddities } = deb;
  const list = (title: string, lines: readonly Shown[]): readonly Shown[] =>
    lines.length === 0 ? [] : ["", title, ...lines];
  return [
    ...fields.flatMap(({ name, value }) => escapedText(`${name}: ${value}`).split("\n")),
    "",
    membersOf(deb),
    ...list("Control files:", [controlFilesOf(deb)]),
    ...list(
      "Conffiles:",
      conffiles.map(({ path, removeOnUpgrade }) => `  ${escapedLine(path)}${removeOnUpgrade ? " (removed)" : ""}`),
    ),
    ...list(
      "Triggers:",
      triggers.map(({ directive, name }) => `  ${directive} ${name}`),
    ),
    ...(verbose
      ? scripts.flatMap(({ name, text }) =>
          list(
            `${name}:`,
            escapedText(text.replace(/\n$/, ""))
              .split("\n")
              .map((line) => `  ${line}`),
          ),
        )
      : []),
    ...list("Files:", [treeOf(deb)]),
    ...(entries > tree.length ? [`  and ${entries - tree.length} more`] : []),
    ...list(
      "Worth a second look:",
      oddities.map(({ path, what }) => `  ${escapedLine(path)} ${escapedLine(what)}`),
    ),
    "",
    `${deb.package} ${deb.version} for ${deb.architecture}: ${deb.size} bytes, ${entries} entries of ${deb.unpacked} bytes`,
  ];
}

function membersOf({ members }: DebInspection): Table {
  return {
    header: ["member", "bytes", "compression"],
    rows: members.map(({ name, size, compression }) => [escapedLine(name), String(size), compression]),
    right: [1],
  };
}

function controlFilesOf({ controlFiles, scripts }: DebInspection): Table {
  const interpreter = (name: string): string => {
    const [first = ""] = (scripts.find((script) => script.name === name)?.text ?? "").split("\n", 1);
    return first.startsWith("#!") ? escapedLine(first.slice(0, 80)) : "";
  };
  return {
    header: ["name", "mode", "bytes", ""],
    rows: controlFiles.map(({ name, mode, size }) => [escapedLine(name), mode, String(size), interpreter(name)]),
    right: [2],
    indent: 2,
  };
}

function treeOf({ tree }: DebInspection): Table {
  return {
    header: ["mode", "owner", "bytes", "path"],
    rows: tree.map(({ kind, mode, owner, size, path, target, device }) => [
      `${signs[kind]}${mode}`,
      escapedLine(owner),
      device ?? String(size),
      escapedLine(`${path}${target === undefined ? "" : kind === "hardlink" ? ` = ${target}` : ` -> ${target}`}`),
    ]),
    right: [2],
    indent: 2,
  };
}

/** As ls(1) begins a line. */
const signs = {
  file: "-",
  folder: "d",
  symlink: "l",
  hardlink: "h",
  "character device": "c",
  "block device": "b",
  fifo: "p",
} as const;
