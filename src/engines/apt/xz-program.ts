/** Texts to .xz blocks, all by one call of the xz program (xz(1), --block-list). */
import { xzBlocks, type XzBlock } from "../../formats/xz-blocks.ts";
import type { Ports } from "../../ports/index.ts";

/** Level 6 is what Debian's own indexes are made with. More threads than one change the block's header, so never one. */
const options = ["-6", "--check=sha256", "--threads=2", "--stdout"];

/** One block of each text, in their order; the same text always gives the same block. Failures: TOOL_MISSING, IO. */
export async function compressXz(
  texts: readonly Uint8Array[],
  { processes, environment }: Pick<Ports, "processes" | "environment">,
): Promise<readonly XzBlock[]> {
  if (texts.length === 0) return [];
  const parts: Uint8Array[] = [];
  const stream = processes.stream({
    program: "xz",
    arguments: [...options, `--block-list=${texts.map(({ length }) => length).join(",")}`],
    folder: environment.folder,
    environment: { PATH: environment.get("PATH") ?? "", LC_ALL: "C" },
    input: each(texts),
  });
  for await (const part of stream) parts.push(part);
  const blocks = xzBlocks(Buffer.concat(parts));
  if (blocks === null || blocks.length !== texts.length) throw new Error("xz did not make one block of each text");
  return blocks;
}

async function* each(texts: readonly Uint8Array[]): AsyncIterable<Uint8Array> {
  yield* texts;
}
