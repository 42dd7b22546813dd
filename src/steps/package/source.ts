/**
 * `source`: the tag's tree as `git archive` writes it, through gzip. Invariant: unpacked, it is byte for byte what
 * `git archive <tag>` gives anybody who has the repository.
 */
import { strictObject } from "valibot";
import { compression } from "../../engines/archive/compression.ts";
import { gzip } from "../../formats/gzip.ts";
import type { Packager } from "../../ports/packager.ts";

export const source: Packager<Record<string, never>> = {
  format: "source",
  section: strictObject({}),
  defaults: () => ({}),
  plan: ({ name, version }) => [
    { id: "source", kind: "source", format: "source", file: `${name}-${version.text}-source.tar.gz`, from: [] },
  ],
  async write(_artifact, _section, { project: { name, version }, archiveSource }) {
    return gzip(archiveSource(`${name}-${version.text}/`), compression);
  },
};
