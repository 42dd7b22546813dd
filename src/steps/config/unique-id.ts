/** Ids of builds and channels: given ones must differ, absent ones are the kind's name, numbered from the second on. */
import { ReleaseError } from "../../domain/errors/index.ts";

/** Takes the id out of those that are still free. Throws CONFIG_INVALID where a given one is taken. */
export function uniqueId(given: string | undefined, kind: string, taken: Set<string>): string {
  if (given !== undefined && taken.has(given)) {
    throw new ReleaseError("CONFIG_INVALID", {
      what: `Two entries have the id ${given}.`,
      next: "Give one of them another id.",
    });
  }
  let id = given ?? kind;
  for (let number = 2; taken.has(id); number++) id = `${kind}-${number}`;
  taken.add(id);
  return id;
}
