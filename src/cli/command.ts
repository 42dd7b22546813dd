/** What all commands share: the options that are alike everywhere, and the one way in which results and failures leave. */
import { Command, Option } from "clipanion";
import { isReleaseError, type ExitCode } from "../domain/errors/index.ts";
import type { Ports } from "../ports/index.ts";
import type { Shown } from "../ports/reporter.ts";
import type { Context, World } from "./context.ts";

/** A command's result: data for `--json`, lines and tables for people, and the exit code. */
export interface Outcome {
  readonly result: unknown;
  readonly lines: readonly Shown[];
  /** Printed as it is, in the place of lines: a key, a schema, a script. */
  readonly raw?: string | Uint8Array;
  readonly exit?: ExitCode;
}

export abstract class ReleaseCommand extends Command<Context> {
  json = Option.Boolean("--json", false, { description: "Print events and the result as JSON, one object a line" });
  verbose = Option.Boolean("--verbose", false, { description: "Show commands and the output of builds" });
  quiet = Option.Boolean("--quiet,-q", false, { description: "Show only warnings, failures and the result" });
  ci = Option.Boolean("--ci", false, { description: "Plain lines, ask nothing; cut requires the tag to exist" });

  protected abstract act(world: World): Promise<Outcome>;

  override async execute(): Promise<number> {
    const world = await this.context.open({ json: this.json, quiet: this.quiet, verbose: this.verbose, ci: this.ci });
    try {
      const { result, lines, raw, exit } = await this.act(world);
      await world.close();
      if (this.json) world.ports.reporter.report({ type: "result", command: this.path.join(" "), result });
      else if (raw !== undefined) this.context.stdout.write(raw);
      else world.show(lines);
      return exit ?? 0;
    } catch (error) {
      const exit = reportFailure(world.ports, error);
      await world.close();
      return exit;
    }
  }
}

/** Commands that read the configuration. */
export abstract class ProjectCommand extends ReleaseCommand {
  config = Option.String("--config,-f", {
    description: "Read this configuration instead of the tag's ggen-release.yaml",
  });
}

/** Every failure leaves as one event with a stable code; what is not catalogued is a fault of this program. */
export function reportFailure({ reporter }: Pick<Ports, "reporter">, error: unknown): ExitCode {
  if (isReleaseError(error)) {
    const { code, exit, what, why, next, details } = error;
    reporter.report({ type: "failed", code, exit, what: bounded(what), why, next: bounded(next), details });
    return exit;
  }
  const message = error instanceof Error ? error.message : String(error);
  reporter.report({
    type: "failed",
    code: "BUG",
    exit: 70,
    what: `Something unforeseen happened: ${message}`,
    why: "This is a fault of ggen-release, not of your project.",
    next: "Run the same command again with --verbose, and report what it prints.",
    details:
      error instanceof Error && error.stack !== undefined
        ? error.stack
            .split("\n")
            .slice(1, 6)
            .map((line) => line.trim())
        : [],
  });
  return 70;
}

/** Paths and arguments can be of any length; what is said about them is still to be read. */
function bounded(text: string): string {
  return text.length <= 2000 ? text : `${text.slice(0, 1500)} … ${text.slice(-300)}`;
}
