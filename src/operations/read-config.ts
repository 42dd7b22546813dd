/** The configuration of a tree, or of a file that is named instead, with what the tree itself shows. */
import { resolve } from "node:path";
import { detect } from "../engines/detect/detect.ts";
import type { Detected } from "../engines/detect/detected.ts";
import { laidOver } from "../engines/laid-tree.ts";
import type { Repository } from "../ports/git.ts";
import type { Ports } from "../ports/index.ts";
import type { Tree } from "../ports/tree.ts";
import { noConfig, type Config } from "../steps/config/config.ts";
import { configFile, loadConfig } from "../steps/config/load.ts";
import { configSchema } from "../steps/config/schema.ts";
import { committedConfig, configBeside, namedConfig } from "./config-file.ts";
import { kinds } from "./kinds.ts";
import { findOverlay, type Overlay } from "./overlay.ts";

export interface ReadConfig {
  readonly config: Config;
  readonly detected: Detected;
  /** The tree, with the files of `source.overlay` that are there laid over it: what `detected` is of. */
  readonly tree: Tree;
  readonly overlay: Overlay;
  /** Path of the file that `--config` named, or null for the tree's own. */
  readonly override: string | null;
}

/** @param committed the tree of the commit that is read */
export async function readConfig(
  ports: Ports,
  { folder }: Pick<Repository, "folder">,
  committed: Tree,
  override: string | undefined,
): Promise<ReadConfig> {
  const path = override === undefined ? null : resolve(ports.environment.folder, override);
  const bytes = path === null ? await committedConfig(committed) : await namedConfig(ports, path);
  const config =
    bytes === null ? await withoutFile(ports, folder) : loadConfig(configSchema(kinds), bytes, override ?? configFile);
  const overlay = await findOverlay(ports.files, folder, committed, config);
  const tree = laidOver(committed, overlay.found, ports.files);
  return { config, detected: await detect(tree), tree, overlay, override: path };
}

/** Who has just run `init` has a configuration, if not where a release looks for it. */
async function withoutFile(ports: Ports, folder: string): Promise<Config> {
  const bytes = await configBeside(ports, folder);
  return bytes === null ? noConfig : { ...noConfig, isUncommitted: true };
}
