/**
 * The programs that a Cargo package makes: its `[[bin]]` tables and what Cargo finds by itself
 * (https://doc.rust-lang.org/cargo/reference/cargo-targets.html#target-auto-discovery).
 */
import { posix } from "node:path";
import type { CargoPackage } from "./cargo-members.ts";
import type { TreeView } from "./detected.ts";
import { asTable, asText, asTexts } from "./tree-view.ts";

export interface CargoBinary {
  readonly name: string;
  /** Features without which it is not built; none of them is on by default. */
  readonly missing: readonly string[];
}

export function binariesOf(tree: TreeView, { folder, name, manifest }: CargoPackage): readonly CargoBinary[] {
  const defaults = asTexts(asTable(manifest["features"])["default"]);
  const tables = Array.isArray(manifest["bin"]) ? manifest["bin"].map(asTable) : [];
  const declared = tables.flatMap((table) => {
    const bin = asText(table["name"]);
    if (bin === undefined) return [];
    const path = asText(table["path"]) ?? (bin === name ? "src/main.rs" : `src/bin/${bin}.rs`);
    const missing = asTexts(table["required-features"]).filter((feature) => !defaults.includes(feature));
    return [{ name: bin, path: posix.normalize(path), missing }];
  });
  const automatic = asTable(manifest["package"])["autobins"] === false ? [] : discovered(tree, folder, name);
  const taken = (one: { readonly name: string; readonly path: string }): boolean =>
    declared.some((other) => other.name === one.name || other.path === one.path);
  return [...declared, ...automatic.filter((one) => !taken(one)).map((one) => ({ ...one, missing: [] }))];
}

function discovered(
  tree: TreeView,
  folder: string,
  name: string,
): readonly { readonly name: string; readonly path: string }[] {
  const found = tree.has(posix.join(folder, "src/main.rs")) ? [{ name, path: "src/main.rs" }] : [];
  for (const entry of tree.list(posix.join(folder, "src/bin"))) {
    if (entry.endsWith(".rs")) found.push({ name: entry.slice(0, -3), path: `src/bin/${entry}` });
    else if (tree.has(posix.join(folder, "src/bin", entry, "main.rs")))
      found.push({ name: entry, path: `src/bin/${entry}/main.rs` });
  }
  return found;
}
