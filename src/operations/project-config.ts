/**
 * What the configuration of the repository around the caller says to commands that need no release; in a folder without
 * one, nothing.
 */
import { isAbsolute, join } from "node:path";
import type { SigningSpec } from "../domain/project.ts";
import type { Ports } from "../ports/index.ts";
import type { Config } from "../steps/config/config.ts";
import { readConfig } from "./read-config.ts";

/** How releases are signed; where nothing is said, by what the environment names. */
export async function projectSigning(ports: Ports, config: string | undefined): Promise<SigningSpec> {
  return (await projectConfig(ports, config))?.config.sign ?? { with: "none", said: false };
}

/** The APT repository; a folder is one of this machine from its root. */
export async function projectApt(ports: Ports, config: string | undefined): Promise<NonNullable<Config["apt"]>> {
  const found = await projectConfig(ports, config);
  const { repo, ...apt } = found?.config.apt ?? {};
  if (found === null || repo === undefined) return apt;
  const isFolder = !repo.includes("://") && !isAbsolute(repo);
  return { ...apt, repo: isFolder ? join(found.folder, repo) : repo };
}

async function projectConfig(
  ports: Ports,
  config: string | undefined,
): Promise<{ readonly config: Config; readonly folder: string } | null> {
  const repository = await ports.git.repository(ports.environment.folder);
  if (repository === null || repository.head === null) return null;
  const read = await readConfig(ports, repository, ports.git.tree(repository, repository.head), config);
  return { config: read.config, folder: repository.folder };
}
