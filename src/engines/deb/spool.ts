/**
 * A stream that has to be known in length before it is handed on: kept in memory as long as it is short, else in a file.
 * Invariant: memory does not grow with the stream, and no file is left once it is removed.
 */
import type { Bytes, Files } from "../../ports/files.ts";

export interface Spooled {
  readonly size: number;
  readonly content: Bytes;
  /** Takes the file away, where one was needed. */
  remove(): Promise<void>;
}

/** Most packages' content is shorter; writing it twice would cost a tenth of the time. */
const kept = 12 * 1024 * 1024;

/** `file`: where it goes beyond 12 MiB; it is gone when the stream fails. */
export async function spool(bytes: Bytes, file: string, files: Files): Promise<Spooled> {
  const source = bytes[Symbol.asyncIterator]();
  const head: Uint8Array[] = [];
  let size = 0;
  while (size < kept) {
    const next = await source.next();
    if (next.done === true) return { size, content: all(head), remove: async () => undefined };
    head.push(next.value);
    size += next.value.length;
  }
  try {
    await files.write(file, joined(head, source));
    const written = await files.status(file);
    return { size: written?.size ?? 0, content: files.open(file), remove: () => files.remove(file) };
  } catch (error) {
    await files.remove(file);
    throw error;
  }
}

async function* all(chunks: readonly Uint8Array[]): Bytes {
  yield* chunks;
}

/** The head is let go of as it is written. */
async function* joined(head: Uint8Array[], source: AsyncIterator<Uint8Array>): Bytes {
  try {
    for (let chunk = head.shift(); chunk !== undefined; chunk = head.shift()) yield chunk;
    for (let next = await source.next(); next.done !== true; next = await source.next()) yield next.value;
  } finally {
    await source.return?.();
  }
}
