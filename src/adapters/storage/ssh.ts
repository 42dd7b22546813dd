/**
 * A tree in a folder of another machine, reached by ssh (ports/storage.ts). Files travel as one archive a batch, lie
 * beside their places when it has come whole, and appear by rename or by link. Invariant: what is one step among writers
 * is so under a lock that is taken there, for that step only.
 */
import { createHash } from "node:crypto";
import { ReleaseError, isReleaseError } from "../../domain/errors/index.ts";
import type { Environment } from "../../ports/environment.ts";
import type { Bytes } from "../../ports/files.ts";
import type { Processes } from "../../ports/processes.ts";
import type { Storage, StoredFile, StoredStatus } from "../../ports/storage.ts";
import { onlyThese } from "./pool-source.ts";
import {
  digestsScript,
  listScript,
  putScript,
  readScript,
  removeScript,
  statusScript,
  swapScript,
} from "./remote-scripts.ts";
import { once } from "../../formats/once.ts";
import { actionArchive, batchesOf, plainPath, type Action } from "./ssh-archive.ts";
import { openShell, type SshPlace } from "./ssh-session.ts";

const swapAttempts = 3;
/** Paths that are asked for at once. */
const askedAtOnce = 2000;

export async function sshStorage(
  place: SshPlace,
  ports: { readonly processes: Processes; readonly environment: Environment },
): Promise<Storage> {
  const shell = await openShell(place, ports);
  const root = place.path;

  const put = async (actions: readonly Action[]): Promise<readonly string[]> => {
    if (actions.length === 0) return [];
    return lines(await shell.run(putScript, [root], actionArchive(actions)));
  };

  const read = async (path: string, limit = 256 * 1024 * 1024): Promise<StoredFile | null> => {
    const marker = Buffer.from("present\n");
    const parts: Uint8Array[] = [];
    let size = 0;
    for await (const part of shell.stream(readScript, [root, plainPath(path)])) {
      parts.push(part);
      size += part.length;
      if (size > limit + marker.length) throw tooLarge(`${root}/${path}`, limit);
    }
    const whole = Buffer.concat(parts);
    if (!whole.subarray(0, marker.length).equals(marker)) return null;
    const bytes = whole.subarray(marker.length);
    return { bytes, revision: digestOf(bytes) };
  };

  /** `SIZE SHA256` by path. */
  const digestsThere = async (paths: readonly string[]): Promise<ReadonlyMap<string, string>> => {
    const there = new Map<string, string>();
    for (let at = 0; at < paths.length; at += askedAtOnce) {
      const asked = pathLines(paths.slice(at, at + askedAtOnce));
      for (const line of lines(await shell.run(digestsScript, [root], asked))) {
        const [size = "", sha256 = "", path = ""] = line.split("\t");
        there.set(path, `${size} ${sha256}`);
      }
    }
    return there;
  };

  return {
    place: placeText(place),
    lock: null,
    read,

    async *open(path) {
      let beginning: Buffer | null = Buffer.alloc(0);
      for await (const part of shell.stream(readScript, [root, plainPath(path)])) {
        if (beginning === null) {
          yield part;
          continue;
        }
        beginning = Buffer.concat([beginning, part]);
        const end = beginning.indexOf("\n");
        if (end === -1) continue;
        if (beginning.subarray(0, end).toString() !== "present") break;
        yield beginning.subarray(end + 1);
        beginning = null;
      }
      if (beginning !== null) throw fileMissing(`${placeText(place)}/${path}`);
    },

    async status(path) {
      const [line] = lines(await shell.run(statusScript, [root, plainPath(path)]));
      return line === undefined ? null : parseStatus(line);
    },

    async *list(folder) {
      for await (const line of linesOf(shell.stream(listScript, [root, plainPath(folder)]))) {
        const status = parseStatus(line);
        if (status !== null) yield status;
      }
    },

    async write(files) {
      const copies = files.map(({ path, content }): Action => {
        if (!(content instanceof Uint8Array)) return { act: "copy", path, content: content.of };
        return { act: "put", path, content: { size: content.length, open: () => once(content) } };
      });
      for (const batch of batchesOf(copies)) await put(batch);
    },

    async swap(path, content, from) {
      const sha256 = digestOf(content);
      const words = [root, plainPath(path), from ?? "none", sha256];
      for (let attempt = 1; ; attempt++) {
        try {
          return (await shell.run(swapScript, words, content)).trim() === "won" ? sha256 : await own(attempt);
        } catch (error) {
          if (!isReleaseError(error) || error.code !== "NETWORK_ANSWER_LOST" || attempt === swapAttempts) throw error;
        }
      }
      /** What was lost may have been lost to our own first attempt, whose answer did not come. */
      async function own(attempt: number): Promise<string | null> {
        return attempt > 1 && (await read(path))?.revision === sha256 ? sha256 : null;
      }
    },

    async admit(files) {
      const there = await digestsThere(files.map(({ path }) => path));
      const conflicts = new Set<string>();
      for (const { path, size, sha256 } of files) {
        if (there.has(path) && there.get(path) !== `${size} ${sha256}`) conflicts.add(path);
      }
      const absent = files.filter(({ path }) => !there.has(path));
      const actions = absent.map((file): Action => {
        return { act: "new", path: file.path, content: { size: file.size, open: () => onlyThese(file) } };
      });
      for (const batch of batchesOf(actions)) for (const path of await put(batch)) conflicts.add(path);
      return files.map(({ path }) => path).filter((path) => conflicts.has(path));
    },

    async remove(paths) {
      if (paths.length === 0) return;
      await shell.run(removeScript, [root], pathLines(paths));
    },

    // Every command that writes has settled what it wrote before it ended.
    async settle() {},
  };
}

function placeText({ user, host, port, path }: SshPlace): string {
  const name = host.includes(":") ? `[${host}]` : host;
  return `ssh://${user === null ? "" : `${user}@`}${name}${port === null ? "" : `:${port}`}${encodeURI(path)}`;
}

function pathLines(paths: readonly string[]): Uint8Array {
  return Buffer.from(paths.map((path) => `${plainPath(path)}\n`).join(""));
}

/** `SIZE\tSECONDS\tINODE\t./PATH`; null for what is not that: a name with a line end in it is none of ours. */
function parseStatus(line: string): StoredStatus | null {
  const [whole, size, modified, inode, path = ""] = /^(\d+)\t(\d+)\t(\d+)\t\.\/+(.+)$/.exec(line) ?? [];
  if (whole === undefined) return null;
  return { path, size: Number(size), revision: `${inode}-${modified}`, modified: Number(modified) };
}

function lines(text: string): readonly string[] {
  return text.split("\n").filter((line) => line !== "");
}

async function* linesOf(source: Bytes): AsyncIterable<string> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const part of source) {
    rest = Buffer.concat([rest, part]);
    const end = rest.lastIndexOf(10) + 1;
    yield* lines(rest.subarray(0, end).toString());
    rest = rest.subarray(end);
  }
}

function digestOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function tooLarge(path: string, limit: number): ReleaseError {
  return new ReleaseError("IO", {
    what: `${path} has more than ${limit} bytes, and no more are read at once.`,
    next: "Look at the file: it is hardly the one that was meant.",
  });
}

function fileMissing(place: string): ReleaseError {
  return new ReleaseError("FILE_MISSING", {
    what: `${place} is not there.`,
    next: "Look with: ggen-release apt verify",
  });
}
