/** `tar.gz`: the archive of Linux, macOS and the BSDs. */
import { compression } from "../../engines/archive/compression.ts";
import { writeTar } from "../../engines/archive/tar.ts";
import { gzip } from "../../formats/gzip.ts";
import { archivePackager } from "./archive.ts";

export const tarGz = archivePackager({
  format: "tar.gz",
  home: ["linux", "darwin", "freebsd"],
  write: (entries, epoch) => gzip(writeTar(entries, epoch), compression),
});
