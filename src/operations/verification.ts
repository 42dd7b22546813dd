/** The commands by which an installer checks a release with nothing of ours. */
import type { Manifest } from "../domain/manifest.ts";
import { verification } from "../steps/record/report.ts";

export function verificationOf(manifest: Manifest, signed: boolean): readonly string[] {
  return verification(manifest.artifacts, signed);
}
