/** A key that says something for each program of a build: one value for a single one, `{binary}`, or a map. */
import { ReleaseError } from "../../domain/errors/index.ts";
import { quoted } from "../../domain/quoted.ts";

export type PerBinary = string | Readonly<Record<string, string>>;

/** The value for each program. Throws CONFIG_INVALID where one is missing, or one value would stand for several. */
export function perBinary(key: string, value: PerBinary, binaries: readonly string[]): ReadonlyMap<string, string> {
  if (typeof value === "string")
    return new Map(binaries.map((binary) => [binary, shared(key, value, binary, binaries)]));
  const stranger = Object.keys(value).find((name) => !binaries.includes(name));
  if (stranger !== undefined) {
    throw new ReleaseError("CONFIG_INVALID", {
      what: `${key} speaks of ${quoted(stranger)}, which is not among the binaries ${binaries.join(", ")}.`,
      next: `Add it to binaries, or take it out of ${key}.`,
    });
  }
  return new Map(binaries.map((binary) => [binary, value[binary] ?? missing(key, binary)]));
}

function shared(key: string, value: string, binary: string, binaries: readonly string[]): string {
  if (binaries.length === 1 || value.includes("{binary}")) return value.replaceAll("{binary}", binary);
  throw new ReleaseError("CONFIG_INVALID", {
    what: `${key} is ${quoted(value)} for all of the binaries ${binaries.join(", ")}.`,
    next: `Write {binary} in it where the program's name belongs, or one line for each: ${key}: { ${binaries[0] ?? ""}: … }`,
  });
}

function missing(key: string, binary: string): never {
  throw new ReleaseError("CONFIG_INVALID", {
    what: `${key} says nothing of ${binary}.`,
    next: `Add a line for it: ${key}: { ${binary}: … }, or take it out of binaries.`,
  });
}
