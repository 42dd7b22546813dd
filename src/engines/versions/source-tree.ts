/** A tree's regular files, each decoded and parsed once. Links are passed over: what they lead to is a file of its own. */
import { posix } from "node:path";
import { ReleaseError } from "../../domain/errors/index.ts";
import { quoted } from "../../domain/quoted.ts";
import type { Tree } from "../../ports/tree.ts";
import type { StructuredDocument } from "./document.ts";
import { readJson } from "./json-document.ts";
import { decodeSource, type SourceText } from "./source-text.ts";
import { readToml } from "./toml-document.ts";

export interface SourceTree {
  /** Paths of all regular files, sorted. */
  readonly paths: readonly string[];
  has(path: string): boolean;
  /** The file, or null where the tree has none of that path. Throws VERSION_PLACE_UNREADABLE beyond 64 MiB. */
  read(path: string): Promise<SourceText | null>;
  /** The file parsed; beside the failures of `read` VERSION_PLACE_UNREADABLE where it is not what it should be. */
  toml(path: string): Promise<StructuredDocument | null>;
  json(path: string): Promise<StructuredDocument | null>;
}

const largest = 64 * 1024 * 1024;

export async function sourceTree(tree: Tree): Promise<SourceTree> {
  const entries = await tree.entries();
  const paths = entries.filter(({ kind }) => kind === "file" || kind === "executable").map(({ path }) => path);
  const known = new Set(paths);
  let early: Promise<ReadonlyMap<string, Uint8Array>> | undefined;
  const read = once(async (path) => {
    if (!known.has(path)) return null;
    early ??= tree.readMany?.(paths.filter(isOftenRead)) ?? Promise.resolve(new Map());
    return readSource(path, (await early).get(path) ?? (await tree.read(path)));
  });
  const parsed = (parse: (source: SourceText) => StructuredDocument) =>
    once(async (path) => {
      const source = await read(path);
      return source === null ? null : parse(source);
    });
  return { paths, has: (path) => known.has(path), read, toml: parsed(readToml), json: parsed(readJson) };
}

function once<Result>(read: (path: string) => Promise<Result>): (path: string) => Promise<Result> {
  const results = new Map<string, Promise<Result>>();
  return async (path) => {
    const result = results.get(path) ?? read(path);
    results.set(path, result);
    return result;
  };
}

function readSource(path: string, bytes: Uint8Array | null): SourceText | null {
  if (bytes !== null && bytes.length > largest) {
    throw new ReleaseError("VERSION_PLACE_UNREADABLE", {
      what: `${quoted(path)} has ${bytes.length} bytes; at most ${largest} are searched for a version.`,
      next: "Look at the file: it is hardly the one that was meant.",
    });
  }
  return bytes === null ? null : decodeSource(path, bytes);
}

/** What most surveys come to, and there may be hundreds: read at once where the tree can. */
function isOftenRead(path: string): boolean {
  return /(?:^|\/)(?:Cargo\.toml|package\.json|pyproject\.toml)$/.test(path) && !isAside(path);
}

/** `join` for paths of a tree: no leading `./`, the top folder is "". */
export function inTree(...parts: readonly string[]): string {
  const joined = posix.join(...parts).replace(/\/$/, "");
  return joined === "." ? "" : joined;
}

/** Folder of a path; "" at the top. */
export function folderOf(path: string): string {
  return inTree(posix.dirname(path));
}

export function isInside(folder: string, path: string): boolean {
  return folder === "" ? !path.startsWith("../") : path === folder || path.startsWith(`${folder}/`);
}

const testData =
  /(?:^|\/)(?:fixtures?|__fixtures__|test[-_]?data|examples?|node_modules|vendor|third[-_]party|target)\//;

/** Test data, examples and other people's code, known by the folder that they lie in. */
export function isTestData(path: string): boolean {
  return testData.test(path);
}

/** Where nothing is looked for that no manifest names: test data, and hidden folders. */
export function isAside(path: string): boolean {
  return isTestData(path) || /(?:^|\/)\.[^/]+\//.test(path);
}
