/** The commands by which a maintainer checks a release as installers will: gpg is given the public key first. */
import type { Manifest } from "../domain/manifest.ts";
import { verification } from "../steps/record/report.ts";

export function verificationOf(manifest: Manifest, signed: boolean): readonly string[] {
  return verification(manifest.artifacts, signed ? "ggen-release keys export | gpg --import" : null);
}
