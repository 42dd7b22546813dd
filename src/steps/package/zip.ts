/** `zip`: the archive of Windows. */
import { archivePackager } from "./archive.ts";

export const zip = archivePackager({
  format: "zip",
  home: ["windows"],
  async *write(entries, epoch) {
    // Loaded when something is written: whoever plans does without.
    const { writeZip } = await import("../../engines/archive/zip.ts");
    yield* writeZip(entries, epoch);
  },
});
