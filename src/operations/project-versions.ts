/** How the project counts its versions, as the configuration of the working directory says: what one edits is what counts here. */
import { resolve } from "node:path";
import type { VersionSettings } from "../domain/version-settings.ts";
import type { Ports } from "../ports/index.ts";
import { noConfig } from "../steps/config/config.ts";
import { configFile, loadConfig } from "../steps/config/load.ts";
import { configSchema } from "../steps/config/schema.ts";
import { versionSettings } from "../steps/config/version-settings.ts";
import { openRepository } from "../steps/source/resolve.ts";
import { configBeside } from "./config-file.ts";
import { kinds } from "./kinds.ts";

export async function projectVersions(ports: Ports, config: string | undefined): Promise<VersionSettings> {
  const { folder } = await openRepository(ports);
  const bytes =
    config === undefined
      ? await configBeside(ports, folder)
      : await ports.files.read(resolve(ports.environment.folder, config));
  return versionSettings(bytes === null ? noConfig : loadConfig(configSchema(kinds), bytes, config ?? configFile));
}
