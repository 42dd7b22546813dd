/**
 * docs/errors.md, generated from src/domain/errors: node scripts/docs-errors.ts writes it. Invariant: every code that a
 * user can meet is in it, once.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { aptErrors } from "../src/domain/errors/apt.ts";
import { buildErrors } from "../src/domain/errors/build.ts";
import { configErrors } from "../src/domain/errors/config.ts";
import { keyErrors } from "../src/domain/errors/key.ts";
import { networkErrors } from "../src/domain/errors/network.ts";
import { packageErrors } from "../src/domain/errors/package.ts";
import { releaseErrors } from "../src/domain/errors/release.ts";
import { sourceErrors } from "../src/domain/errors/source.ts";
import type { ErrorTable, ExitCode } from "../src/domain/errors/table.ts";
import { versionErrors } from "../src/domain/errors/version.ts";

/** What an exit code asks of whoever, or whatever, started the command. */
const exitCodes: Readonly<Record<ExitCode, string>> = {
  0: "done",
  2: "mend the command, the configuration or the repository",
  3: "something does not verify: look at it before anything else",
  4: "other bytes are there already: nothing was written over them",
  5: "not finished: run the same command again",
  6: "no key or credential, or the wrong one",
  7: "mend the machine: a program, room, a permission",
  8: "refused by a rule of the project",
  9: "another run holds the lock: wait for it",
  70: "a fault of ggen-release: please report it",
  130: "interrupted: run the same command again",
  143: "terminated: run the same command again",
};

const rooms: readonly (readonly [title: string, table: ErrorTable])[] = [
  ["Command line and configuration", configErrors],
  ["Versions", versionErrors],
  ["The repository", sourceErrors],
  ["Builds", buildErrors],
  ["Packages", packageErrors],
  ["Keys and signatures", keyErrors],
  ["The APT repository", aptErrors],
  ["The network and storage", networkErrors],
  ["The release and the machine", releaseErrors],
];

export function errorReference(): string {
  const exits = Object.entries(exitCodes).map(([code, meaning]) => `| ${code} | ${meaning} |`);
  const tables = rooms.map(([title, table]) => {
    const rows = Object.entries(table).map(([code, { exit, why }]) => `| \`${code}\` | ${exit} | ${cell(why)} |`);
    return [`## ${title}`, "", "| code | exit | why it matters |", "| --- | --: | --- |", ...rows, ""].join("\n");
  });
  return [heading, "| exit | |", "| --: | --- |", ...exits, "", ...tables].join("\n");
}

const heading = `# Errors

Made by \`node scripts/docs-errors.ts\` from \`src/domain/errors\`; changes made here are lost.

A failure is told as \`error: what happened [CODE]\`, with why it matters and what to do next; with \`--json\` as one event of type \`failed\` with the same texts. Codes and exit codes do not change their meaning.
`;

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("<", "&lt;");
}

if (import.meta.main) writeFileSync(join(import.meta.dirname, "..", "docs", "errors.md"), errorReference());
