import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { nodeFiles } from "../../adapters/node-files.ts";
import type { Bytes } from "../../ports/files.ts";
import { spool } from "./spool.ts";

const folder = mkdtempSync(join(tmpdir(), "ggen-release-spool-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = join(folder, "data");

async function* megabytes(count: number, failAt = Infinity): Bytes {
  for (let megabyte = 0; megabyte < count; megabyte++) {
    if (megabyte === failAt) throw new Error("the source failed");
    yield Buffer.alloc(1_000_000, megabyte);
  }
}

async function sums(bytes: Bytes): Promise<readonly number[]> {
  const found: number[] = [];
  for await (const chunk of bytes) for (let at = 0; at < chunk.length; at += 500_000) found.push(chunk[at] ?? -1);
  return found;
}

it.each([0, 1, 12])("keeps %i MB in memory", async (count) => {
  const spooled = await spool(megabytes(count), file, nodeFiles());
  expect(spooled.size).toBe(count * 1_000_000);
  expect(readdirSync(folder)).toEqual([]);
  expect(new Set(await sums(spooled.content)).size).toBe(count);
  await spooled.remove();
});

it("puts what is longer into a file, in its order, and takes the file away", async () => {
  const spooled = await spool(megabytes(40), file, nodeFiles());
  expect(spooled.size).toBe(40_000_000);
  expect(existsSync(file)).toBe(true);
  const found = await sums(spooled.content);
  expect(found).toEqual([...found].sort((a, b) => a - b));
  expect(new Set(found).size).toBe(40);
  await spooled.remove();
  expect(readdirSync(folder)).toEqual([]);
});

it.each([5, 30])("leaves nothing behind when the source fails at %i MB", async (at) => {
  await expect(spool(megabytes(40, at), file, nodeFiles())).rejects.toThrow("the source failed");
  expect(readdirSync(folder)).toEqual([]);
});
