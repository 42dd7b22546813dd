import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import fc from "fast-check";
import { expect, it } from "vitest";
import { describeWith } from "../../test/requires.ts";
import { xzBlocks, xzStream } from "./xz-blocks.ts";

function xz(arguments_: readonly string[], input: Uint8Array): Buffer {
  const { status, stdout, stderr } = spawnSync("xz", [...arguments_], { input });
  if (status !== 0) throw new Error(stderr.toString());
  return stdout;
}

const digest = (text: Uint8Array): string => createHash("sha256").update(text).digest("hex");
const compress = (text: Uint8Array): Buffer => xz(["-0", "--check=sha256", "-T2", "-c"], text);

describeWith(["xz"], "blocks of an .xz stream", () => {
  it("read as one text when they were put together from several, and are found again by what they hold", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ minLength: 1, maxLength: 3000 }), { maxLength: 4 }), (parts) => {
        const stream = xzStream(parts.flatMap((part) => xzBlocks(compress(part)) ?? []));
        expect(xz(["-dc"], stream)).toEqual(Buffer.concat(parts));
        expect(xzBlocks(stream)?.map(({ sha256, size }) => [sha256, size])).toEqual(
          parts.map((part) => [digest(part), part.length]),
        );
      }),
      { numRuns: 15 },
    );
  });

  it("are the same bytes whether one was compressed alone or beside others", () => {
    const parts = [30_000, 50_000, 20_000].map((length, index) => Buffer.alloc(length, `line ${index} of it\n`));
    const together = xz(
      ["-6", "--check=sha256", "-T2", `--block-list=${parts.map(({ length }) => length).join(",")}`, "-c"],
      Buffer.concat(parts),
    );
    const apart = parts.flatMap((part) => xzBlocks(xz(["-6", "--check=sha256", "-T2", "-c"], part)) ?? []);
    expect(xzStream(apart)).toEqual(together);
  });

  it("are none in a file that is damaged, cut off, of another check or of several streams", () => {
    const file = compress(Buffer.from("a text"));
    expect(xzBlocks(file)).toHaveLength(1);
    expect(xzBlocks(Buffer.concat([file, file]))).toBeNull();
    expect(xzBlocks(xz(["-0", "--check=crc64", "-c"], Buffer.from("a text")))).toBeNull();
    for (let length = 0; length < file.length; length++) expect(xzBlocks(file.subarray(0, length))).toBeNull();
    const indexed = file.length - 40;
    for (let at = indexed; at < file.length; at++) {
      const damaged = Buffer.from(file);
      damaged[at] = (damaged[at] ?? 0) ^ 0x10;
      const blocks = xzBlocks(damaged);
      // What lies before the index is the block's own, and its check is what reading it compares.
      if (blocks !== null) expect(blocks[0]?.bytes).not.toEqual(xzBlocks(file)?.[0]?.bytes);
    }
  });
});
