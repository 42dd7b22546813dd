/** A Node that is older than this program asks for, where the machine has one: what a fresh Debian brings. */
import { spawnSync } from "node:child_process";
import { describe, it } from "vitest";

const candidates = ["/usr/bin/node", "/usr/bin/nodejs", "/usr/local/bin/node"];

/** `describe` with that Node; where there is none reported by name as not run, and a failure under CI=true. */
export function describeWithOldNode(name: string, body: (node: string) => void): void {
  const node = candidates.find(isOld);
  if (node !== undefined) {
    describe(`${name} (${versionOf(node)})`, () => body(node));
    return;
  }
  const title = `${name}: not run, there is no Node below 22.18 at ${candidates.join(", ")}`;
  if (process.env["CI"] !== "true") describe.runIf(false)(title, () => body(""));
  else {
    it(title, () => {
      throw new Error("Install Debian 12's nodejs, or any Node below 22.18, at one of these places.");
    });
  }
}

function isOld(node: string): boolean {
  const [major = 0, minor = 0] = versionOf(node).slice(1).split(".").map(Number);
  return major > 0 && (major < 22 || (major === 22 && minor < 18));
}

function versionOf(node: string): string {
  return (spawnSync(node, ["--version"], { encoding: "utf8" }).stdout ?? "").trim();
}
