import { Command } from "clipanion";
import { schema } from "../operations/schema.ts";
import { ReleaseCommand, type Outcome } from "./command.ts";

export class SchemaCommand extends ReleaseCommand {
  static override paths = [["schema"]];
  static override usage = Command.Usage({
    description: "Print the JSON Schema of ggen-release.yaml, so that editors complete it",
    examples: [["Keep it beside the configuration", "ggen-release schema > .ggen-release.schema.json"]],
  });

  protected async act(): Promise<Outcome> {
    const document = await schema();
    return { result: document, lines: [], raw: `${JSON.stringify(document, null, 2)}\n` };
  }
}
