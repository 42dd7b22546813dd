import { execFileSync } from "node:child_process";
import { beforeAll, describe, expect, it } from "vitest";
import { describeWith } from "../../test/requires.ts";
import { unpackStream, wholeUnpacker, type LzmaFormat, type UnpackWhole } from "./liblzma.ts";

const mebibyte = 1024 * 1024;
const memory = 192 * mebibyte;
const text = Buffer.from(Array.from({ length: 20_000 }, (_, number) => `${number} ${number * number}\n`).join(""));

function packed(content: Uint8Array, ...options: readonly string[]): Uint8Array {
  return execFileSync("xz", ["--compress", "--stdout", "-1", ...options], { input: content, maxBuffer: 64 * mebibyte });
}

async function* inPieces(bytes: Uint8Array, length: number): AsyncIterable<Uint8Array> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}

describeWith(["xz"], "what xz has packed", () => {
  let whole: UnpackWhole;
  beforeAll(async () => {
    whole = await wholeUnpacker(memory);
  });

  const streamed = async (format: LzmaFormat, bytes: Uint8Array, length = 1000): Promise<Uint8Array> => {
    const parts: Uint8Array[] = [];
    for await (const part of unpackStream(format, inPieces(bytes, length), memory)) parts.push(part);
    return Buffer.concat(parts);
  };

  /** Both ways must say the same. */
  const refusal = async (bytes: Uint8Array, format: LzmaFormat = "xz"): Promise<unknown> => {
    const codeOf = (error: unknown): unknown => (error as { code?: unknown }).code;
    let atOnce: unknown = "taken";
    try {
      whole(format, bytes, 64 * mebibyte);
    } catch (error) {
      atOnce = codeOf(error);
    }
    expect(await streamed(format, bytes).then(() => "taken", codeOf)).toBe(atOnce);
    return atOnce;
  };

  it.each([
    ["the usual way", "xz", []],
    ["without a check", "xz", ["--check=none"]],
    ["with SHA-256", "xz", ["--check=sha256"]],
    ["in several blocks", "xz", ["--block-size=100000"]],
    ["with the x86 filter", "xz", ["--x86", "--lzma2"]],
    ["with a dictionary of 128 MiB", "xz", ["--lzma2=dict=128MiB"]],
    ["in the old format", "lzma", ["--format=lzma"]],
  ] as const)("is unpacked, %s", async (_, format, options) => {
    const bytes = packed(text, ...options);
    expect(text.equals(whole(format, bytes, text.length))).toBe(true);
    for (const length of [7, 65_536, bytes.length]) {
      expect(text.equals(await streamed(format, bytes, length))).toBe(true);
    }
  });

  it("is unpacked where nothing is in it, and again after a failure", async () => {
    expect(whole("xz", packed(Buffer.of()), 0)).toHaveLength(0);
    expect(await refusal(packed(text).subarray(0, 1000))).toBe("LZMA_DAMAGED");
    expect(text.equals(whole("xz", packed(text), text.length))).toBe(true);
  });

  it("is unpacked from several files at the same time", async () => {
    const [one, other] = [packed(text), packed(Buffer.from(text).reverse())];
    const results = await Promise.all([streamed("xz", one, 100), streamed("xz", other, 77)]);
    expect(results.map((bytes) => text.equals(bytes) || text.equals(Buffer.from(bytes).reverse()))).toEqual([
      true,
      true,
    ]);
  });

  it("is refused wherever it ends too early", async () => {
    const bytes = packed(Buffer.from("a few words, a few words, a few words\n"));
    for (let length = 0; length < bytes.length; length++) {
      expect(await refusal(bytes.subarray(0, length))).toBe("LZMA_DAMAGED");
    }
  });

  it("is refused with any byte changed", async () => {
    const bytes = packed(Buffer.from("a few words, a few words, a few words\n"));
    for (let at = 0; at < bytes.length; at++) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 0x10;
      expect(await refusal(changed)).toBe("LZMA_DAMAGED");
    }
  });

  it("is refused with anything behind the end of its stream", async () => {
    const bytes = packed(text);
    for (const behind of [bytes, Buffer.alloc(4), Buffer.from("x"), Buffer.alloc(70_000)]) {
      expect(await refusal(Buffer.concat([bytes, behind]))).toBe("LZMA_BEHIND");
    }
  });

  it("is refused where it needs more memory than is allowed, before that is taken", async () => {
    expect(await refusal(packed(text, "--lzma2=dict=256MiB"))).toBe("LZMA_MEMORY");
    const small = await wholeUnpacker(mebibyte);
    expect(() => small("xz", packed(text), text.length)).toThrow(expect.objectContaining({ code: "LZMA_MEMORY" }));
  });

  it("is cut off at the limit, of whatever it would unpack to", () => {
    const bytes = packed(Buffer.alloc(64 * mebibyte));
    expect(bytes.length).toBeLessThan(20_000);
    expect(() => whole("xz", bytes, mebibyte)).toThrow(expect.objectContaining({ code: "LZMA_LARGE" }));
  });
});

describe("what is no .xz file", () => {
  it("is refused", async () => {
    const whole = await wholeUnpacker(mebibyte);
    for (const bytes of [Buffer.from("no file"), Buffer.alloc(100), Buffer.from("\u001f\u008b\b")]) {
      expect(() => whole("xz", bytes, mebibyte)).toThrow(expect.objectContaining({ code: "LZMA_DAMAGED" }));
    }
  });
});
