/**
 * Sizes (`500MB`, `1.5GiB`) in bytes and durations (`90s`, `10m`, `1h30m`) in seconds. SI and IEC prefixes as in
 * ISO/IEC 80000-13: MB is 10⁶ bytes, MiB 2²⁰.
 */
import { ReleaseError } from "../../domain/errors/index.ts";
import { quoted } from "../../domain/quoted.ts";

const bytesPer: Readonly<Record<string, number>> = {
  "": 1,
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
};
const secondsPer: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** Bytes, a whole number. */
export function parseSize(text: string): number {
  const [, amount = "", unit = ""] = /^([0-9]{1,15}(?:\.[0-9]{1,3})?) ?([A-Za-z]*)$/.exec(text) ?? [];
  const factor = bytesPer[unit.toLowerCase()];
  const bytes = Number(amount) * (factor ?? 0);
  if (amount !== "" && factor !== undefined && Number.isSafeInteger(Math.round(bytes))) return Math.round(bytes);
  throw invalid(text, "a size", "Write a number and a unit: 500 (bytes), 10kB, 10MB, 1GB, or 10KiB, 10MiB, 1GiB.");
}

/** Seconds, a whole number from 1 to seven days. */
export function parseDuration(text: string): number {
  const next = "Write a number and a unit: 90s, 10m, 2h, or 1h30m; from 1s to 7d. A bare number is seconds.";
  if (!/^(?:[0-9]{1,9}|(?:[0-9]{1,9}[smhd])+)$/.test(text)) throw invalid(text, "a duration", next);
  const parts = [...text.matchAll(/([0-9]+)([smhd]?)/g)];
  const seconds = parts.reduce((sum, [, count, unit]) => sum + Number(count) * (secondsPer[unit ?? ""] ?? 1), 0);
  if (seconds < 1 || seconds > 7 * 86_400) throw invalid(text, "a duration from 1s to 7d", next);
  return seconds;
}

function invalid(text: string, what: string, next: string): ReleaseError {
  return new ReleaseError("CONFIG_INVALID", { what: `${quoted(text)} is not ${what}.`, next });
}
