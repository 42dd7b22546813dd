/** `plan`: everything that a release will consist of and change, computed and shown, with nothing done. */
import { inStep } from "./step.ts";
import { prepare, type Release, type ReleaseOptions } from "./prepare.ts";
import type { OperationWorld } from "./world.ts";

export async function planRelease(world: OperationWorld, options: ReleaseOptions): Promise<Release> {
  return inStep(world.ports.reporter, "plan", "Read the tag, compare versions, plan", () => prepare(world, options));
}
