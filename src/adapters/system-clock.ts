import { setTimeout as sleep } from "node:timers/promises";
import type { Clock } from "../ports/clock.ts";

/** Milliseconds. Not `performance.now()`, whose first use loads a module for longer than a short step takes. */
export function monotonic(): number {
  return process.uptime() * 1000;
}

export function systemClock(): Clock {
  return {
    now: () => Date.now(),
    monotonic,
    sleep: (milliseconds) => sleep(milliseconds),
  };
}
