/**
 * What a tree is, without being told: its ecosystem, programs, documents and licence. Invariant: the answer depends on the
 * tree alone, so two machines plan the same release of one commit.
 */
import type { Tree } from "../../ports/tree.ts";
import { cargo } from "./cargo.ts";
import type { Detected, Ecosystem, Note, TreeView } from "./detected.ts";
import { documentsOf, licenseFiles } from "./documents.ts";
import { go } from "./go.ts";
import { licenseOfText } from "./license-text.ts";
import { node } from "./node.ts";
import { viewTree } from "./tree-view.ts";

/** In the order in which they are asked; a new one is its file and its line here. */
export const ecosystems: readonly Ecosystem[] = [cargo, go, node];

/** Throws MANIFEST_INVALID. */
export async function detect(tree: Tree): Promise<Detected> {
  const view = await viewTree(tree);
  const candidates = ecosystems.filter((ecosystem) => ecosystem.recognises(view));
  let first: Detected | undefined;
  for (const ecosystem of candidates) {
    const detection = await ecosystem.detect(view);
    const binaries = detection.builds.flatMap((build) => build.binaries);
    const license = detection.license ?? (await licenseIn(view));
    const detected = {
      ...detection,
      ...(license === undefined ? {} : { license }),
      ecosystem: ecosystem.id,
      documents: documentsOf(view, binaries),
    };
    if (detected.builds.length > 0) return detected;
    first ??= detected;
  }
  const license = await licenseIn(view);
  return (
    first ?? {
      ecosystem: "none",
      manifest: null,
      ...(license === undefined ? {} : { license }),
      builds: [],
      documents: documentsOf(view, []),
      notes: [unknown(view)],
    }
  );
}

function unknown(view: TreeView): Note {
  const below = view.paths.filter((path) => /^[^/]+\/(?:Cargo\.toml|go\.mod|package\.json)$/.test(path));
  const seen = below.length === 0 ? "" : ` (there is ${below.slice(0, 3).join(", ")})`;
  return {
    message: `Neither Cargo.toml, go.mod nor package.json is at the top of the tree${seen}.`,
    until: "builds",
    next: "Say how the program is built: builds: [{ builder: command, … }] in ggen-release.yaml",
  };
}

/** Several licence files, as Rust projects have them, leave the choice to the user. */
async function licenseIn(view: TreeView): Promise<string | undefined> {
  const texts = await Promise.all(licenseFiles(view).map((path) => view.text(path)));
  const ids = texts.map((text) => licenseOfText(text ?? ""));
  const known = [...new Set(ids.filter((id) => id !== undefined))].sort().reverse();
  return known.length === 0 || known.length < new Set(ids).size ? undefined : known.join(" OR ");
}
