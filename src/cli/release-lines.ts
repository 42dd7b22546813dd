/** A release as a table, and the commands by which an installer verifies it. */
import type { CutResult } from "../operations/cut.ts";
import { verificationOf } from "../operations/verification.ts";
import type { Shown } from "../ports/reporter.ts";
import { artifactTable } from "./artifact-table.ts";
import { changeLines } from "./change-lines.ts";

export function releaseLines(result: CutResult): readonly Shown[] {
  const { manifest, folder, signer } = result;
  const signature = signer === null ? "unsigned: no key was configured" : `signed by ${signer}`;
  return [
    artifactTable(manifest.artifacts.filter(({ kind }) => kind !== "checksum")),
    "",
    `${manifest.project} ${manifest.version}, commit ${manifest.commit.slice(0, 12)}, ${signature}`,
    ...(folder === null ? wouldChange(result) : hasChanged(result, folder)),
  ];
}

function wouldChange({ pending }: CutResult): readonly string[] {
  if (pending.length === 0) return ["Dry run: nothing was changed, and nothing is left to do: all of it is there."];
  const lines = changeLines(pending).map((line) => `  ${line}`);
  return ["Dry run: nothing was changed. The release would", ...lines];
}

function hasChanged({ manifest, plan, signer, unchanged }: CutResult, folder: string): readonly string[] {
  const seen = plan.mutations.filter(({ phase }) => phase !== "stage");
  return [
    unchanged ? `Nothing was to be done: all of it is there, in ${folder}` : `It lies in ${folder}`,
    ...(unchanged || seen.length === 0 ? [] : ["Done for its users:", ...changeLines(seen).map((line) => `  ${line}`)]),
    "",
    "Verify it, in that folder, with:",
    ...verificationOf(manifest, signer !== null).map((command) => `  ${command}`),
  ];
}
