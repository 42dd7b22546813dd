/** The checksum files of a release: one beside each artifact, and SHA256SUMS over all of them. */
import { sumsFile, type PlannedArtifact } from "../../domain/artifact.ts";

/** Sums are artifacts like any other: frozen in the manifest, the same at every build. */
export function plannedSums(artifacts: readonly PlannedArtifact[]): readonly PlannedArtifact[] {
  const single = artifacts.map((artifact): PlannedArtifact => ({
    id: `sha256:${artifact.id}`,
    kind: "checksum",
    format: "sha256",
    file: `${artifact.file}.sha256`,
    from: [artifact.id],
    ...(artifact.target === undefined ? {} : { target: artifact.target }),
  }));
  const all: PlannedArtifact = {
    id: "sha256sums",
    kind: "checksum",
    format: "sha256sums",
    file: sumsFile,
    from: artifacts.map(({ id }) => id),
  };
  return artifacts.length === 0 ? [] : [...single, all];
}
