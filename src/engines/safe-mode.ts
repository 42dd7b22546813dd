/** Modes that no package may hand on: a program that runs as its owner or group is the administrator's to make, not ours. */
import { ReleaseError } from "../domain/errors/index.ts";
import { quoted } from "../domain/quoted.ts";

/** Throws PACKAGE_MODE_UNSAFE. World-writable bits are not refused: they are the umask's, and never get into a package. */
export function requireSafeMode(path: string, mode: number): void {
  if ((mode & 0o6000) === 0) return;
  throw new ReleaseError("PACKAGE_MODE_UNSAFE", {
    what: `${quoted(path)} has mode ${mode.toString(8)}: it would run as its owner or group.`,
    next: "Let the build make it without that bit (chmod ug-s), and have the administrator set it where it is needed.",
  });
}
