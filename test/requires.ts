/**
 * Suites that need a program of the machine. A suite whose program is missing is reported by name as not run, and fails
 * under CI=true: a skip must never look like a pass.
 */
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { describe, it } from "vitest";

/** `describe` for suites that need these programs on the PATH. */
export function describeWith(programs: readonly string[], name: string, body: () => void): void {
  const missing = programs.filter((program) => !isOnPath(program));
  if (missing.length === 0) {
    describe(name, body);
    return;
  }
  const title = `${name}: not run, missing ${missing.join(", ")}`;
  if (process.env["CI"] === "true") {
    it(title, () => {
      throw new Error(`${missing.join(", ")} not on the PATH; install with: sh scripts/debian-packages.sh`);
    });
  } else {
    describe.runIf(false)(title, body);
  }
}

export function isOnPath(program: string): boolean {
  return (process.env["PATH"] ?? "").split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
