/**
 * What putScript is to do, as the archive that it reads: the files by number, then the list of actions. Invariant: no path
 * can be taken for another line of the list, for an option, or for a place outside of the tree.
 */
import { once } from "../../formats/once.ts";
import { ReleaseError } from "../../domain/errors/index.ts";
import { quoted } from "../../domain/quoted.ts";
import { writeTar, type TarEntry } from "../../formats/tar-gnu.ts";
import type { Bytes } from "../../ports/files.ts";

export interface Action {
  readonly act: "put" | "copy" | "new";
  readonly path: string;
  /** The path to copy from, or what the file is to hold. */
  readonly content: string | { readonly size: number; readonly open: () => Bytes };
}

/** What one holds at most, in bytes and in files: so much is sent again after a lost connection. */
const batchBytes = 64 * 1024 * 1024;
const batchFiles = 500;

export function batchesOf(actions: readonly Action[]): readonly (readonly Action[])[] {
  const batches: Action[][] = [];
  let bytes = 0;
  for (const action of actions) {
    const size = typeof action.content === "string" ? 0 : action.content.size;
    const last = batches.at(-1);
    if (last === undefined || bytes + size > batchBytes || last.length === batchFiles) {
      batches.push([action]);
      bytes = size;
    } else {
      last.push(action);
      bytes += size;
    }
  }
  return batches;
}

export function actionArchive(actions: readonly Action[]): Bytes {
  const list: string[] = [];
  const entries: TarEntry[] = [];
  for (const [index, { act, path, content }] of actions.entries()) {
    const name = String(index);
    list.push(act, typeof content === "string" ? plainPath(content) : name, plainPath(path));
    if (typeof content === "string") continue;
    entries.push({ kind: "file", path: name, mode: 0o600, size: content.size, content: content.open() });
  }
  const text = Buffer.from(`${[...list, "end"].join("\n")}\n`);
  entries.push({ kind: "file", path: "list", mode: 0o600, size: text.length, content: once(text) });
  return writeTar(entries, 0);
}

/** A path below the tree's root, "" for the root. */
export function plainPath(path: string): string {
  if (path === "" || (!/[\u0000-\u001f\u007f]/.test(path) && path.split("/").every(isPlainPart))) return path;
  throw new ReleaseError("USAGE", {
    what: `${quoted(path)} is no path of a repository.`,
    next: "Name it by letters, digits and the signs + - . _ ~ : %.",
  });
}

function isPlainPart(part: string): boolean {
  return part !== "" && part !== "." && part !== "..";
}
