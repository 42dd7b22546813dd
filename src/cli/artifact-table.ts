/** The files of a release as a table: what was made, how large it is, and enough of its digest to tell two builds apart. */
import type { Artifact } from "../domain/artifact.ts";
import type { Table } from "../ports/reporter.ts";

export function artifactTable(artifacts: readonly Artifact[]): Table {
  return {
    header: ["file", "bytes", "sha256"],
    rows: artifacts.map(({ file, size, sha256 }) => [file, grouped(size), sha256.slice(0, 16)]),
    right: [1],
  };
}

/** 12 845 218. */
function grouped(size: number): string {
  return String(size).replace(/\B(?=(?:[0-9]{3})+$)/g, " ");
}
