import { Command, Option } from "clipanion";
import { keysExport } from "../operations/keys-export.ts";
import { projectSigning } from "../operations/project-config.ts";
import { ProjectCommand, type Outcome } from "./command.ts";
import type { World } from "./context.ts";

export class KeysExportCommand extends ProjectCommand {
  static override paths = [["keys", "export"]];
  static override usage = Command.Usage({
    description: "Print the public key, armored, or binary for /etc/apt/keyrings",
    examples: [
      ["For a web page", "ggen-release keys export > release-key.asc"],
      ["For apt", "ggen-release keys export --binary > release-key.gpg"],
    ],
  });

  binary = Option.Boolean("--binary", false, {
    description: "Binary instead of ASCII armor: what a .gpg file of apt holds",
  });

  protected async act({ ports, keys }: World): Promise<Outcome> {
    const exported = await keysExport(
      { ...ports, keys },
      { signing: await projectSigning(ports, this.config), binary: this.binary },
    );
    return {
      result: {
        ...exported,
        content: this.binary ? Buffer.from(exported.content).toString("base64") : exported.content,
      },
      lines: [],
      raw: exported.content,
    };
  }
}
