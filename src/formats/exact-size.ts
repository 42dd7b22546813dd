/** Container formats write a member's size before its content: this holds the content to the size that was promised. */
import { ReleaseError } from "../domain/errors/index.ts";

/** Passes the content on; fails with ARTIFACT_CHANGED before the first byte beyond `size`, or at an end before it. */
export async function* exactSize(
  content: AsyncIterable<Uint8Array>,
  size: number,
  name: string,
): AsyncIterable<Uint8Array> {
  let seen = 0;
  for await (const chunk of content) {
    seen += chunk.length;
    if (seen > size) break;
    yield chunk;
  }
  if (seen === size) return;
  throw new ReleaseError("ARTIFACT_CHANGED", {
    what: `${name} had ${size} bytes when packaging began and has ${seen > size ? "more" : `only ${seen}`} now.`,
    next: "Find what writes to it during the release, then run the same command again.",
  });
}
