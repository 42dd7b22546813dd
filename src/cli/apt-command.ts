import { Option } from "clipanion";
import type { RepositoryOptions } from "../operations/apt-repository.ts";
import { ReleaseError } from "../domain/errors/index.ts";
import { ProjectCommand } from "./command.ts";

/** What all commands on an APT repository share: where its tree is, and who signs it. */
export abstract class AptCommand extends ProjectCommand {
  repo = Option.String("--repo", { description: "The repository: a folder, s3://bucket/prefix or ssh://host/folder" });
  signKey = Option.String("--sign-key", { description: "File with the key that signs (default: the configured key)" });
  unsigned = Option.Boolean("--unsigned", false, {
    description: "Make a repository that apt refuses without [trusted=yes]",
  });

  protected repository(): RepositoryOptions {
    if (this.repo === undefined) {
      throw new ReleaseError("USAGE", {
        what: "No repository is named.",
        next: "Say which: --repo ./public/apt, --repo s3://bucket/apt or --repo ssh://host/srv/apt",
      });
    }
    return {
      repo: this.repo,
      unsigned: this.unsigned,
      ...(this.signKey === undefined ? {} : { signKey: this.signKey }),
      ...(this.config === undefined ? {} : { config: this.config }),
    };
  }
}
