/**
 * Our reader and dpkg of one mind about packages of which something is wrong. `npm test` takes the first three
 * hundred, `npm run mutate` as many as it is told to (MUTATED_DEBS), from another number on (MUTATED_FROM).
 */
import { expect, it } from "vitest";
import { stricterRules } from "../../src/formats/deb-refusal.ts";
import { type Agreement, agreementOf } from "../dpkg-agreement.ts";
import { describeWith } from "../requires.ts";

const count = Number(process.env["MUTATED_DEBS"] ?? "300");
const from = Number(process.env["MUTATED_FROM"] ?? "0");
/** Of one system: what was unpacked before can be in the way of what follows. */
const atOnce = 50;

describeWith(["dpkg", "dpkg-deb", "busybox", "xz", "bzip2", "unshare"], "the reader of packages", () => {
  it(`takes and refuses ${count} mutated packages as dpkg does, or refuses them by a rule that is documented`, async () => {
    const starts = Array.from({ length: Math.ceil(count / atOnce) }, (_, index) => from + index * atOnce);
    const judged: Agreement[] = [];
    const work = async (): Promise<void> => {
      for (let start = starts.shift(); start !== undefined; start = starts.shift()) {
        const first = start;
        const length = Math.min(atOnce, from + count - first);
        judged.push(await agreementOf(Array.from({ length }, (_, index) => first + index)));
      }
    };
    await Promise.all([work(), work()]);
    expect(judged.flatMap(({ disagreements }) => disagreements)).toEqual([]);
    const named = new Set(judged.flatMap(({ stricter }) => [...stricter.keys()]));
    expect([...named].filter((rule) => !(rule in stricterRules))).toEqual([]);
    // Neither all of one kind nor all of the other would show anything.
    expect(total(judged, ({ taken }) => taken)).toBeGreaterThan(count / 5);
    expect(total(judged, ({ refused }) => refused)).toBeGreaterThan(count / 5);
  }, 7_200_000);
});

function total(judged: readonly Agreement[], value: (agreement: Agreement) => number): number {
  return judged.map(value).reduce((sum, one) => sum + one, 0);
}
