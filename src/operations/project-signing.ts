/** How the repository's releases are signed; in a folder without one, by what the environment names. */
import type { SigningSpec } from "../domain/project.ts";
import type { Ports } from "../ports/index.ts";
import { readConfig } from "./read-config.ts";

export async function projectSigning(ports: Ports, config: string | undefined): Promise<SigningSpec> {
  const unsaid: SigningSpec = { with: "none", said: false };
  const repository = await ports.git.repository(ports.environment.folder);
  if (repository === null || repository.head === null) return unsaid;
  const read = await readConfig(ports, repository, ports.git.tree(repository, repository.head), config);
  return read.config.sign ?? unsaid;
}
