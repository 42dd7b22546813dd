/** The keys that every build has beside its builder's own. */
import * as v from "valibot";
import { ReleaseError } from "../../domain/errors/index.ts";
import { type Target, parseTarget } from "../../domain/target.ts";
import { parseId, parseProgramName, parseVariableName } from "../../engines/values/names.ts";
import { parseDuration, parseSize } from "../../engines/values/quantity.ts";
import { quoted } from "../../domain/quoted.ts";
import { parsed } from "../../engines/values/parsed.ts";
import { described, flag, list, quantity, text } from "./entry.ts";

const smokeSection = v.strictObject({
  arguments: v.exactOptional(described(v.array(v.string()), "Arguments of the first run. Default: [--version].")),
  version: flag("Whether what it prints must name the version. Default: true."),
  timeout: quantity(parseDuration, "How long it may take: 10s, 1m. Default: 10s."),
});

const sizeSection = v.strictObject({
  min: quantity(parseSize, "Least size of each program: 100kB. Default: 1kB."),
  max: quantity(parseSize, "Greatest size of each program: 50MB. Default: 500MB."),
});

export const buildEntries = {
  id: text(parseId, "What the build is called in plans and messages. Default: its builder."),
  targets: v.exactOptional(
    v.pipe(
      v.array(v.pipe(v.string(), parsed(parseTarget))),
      v.minLength(1, "targets is empty."),
      v.check((targets: Target[]) => unique(targets.map(({ id }) => id)), "A target stands twice."),
      v.description("What it is built for: x86_64-linux-gnu, aarch64-darwin, or x86_64-linux for a static program."),
    ),
  ),
  binaries: v.exactOptional(
    v.pipe(
      v.array(v.pipe(v.string(), parsed(parseProgramName))),
      v.minLength(1, "binaries is empty."),
      v.check((names: string[]) => unique(names.map((name) => name.toLowerCase())), "A program stands twice."),
      v.description("Names of the programs that the build makes. Default: as the repository shows."),
    ),
  ),
  grant: list(parseVariableName, "Names of the caller's environment variables that the build may see."),
  environment: v.exactOptional(
    described(
      v.record(v.pipe(v.string(), parsed(parseVariableName)), v.string()),
      "Environment variables that are set for the build. Not for secrets: they stand in the repository.",
    ),
  ),
  smoke: v.exactOptional(
    described(
      v.union([v.literal(false), smokeSection]),
      "The first run of each program on a machine that can run it. false: none.",
    ),
  ),
  size: v.exactOptional(
    v.pipe(
      sizeSection,
      v.check(({ min = 0, max = Infinity }) => min <= max, "min is greater than max."),
      v.description("Bounds of each program's size: one outside them is usually the wrong file."),
    ),
  ),
  glibc: text(parseGlibc, 'Newest glibc that the program may need, in quotes: "2.31" for Debian 11.'),
};

function parseGlibc(version: string): string {
  if (/^2\.[1-9][0-9]?(?:\.[0-9]{1,2})?$/.test(version)) return version;
  throw new ReleaseError("CONFIG_INVALID", {
    what: `${quoted(version)} is not a version of glibc.`,
    next: 'Write it as ldd --version shows it, in quotes: "2.31".',
  });
}

function unique(words: readonly string[]): boolean {
  return new Set(words).size === words.length;
}
