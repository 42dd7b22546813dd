/** The configuration of a tree, or of a file that is named instead, with what the tree itself shows. */
import { join, resolve } from "node:path";
import { detect } from "../engines/detect/detect.ts";
import type { Detected } from "../engines/detect/detected.ts";
import type { Ports } from "../ports/index.ts";
import type { Tree } from "../ports/tree.ts";
import { noConfig, type Config } from "../steps/config/config.ts";
import { configFile, loadConfig } from "../steps/config/load.ts";
import { configSchema } from "../steps/config/schema.ts";
import { kinds } from "./kinds.ts";

export interface ReadConfig {
  readonly config: Config;
  readonly detected: Detected;
  /** Path of the file that `--config` named, or null for the tree's own. */
  readonly override: string | null;
}

export async function readConfig(ports: Ports, tree: Tree, override: string | undefined): Promise<ReadConfig> {
  const path = override === undefined ? null : resolve(ports.environment.folder, override);
  const bytes = path === null ? await tree.read(configFile) : await ports.files.read(path);
  const config =
    bytes === null ? await withoutFile(ports) : loadConfig(configSchema(kinds), bytes, override ?? configFile);
  return { config, detected: await detect(tree), override: path };
}

/** Who has just run `init` has a configuration, if not where a release looks for it. */
async function withoutFile({ files, git, environment }: Ports): Promise<Config> {
  const repository = await git.repository(environment.folder);
  const file = repository === null ? null : await files.status(join(repository.folder, configFile));
  return file?.kind === "file" ? { ...noConfig, isUncommitted: true } : noConfig;
}
