import { Option } from "clipanion";
import { aptSettings, type AptSettings } from "../operations/apt-repository.ts";
import type { Ports } from "../ports/index.ts";
import { ProjectCommand } from "./command.ts";

/** What all commands on an APT repository share: where its tree is, and who signs it. */
export abstract class AptCommand extends ProjectCommand {
  repo = Option.String("--repo", {
    description: "A folder, s3://bucket/prefix or ssh://host/folder (default: apt.repo)",
  });

  /** Commands of a suite, and those of a component, have these options, too. */
  suite?: string | undefined;
  component?: string | undefined;
  signKey?: string | undefined;
  url?: string | undefined;
  unsigned = false;

  /** With the configuration for what the user has not said. */
  protected settings(ports: Ports): Promise<AptSettings> {
    const { repo, suite, component, signKey, unsigned, config, url } = this;
    return aptSettings(ports, { repo, suite, component, signKey, unsigned, config, url });
  }
}

/** Commands that change it. */
export abstract class AptChangeCommand extends AptCommand {
  override signKey = Option.String("--sign-key", {
    description: "File with the key that signs (default: the configured key)",
  });
  override unsigned = Option.Boolean("--unsigned", false, {
    description: "Make a repository that apt refuses without [trusted=yes]",
  });
}
