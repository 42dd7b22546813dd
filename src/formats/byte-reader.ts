/** A stream read in pieces of chosen sizes. Invariant: of the input no more than one chunk and one piece is held. */
export interface ByteReader {
  /** The next bytes; fewer only at the end of the input. */
  take(length: number): Promise<Uint8Array>;
  /** The next bytes as they come; fewer at the end of the input. */
  pass(length: number): AsyncIterable<Uint8Array>;
  /** Ends the input early. */
  close(): Promise<void>;
}

const nothing = new Uint8Array(0);

export function byteReader(input: AsyncIterable<Uint8Array>): ByteReader {
  const chunks = input[Symbol.asyncIterator]();
  let held: Uint8Array = nothing;
  /** At least one byte and at most `length`, or none at the end. */
  const some = async (length: number): Promise<Uint8Array> => {
    while (held.length === 0) {
      const next = await chunks.next();
      if (next.done === true) return nothing;
      held = next.value;
    }
    const part = held.subarray(0, length);
    held = held.subarray(part.length);
    return part;
  };
  return {
    async take(length) {
      if (held.length >= length) {
        const part = held.subarray(0, length);
        held = held.subarray(length);
        return part;
      }
      const parts: Uint8Array[] = [];
      let wanted = length;
      while (wanted > 0) {
        const part = await some(wanted);
        if (part.length === 0) break;
        parts.push(part);
        wanted -= part.length;
      }
      return parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
    },
    async *pass(length) {
      let wanted = length;
      while (wanted > 0) {
        const part = await some(wanted);
        if (part.length === 0) return;
        wanted -= part.length;
        yield part;
      }
    },
    async close() {
      await chunks.return?.();
    },
  };
}
