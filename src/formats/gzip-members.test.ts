import { createHash } from "node:crypto";
import { gunzipSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { gzipMember, gzipMembers } from "./gzip-members.ts";

const digest = (text: Uint8Array): string => createHash("sha256").update(text).digest("hex");

const texts = fc.array(fc.uint8Array({ maxLength: 2000 }), { minLength: 1, maxLength: 5 });

async function fileOf(parts: readonly Uint8Array[]): Promise<Buffer> {
  return Buffer.concat(await Promise.all(parts.map((part) => gzipMember(part, digest(part), 9))));
}

describe("members of a gzip file", () => {
  it("read as one text, and are found again by what they hold", async () => {
    await fc.assert(
      fc.asyncProperty(texts, async (parts) => {
        const file = await fileOf(parts);
        expect(gunzipSync(file)).toEqual(Buffer.concat(parts));
        const members = gzipMembers(file) ?? [];
        expect(members.map(({ sha256, size }) => [sha256, size])).toEqual(
          parts.map((part) => [digest(part), part.length]),
        );
        expect(Buffer.concat(members.map(({ bytes }) => bytes))).toEqual(file);
      }),
    );
  });

  it("of other writers, or cut off, are none", async () => {
    const file = await fileOf([Buffer.from("one"), Buffer.from("two")]);
    expect(gzipMembers(gzipSync("text"))).toBeNull();
    for (let length = 1; length < file.length; length++) {
      if (length !== file.length / 2) expect(gzipMembers(file.subarray(0, length))).toBeNull();
    }
    expect(gzipMembers(new Uint8Array())).toEqual([]);
  });
});
