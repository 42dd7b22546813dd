/** What the configuration says of versions, with every default filled in. */
import type { VersionSettings } from "../../domain/version-settings.ts";
import type { Config } from "./config.ts";

export function versionSettings({ version = {} }: Config): VersionSettings {
  return {
    scheme: version.scheme ?? "semver",
    tagPrefix: version["tag-prefix"] ?? "v",
    places: (version.places ?? []).map((place) => ({ role: "document", ...place })),
    strict: version.strict ?? false,
  };
}
