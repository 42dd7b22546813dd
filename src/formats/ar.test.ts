import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeWith } from "../../test/requires.ts";
import { arHeader, type ArMember, writeAr } from "./ar.ts";

async function* stream(...chunks: readonly Uint8Array[]): AsyncIterable<Uint8Array> {
  yield* chunks;
}

async function collect(bytes: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function member(name: string, text: string): ArMember {
  const content = Buffer.from(text);
  return { name, size: content.length, content: stream(content.subarray(0, 1), content.subarray(1)) };
}

const ascii = (bytes: Uint8Array): string => Buffer.from(bytes).toString("latin1");

it("begins with the magic and pads members of odd size to an even offset", async () => {
  const written = await collect(writeAr([member("debian-binary", "2.0\n"), member("odd", "abc"), member("c", "")], 0));
  expect(ascii(written)).toBe(
    "!<arch>\n" +
      "debian-binary   0           0     0     100644  4         `\n2.0\n" +
      "odd             0           0     0     100644  3         `\nabc\n" +
      "c               0           0     0     100644  0         `\n",
  );
});

it("writes headers for members beyond 4 GiB, up to ten digits", () => {
  expect(ascii(arHeader("data.tar.gz", 4_831_838_208, 1_700_000_000))).toBe(
    "data.tar.gz     1700000000  0     0     100644  4831838208`\n",
  );
  expect(arHeader("data.tar.gz", 9_999_999_999, 0)).toHaveLength(60);
});

it("refuses a member whose size needs more than ten digits (bad input 36)", () => {
  expect(() => arHeader("data.tar.gz", 10_000_000_000, 0)).toThrow(/PACKAGE_TOO_LARGE.*10000000000 bytes/);
});

it.each(["", "a name with space", "sixteen-letters-", "a/b", "naïve", "new\nline"])(
  "refuses the member name %j",
  (name) => {
    expect(() => arHeader(name, 0, 0)).toThrow(/DEB_MALFORMED/);
  },
);

it("fails when a member is shorter or longer than its header states (bad input 48)", async () => {
  const content = (): AsyncIterable<Uint8Array> => stream(Buffer.from("abcd"));
  await expect(collect(writeAr([{ name: "a", size: 5, content: content() }], 0))).rejects.toThrow(
    /ARTIFACT_CHANGED: a had 5 bytes .* only 4/,
  );
  await expect(collect(writeAr([{ name: "a", size: 3, content: content() }], 0))).rejects.toThrow(
    /ARTIFACT_CHANGED: a had 3 bytes .* more now/,
  );
});

describeWith(["ar"], "ar(1)", () => {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "ggen-release-ar-"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("lists and extracts what was written", async () => {
    writeFileSync(
      join(folder, "x.a"),
      await collect(writeAr([member("one", "1"), member("two", "22")], 1_000_000_000)),
    );
    expect(execFileSync("ar", ["t", "x.a"], { cwd: folder }).toString()).toBe("one\ntwo\n");
    execFileSync("ar", ["x", "x.a"], { cwd: folder });
    expect(readFileSync(join(folder, "two"), "utf8")).toBe("22");
  });
});
