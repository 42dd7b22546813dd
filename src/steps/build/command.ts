/**
 * Builder `command`: any command that makes its outputs where the configuration says. Invariant: what is released are
 * regular files that lie in the clean clone after the command succeeded.
 */
import * as v from "valibot";
import { ReleaseError } from "../../domain/errors/index.ts";
import { parsed } from "../../engines/values/parsed.ts";
import { textOr } from "../../engines/values/text-or.ts";
import { shellWords } from "../../formats/shell-words.ts";
import type { Builder, BuildJob, BuiltFile } from "../../ports/builder.ts";
import { fileInside } from "./inside.ts";
import { perBinary } from "./per-binary.ts";
import {
  fillPlaceholders,
  parsePlacedPath,
  placeholdersOf,
  targetPlaceholders,
  type Placeholders,
} from "./placeholders.ts";
import { askTool, commandLine, runTool, type Call } from "./tool.ts";

const text = v.pipe(v.string(), v.minLength(1));
const commandWords = textOr(text, v.pipe(v.array(v.string()), v.minLength(1)));
const place = v.pipe(v.string(), parsed(parsePlacedPath));

const entries = {
  run: v.pipe(
    commandWords,
    v.description(
      "Words of a command, or one line for sh -c; {target} {arch} {os} {version} {tag} {commit} are filled in.",
    ),
  ),
  output: v.pipe(
    textOr(place, v.record(v.string(), place)),
    v.description(
      "Where the program, a native executable, lies afterwards: build/{target}/tool; for several with {binary}, or a map.",
    ),
  ),
  toolchain: v.pipe(
    v.optional(commandWords),
    v.description(
      "Command whose output names the tools' versions: when it changes, nothing that is built already is reused.",
    ),
  ),
};
export type CommandSection = v.InferOutput<v.ObjectSchema<typeof entries, undefined>>;
type Words = CommandSection["run"];

export const command: Builder<CommandSection> = {
  id: "command",
  entries,
  plan(section, target, binaries) {
    perBinary("output", section.output, binaries);
    const run = filled(section.run, targetPlaceholders(target));
    return { commands: [typeof run === "string" ? run : shellWords(run)], environment: [] };
  },
  async toolchain({ toolchain }, _target, job) {
    if (toolchain === undefined) return "";
    const call = callOf(toolchain);
    const done = await askTool(job, call);
    if (done.exitCode === 0) return `${done.stdout}${done.stderr}`;
    throw new ReleaseError("BUILD_TOOL_MISSING", {
      what: `${commandLine(call)} ended with exit code ${done.exitCode ?? "none"}.`,
      next: "Mend toolchain in the build's section, or what it asks for.",
      details: done.stderr.trim().split("\n").slice(-20),
    });
  },
  async build(section, job) {
    const values = placeholdersOf(job);
    await runTool(job, callOf(filled(section.run, values)));
    const outputs = perBinary("output", section.output, job.binaries);
    return Promise.all([...outputs].map(([binary, path]) => builtFile(job, binary, fillPlaceholders(path, values))));
  },
};

function filled(words: Words, values: Placeholders): Words {
  return typeof words === "string"
    ? fillPlaceholders(words, values)
    : words.map((word) => fillPlaceholders(word, values));
}

function callOf(words: Words): Call {
  const [program = "", ...rest] = typeof words === "string" ? ["sh", "-c", words] : words;
  return { program, arguments: rest, install: `Install ${program}, or put it on the PATH.` };
}

async function builtFile(job: BuildJob, binary: string, path: string): Promise<BuiltFile> {
  const found = await fileInside(job.ports.files, job.source, job.folder, path);
  if (found !== null) return { binary, path: found.path };
  throw new ReleaseError("BUILD_OUTPUT_MISSING", {
    what: `The command succeeded and made no file ${path} for ${job.target.id}.`,
    next: "Mend output in the build's section, or the command.",
  });
}
