/**
 * The variable of a Go program that the linker puts the version into: `-X` sets package-level strings that nothing or a
 * constant initialises (https://pkg.go.dev/cmd/link). Its name is the program's own affair; two are usual.
 */
import { posix } from "node:path";
import type { TreeView } from "./detected.ts";

const names = ["version", "Version"] as const;

/** Of each folder's package main, the variable that is there; a folder without one has none in the answer. */
export async function versionVariables(tree: TreeView, folders: readonly string[]): Promise<readonly string[]> {
  const found = await Promise.all(
    folders.map(async (folder) => {
      const files = tree.list(folder).filter((name) => name.endsWith(".go") && !name.endsWith("_test.go"));
      const texts = await Promise.all(files.map((file) => tree.text(posix.join(folder, file))));
      return names.find((name) => texts.some((text) => declares(text ?? "", name)));
    }),
  );
  return found.filter((name) => name !== undefined);
}

/** `var version string`, `var Version = "dev"`, and the same among others in `var ( … )`. Constants cannot be set. */
function declares(text: string, name: string): boolean {
  if (!/^package\s+main\b/m.test(text)) return false;
  const variable = `${name}(?:,[ \\t\\w,]+)?(?:[ \\t]+string)?(?:[ \\t]*=[ \\t]*["\`]|[ \\t]*(?://|$))`;
  if (new RegExp(`^var[ \\t]+${variable}`, "m").test(text)) return true;
  const groups = [...text.matchAll(/^var[ \t]*\(([^]*?)^\)/gm)].map(([, group = ""]) => group);
  return groups.some((group) => new RegExp(`^[ \\t]*${variable}`, "m").test(group));
}
