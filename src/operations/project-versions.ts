/** How the project counts its versions, as the configuration of the working directory says: what one edits is what counts here. */
import { join, resolve } from "node:path";
import type { VersionSettings } from "../domain/version-settings.ts";
import type { Ports } from "../ports/index.ts";
import { noConfig } from "../steps/config/config.ts";
import { configFile, loadConfig } from "../steps/config/load.ts";
import { configSchema } from "../steps/config/schema.ts";
import { versionSettings } from "../steps/config/version-settings.ts";
import { openRepository } from "../steps/source/resolve.ts";
import { kinds } from "./kinds.ts";

export async function projectVersions(ports: Ports, config: string | undefined): Promise<VersionSettings> {
  const { folder } = await openRepository(ports);
  const path = config === undefined ? join(folder, configFile) : resolve(ports.environment.folder, config);
  if (config === undefined && (await ports.files.status(path)) === null) return versionSettings(noConfig);
  return versionSettings(loadConfig(configSchema(kinds), await ports.files.read(path), config ?? configFile));
}
