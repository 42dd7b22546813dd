/** `zip`: the archive of Windows. */
import { writeZip } from "../../engines/archive/zip.ts";
import { archivePackager } from "./archive.ts";

export const zip = archivePackager({ format: "zip", home: ["windows"], write: writeZip });
