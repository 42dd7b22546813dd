/**
 * Suites that need a program of the machine, or to be root on it. A suite whose program is missing is reported by name
 * as not run, and fails under CI=true: a skip must never look like a pass.
 */
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { describe, it } from "vitest";

/** `describe` for suites that need these programs on the PATH; `root` stands for the rights of root. */
export function describeWith(programs: readonly string[], name: string, body: () => void): void {
  const missing = programs.filter((program) => (program === "root" ? !isRoot() : !isOnPath(program)));
  if (missing.length === 0) {
    describe(name, body);
    return;
  }
  const title = `${name}: not run, missing ${missing.join(", ")}`;
  if (process.env["CI"] === "true") {
    it(title, () => {
      throw new Error(
        `missing ${missing.join(", ")}: install programs with sh scripts/debian-packages.sh, and run as root`,
      );
    });
  } else {
    describe.runIf(false)(title, body);
  }
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
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
