/** SHA-256 over streams (FIPS 180-4). What is hashed is what flows on: one pass, one reading. */
import { createHash } from "node:crypto";
import type { Content, Sha256 } from "../domain/digest.ts";
import { ReleaseError } from "../domain/errors/index.ts";
import { canonicalJson } from "../formats/canonical-json.ts";
import type { Bytes } from "../ports/files.ts";

/** Passes bytes on and tells their size and digest once they have all passed. */
export function hashing(bytes: Bytes): { readonly bytes: Bytes; content(): Content } {
  const hash = createHash("sha256");
  let size = 0;
  let content: Content | undefined;
  async function* passOn(): Bytes {
    for await (const chunk of bytes) {
      hash.update(chunk);
      size += chunk.length;
      yield chunk;
    }
    content = { size, sha256: hash.digest("hex") };
  }
  return {
    bytes: passOn(),
    content() {
      if (content === undefined) throw new Error("the stream has not ended");
      return content;
    },
  };
}

export async function contentOf(bytes: Bytes): Promise<Content> {
  const hash = createHash("sha256");
  let size = 0;
  for await (const chunk of bytes) {
    hash.update(chunk);
    size += chunk.length;
  }
  return { size, sha256: hash.digest("hex") };
}

/** Passes bytes on and fails at their end when they are not the ones that were checked before. */
export async function* expecting(bytes: Bytes, file: string, wanted: Sha256): Bytes {
  const hash = createHash("sha256");
  for await (const chunk of bytes) {
    hash.update(chunk);
    yield chunk;
  }
  const seen = hash.digest("hex");
  if (seen === wanted) return;
  throw new ReleaseError("ARTIFACT_CHANGED", {
    what: `${file} has sha256 ${seen}; ${wanted} was checked.`,
    next: "Find out what writes to the folder, then run the same command again: the file is made anew.",
  });
}

export function digestOfText(text: string): Sha256 {
  return createHash("sha256").update(text).digest("hex");
}

export function digestOf(bytes: Uint8Array): Sha256 {
  return createHash("sha256").update(bytes).digest("hex");
}

/** Digest of a value's canonical JSON (RFC 8785). */
export function digestOfValue(value: unknown): Sha256 {
  return digestOfText(canonicalJson(value));
}
