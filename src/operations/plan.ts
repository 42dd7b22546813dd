/** `plan`: everything that a release will consist of and change, computed and shown, with nothing done. */
import { prepare, type Release, type ReleaseOptions } from "./prepare.ts";
import type { OperationWorld } from "./world.ts";

export async function planRelease(world: OperationWorld, options: ReleaseOptions): Promise<Release> {
  return prepare(world, options);
}
