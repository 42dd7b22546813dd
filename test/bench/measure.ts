/** Timing whole processes side by side: the machines are noisy, so two commands take turns and the ratio is what counts. */
import { spawnSync } from "node:child_process";

export interface Timed {
  readonly name: string;
  readonly command: readonly string[];
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Run before each measured run, not measured. */
  readonly before?: () => void;
  /** Milliseconds to take off this run, found after it: another tool's share. */
  readonly subtract?: () => number;
}

/** Medians of wall-clock milliseconds, the commands taking turns; the first round is not counted. */
export function medians(commands: readonly Timed[], rounds: number): ReadonlyMap<string, number> {
  const times = new Map<string, number[]>(commands.map(({ name }) => [name, []]));
  for (let round = 0; round <= rounds; round++) {
    for (const timed of commands) {
      const milliseconds = runOnce(timed);
      if (round > 0) times.get(timed.name)?.push(milliseconds);
    }
  }
  return new Map([...times].map(([name, values]) => [name, median(values)]));
}

function runOnce(timed: Timed): number {
  timed.before?.();
  // Only now: what is run may be another command each time.
  const { name, command, cwd, env, subtract } = timed;
  const [program = "", ...args] = command;
  const started = performance.now();
  const done = spawnSync(program, args, {
    cwd,
    env: env ?? process.env,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  const milliseconds = performance.now() - started;
  if (done.status !== 0)
    throw new Error(`${name}: ${command.join(" ")} ended with exit code ${done.status}\n${done.stderr}${done.stdout}`);
  return milliseconds - (subtract?.() ?? 0);
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}

export interface Figure {
  readonly name: string;
  readonly measured: number;
  readonly limit: number;
  readonly detail: string;
}

/** The figures as a table; answers whether all are met. */
export function printFigures(figures: readonly Figure[]): boolean {
  for (const { name, measured, limit, detail } of figures) {
    const verdict = measured <= limit ? "met   " : "MISSED";
    console.log(`${verdict}  ${name.padEnd(48)} ${measured.toFixed(2)} × (at most ${limit} ×)  ${detail}`);
  }
  return figures.every(({ measured, limit }) => measured <= limit);
}
