/** Peak memory of archiving, hashing and the .deb at 1 GB against 20 MB: it must not grow with what is packed. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import type { Figure } from "./measure.ts";

const sizes = { small: 20_000_000, large: 1_000_000_000 } as const;
export const memoryKinds = ["hash", "tar.gz", "zip", "deb"] as const;

export function memoryFigures(): readonly Figure[] {
  return memoryKinds.map((kind) => {
    const [small, large] = [peak(kind, sizes.small), peak(kind, sizes.large)];
    return {
      name: `${kind}: memory at 1 GB against 20 MB`,
      measured: large / small,
      limit: 1.2,
      detail: `${large.toFixed(0)} MB against ${small.toFixed(0)} MB`,
    };
  });
}

/** Peak resident set of a process of its own, in MB; the median of three. */
function peak(kind: string, size: number): number {
  const peaks = [0, 1, 2].map(() => {
    const done = spawnSync("node", [join(import.meta.dirname, "memory-work.ts"), kind, String(size)], {
      encoding: "utf8",
    });
    if (done.status !== 0) throw new Error(`${kind} of ${size} bytes: ${done.stderr}`);
    return Number(done.stdout);
  });
  return peaks.sort((a, b) => a - b)[1] ?? 0;
}
