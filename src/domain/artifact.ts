/** An artifact is a file that the release consists of. Its name is settled in the plan, its bytes after packaging. */
import type { Content } from "./digest.ts";

export type ArtifactKind = "binary" | "archive" | "deb" | "formula" | "source" | "checksum";

export interface PlannedArtifact {
  /** Stable within a plan, and what other entries refer to: `deb:x86_64-linux-gnu`. */
  readonly id: string;
  readonly kind: ArtifactKind;
  /** The packager that writes it (`tar.gz`, `deb`, …). */
  readonly format: string;
  /** Bare file name, unique in the release. */
  readonly file: string;
  /** Target id; absent for what serves every target (formula, source archive). */
  readonly target?: string;
  /** What its content is compressed with, where its format leaves the choice: `xz`. */
  readonly compression?: string;
  /** Ids of builds and artifacts that it is made from, in order. */
  readonly from: readonly string[];
}

/** An artifact whose bytes are known. */
export interface Artifact extends PlannedArtifact, Content {}

/** The list of all sums; what `sha256sum -c SHA256SUMS` reads. */
export const sumsFile = "SHA256SUMS";
