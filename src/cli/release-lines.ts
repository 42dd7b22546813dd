/** A release as a table, and the commands by which an installer verifies it. */
import type { CutResult } from "../operations/cut.ts";
import type { Shown } from "../ports/reporter.ts";
import { verificationOf } from "../operations/verification.ts";

export function releaseLines({ manifest, plan, folder, signer, unchanged }: CutResult): readonly Shown[] {
  const shown = manifest.artifacts.filter(({ kind }) => kind !== "checksum");
  const rows = shown.map(({ file, size, sha256 }) => [
    file,
    size.toLocaleString("en").replaceAll(",", " "),
    sha256.slice(0, 16),
  ]);
  const changes = plan.mutations.filter(({ phase }) => phase !== "stage");
  return [
    { header: ["file", "bytes", "sha256"], rows, right: [1] },
    "",
    `${manifest.project} ${manifest.version}, commit ${manifest.commit.slice(0, 12)}, ${signer === null ? "unsigned: no key was configured" : `signed by ${signer}`}`,
    ...(folder === null
      ? [
          "Dry run: nothing was changed. It would have:",
          ...plan.mutations.map(({ channel, does }) => `  ${channel}: ${does}`),
        ]
      : [
          `${unchanged ? "Nothing to do: all of it is there already, in" : "In"} ${folder}`,
          ...changes.map(({ channel, does }) => `  ${channel}: ${does}`),
          "",
          "Verify it, in that folder, with:",
          ...verificationOf(manifest, signer !== null).map((command) => `  ${command}`),
        ]),
  ];
}
