/**
 * `npm run bench [startup|memory|goreleaser|deb|apt]`: the figures that are promised, measured side by side in one run. Exit 1
 * when one is missed.
 */
import { aptFigures } from "./apt.ts";
import { debFigures } from "./deb.ts";
import { goreleaserFigures } from "./goreleaser.ts";
import { memoryFigures } from "./memory.ts";
import { printFigures, type Figure } from "./measure.ts";
import { startupFigures } from "./startup.ts";

const benches: Readonly<Record<string, () => readonly Figure[] | Promise<readonly Figure[]>>> = {
  startup: startupFigures,
  memory: memoryFigures,
  goreleaser: goreleaserFigures,
  apt: aptFigures,
  deb: debFigures,
};
const wanted = process.argv.slice(2);
const names = wanted.length === 0 ? Object.keys(benches) : wanted;

const figures: Figure[] = [];
for (const name of names) {
  const bench = benches[name];
  if (bench === undefined) throw new Error(`no bench "${name}"; known: ${Object.keys(benches).join(", ")}`);
  figures.push(...(await bench()));
}
process.exitCode = printFigures(figures) ? 0 : 1;
