import { join } from "node:path";
import type { Release } from "./prepare.ts";

/** Where `build` leaves a whole release that `cut` then goes on with. */
export function buildFolder({ workFolder, plan }: Pick<Release, "workFolder" | "plan">): string {
  return join(workFolder, "build", plan.tag.replaceAll("/", "-"));
}
