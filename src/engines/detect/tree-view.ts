/** The tree as detection reads it: every file at most once, manifests parsed, hostile sizes passed over. */
import { ReleaseError } from "../../domain/errors/index.ts";
import { quoted } from "../../domain/quoted.ts";
import type { Tree } from "../../ports/tree.ts";
import type { Table, TreeView } from "./detected.ts";

const largest = 4 * 1024 * 1024;

export async function viewTree(tree: Tree): Promise<TreeView> {
  const entries = await tree.entries();
  const paths = entries.filter(({ kind }) => kind === "file" || kind === "executable").map(({ path }) => path);
  const known = new Set(paths);
  const texts = new Map<string, Promise<string | null>>();
  const text = (path: string): Promise<string | null> => {
    if (!known.has(path)) return Promise.resolve(null);
    const reading = texts.get(path) ?? decoded(tree, path);
    texts.set(path, reading);
    return reading;
  };
  const manifest = async (path: string, parse: (text: string) => unknown): Promise<Table | null> => {
    const content = await text(path);
    if (content === null) return known.has(path) ? refuse(path, `it has more than ${largest} bytes`) : null;
    try {
      return asTable(parse(content));
    } catch (error) {
      return refuse(path, error instanceof Error ? (error.message.split("\n")[0] ?? "") : "");
    }
  };
  return {
    paths,
    links: entries.filter(({ kind }) => kind === "symlink").map(({ path }) => path),
    has: (path) => known.has(path),
    list: (folder) => namesIn(paths, folder),
    text,
    async toml(path) {
      // Loaded when a Cargo manifest is there: most commands never need it.
      const { parse } = await import("smol-toml");
      return manifest(path, parse);
    },
    json: (path) => manifest(path, (content) => JSON.parse(content)),
  };
}

/** The value where it is a table, an empty one otherwise. */
export function asTable(value: unknown): Table {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Table) : {};
}

export function asText(value: unknown): string | undefined {
  return typeof value === "string" && value.trim() !== "" ? value : undefined;
}

export function asTexts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}

async function decoded(tree: Tree, path: string): Promise<string | null> {
  const bytes = await tree.read(path);
  return bytes === null || bytes.length > largest ? null : new TextDecoder().decode(bytes);
}

function namesIn(paths: readonly string[], folder: string): readonly string[] {
  const prefix = folder === "" ? "" : `${folder}/`;
  const below = paths.filter((path) => path.startsWith(prefix)).map((path) => path.slice(prefix.length));
  return [...new Set(below.map((path) => path.split("/", 1)[0] ?? ""))];
}

function refuse(path: string, reason: string): never {
  throw new ReleaseError("MANIFEST_INVALID", {
    what: `${path} cannot be read: ${quoted(reason)}.`,
    next: `Correct ${path}, commit it, then run the same command again.`,
  });
}
