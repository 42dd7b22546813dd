import { Command, Option } from "clipanion";
import { defaultDays, keysNew } from "../operations/keys-new.ts";
import { ReleaseCommand, type Outcome } from "./command.ts";
import type { World } from "./context.ts";
import { wholeNumber } from "./values.ts";

export class KeysNewCommand extends ReleaseCommand {
  static override paths = [["keys", "new"]];
  static override usage = Command.Usage({
    description: "Make a signing key that apt of every supported release accepts",
    details: `
      Writes four files: the secret key for the backup, the signing subkey for releases, the public key for users, and a
      revocation certificate. Nothing is written over.

      A passphrase is taken from GGEN_RELEASE_KEY_PASSPHRASE, or from the file that GGEN_RELEASE_KEY_PASSPHRASE_FILE names.
    `,
    examples: [["A key for a project", 'ggen-release keys new --user-id "Jane Doe <jane@tool.org>" --folder ~/keys']],
  });

  userId = Option.String("--user-id", { required: true, description: "Whose key it is: Name <mail@host>" });
  folder = Option.String("--folder", ".", { description: "Folder for the files, best outside of any repository" });
  label = Option.String("--name", "release-key", { description: "What the files' names begin with" });
  days = Option.String("--days", String(defaultDays), { description: "Days that the key lives, or never" });

  protected async act({ ports, keys }: World): Promise<Outcome> {
    const days = this.days === "never" ? null : wholeNumber("--days", this.days);
    const made = await keysNew(
      { ...ports, keys },
      { userId: this.userId, folder: this.folder, label: this.label, days },
    );
    for (const message of made.warnings) ports.reporter.report({ type: "warning", message });
    return {
      result: made,
      lines: [
        made.userId,
        `fingerprint  ${made.fingerprint}`,
        ...Object.entries(made.files).map(([kind, path]) => `${kind.padEnd(11)}  ${path}`),
        "",
        "For ggen-release.yaml:",
        ...made.configuration.map((line) => `  ${line}`),
        "",
        "Next:",
        ...made.next.map((line, index) => `  ${index + 1}. ${line}`),
      ],
    };
  }
}
