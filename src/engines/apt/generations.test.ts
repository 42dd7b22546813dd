import { expect, it } from "vitest";
import { memoryStorage } from "../../standins/memory-storage.ts";
import { generationsKept, generationsOf, nextGeneration } from "./generations.ts";
import type { Suite } from "./suite.ts";

const identity = { origin: "", label: "", suite: "stable", codename: "stable" };
const nothing = { architectures: [], components: [], byHash: true, indexes: new Map() };

function suiteOf(date: number, text: string): Suite {
  return { name: "stable", release: { ...identity, ...nothing, date }, text, revision: null };
}

it("states of one second are kept in the order in which they were public", async () => {
  const storage = memoryStorage(() => new Uint8Array());
  const texts = Array.from({ length: 12 }, (_, index) => `state ${index}`);
  for (const text of texts) {
    const { path } = nextGeneration(suiteOf(1_800_000_000, text), await generationsOf(storage, "stable"));
    storage.files.set(path, Buffer.from(text));
  }
  const kept = (await generationsOf(storage, "stable")).map(({ path }) => String(storage.files.get(path)));
  expect(kept).toEqual(texts.toReversed());
  expect(kept.length).toBeGreaterThan(generationsKept);
});

it("a state that a stopped run has kept is kept under the same name", async () => {
  const storage = memoryStorage(() => new Uint8Array());
  const suite = suiteOf(1_800_000_000, "state");
  const { path } = nextGeneration(suite, []);
  storage.files.set(path, Buffer.from("state"));
  expect(nextGeneration(suite, await generationsOf(storage, "stable")).path).toBe(path);
});
