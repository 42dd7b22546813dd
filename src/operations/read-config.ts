/** The configuration of a tree, or of a file that is named instead, with what the tree itself shows. */
import { resolve } from "node:path";
import { detect } from "../engines/detect/detect.ts";
import type { Detected } from "../engines/detect/detected.ts";
import type { Ports } from "../ports/index.ts";
import type { Tree } from "../ports/tree.ts";
import { noConfig, type Config } from "../steps/config/config.ts";
import { configFile, loadConfig } from "../steps/config/load.ts";
import { configSchema } from "../steps/config/schema.ts";
import { committedConfig, configBeside } from "./config-file.ts";
import { kinds } from "./kinds.ts";

export interface ReadConfig {
  readonly config: Config;
  readonly detected: Detected;
  /** Path of the file that `--config` named, or null for the tree's own. */
  readonly override: string | null;
}

export async function readConfig(ports: Ports, tree: Tree, override: string | undefined): Promise<ReadConfig> {
  const path = override === undefined ? null : resolve(ports.environment.folder, override);
  const bytes = path === null ? await committedConfig(tree) : await ports.files.read(path);
  const config =
    bytes === null ? await withoutFile(ports) : loadConfig(configSchema(kinds), bytes, override ?? configFile);
  return { config, detected: await detect(tree), override: path };
}

/** Who has just run `init` has a configuration, if not where a release looks for it. */
async function withoutFile(ports: Ports): Promise<Config> {
  const repository = await ports.git.repository(ports.environment.folder);
  const bytes = repository === null ? null : await configBeside(ports, repository.folder);
  return bytes === null ? noConfig : { ...noConfig, isUncommitted: true };
}
