/**
 * Why a .deb is not read. Invariant: what dpkg 1.21 refuses is refused as DEB_MALFORMED or DEB_COMPRESSION_DAMAGED; what
 * it takes and this program does not is refused by one of the rules below, and by nothing else.
 */
import { ReleaseError } from "../domain/errors/index.ts";

export interface StricterRule {
  readonly refused: string;
  /** What dpkg and dpkg-deb do with it. */
  readonly dpkg: string;
  readonly why: string;
}

/** Everything in which this reader is stricter than dpkg. docs/deb-reading.md is made of it. */
export const stricterRules = {
  "old-format": {
    refused: "packages of format 0.93, which are no ar archives (deb-old(5))",
    dpkg: "reads them",
    why: "Nothing has made them since 1995, and no repository can hold them.",
  },
  "version-member": {
    refused: "a debian-binary of more than 1024 bytes",
    dpkg: "reads any size into memory",
    why: "The member holds 4 bytes; its size is a claim of whoever wrote the file.",
  },
  "control-size": {
    refused: "a control.tar of more than 16 MiB, packed or unpacked",
    dpkg: "unpacks any size to the disk",
    why: "The largest of Debian has 11 MiB unpacked; an index is made by unpacking ten thousands of them.",
  },
  "control-entry": {
    refused: "anything but regular files, each named once and without a folder, in control.tar",
    dpkg: "lets GNU tar unpack whatever there is, the last of one name wins, and follows a link named control",
    why: "A reader that takes the first of two control files sees another package than one that takes the last.",
  },
  "control-dialect": {
    refused: "pax headers, sparse files and other extensions in control.tar, as in data.tar",
    dpkg: "reads control.tar by GNU tar, which knows them, and refuses them in data.tar",
    why: "A name or size in an extension is seen by some readers and not by others.",
  },
  "one-stream": {
    refused: "bytes after the end of the compressed stream of a member",
    dpkg: "stops at the end of the first stream, of a .gz at what is no further member, and ignores the rest",
    why: "Programs that read on see other content.",
  },
  "gzip-header": {
    refused: "a .gz member without the header of gzip, an empty one too",
    dpkg: "takes its bytes for uncompressed",
    why: "Every other reader fails.",
  },
  "unpacking-memory": {
    refused: "an .xz, .lzma or .zst member that needs more than 192 MiB of memory to unpack",
    dpkg: "takes as much as it asks for",
    why: "A header of a few bytes can ask for 4 GiB; xz -9 needs 65 MiB.",
  },
  "unpacked-size": {
    refused:
      "a data.tar that unpacks to more than 200 times its size and more than 1 GiB, or has over 1 000 000 entries",
    dpkg: "fills the disk",
    why: "A file that unpacks to far more than it holds exhausts whoever looks at it.",
  },
  "tar-end": {
    refused: "a tar that ends in anything but zeros or the end of the file, or within the record of a long name",
    dpkg: "takes any record with an empty name and a wrong checksum for the end",
    why: "Other readers skip the record and read on.",
  },
  "tar-tail": {
    refused: "anything but zeros behind the end of a tar, and more than 64 KiB of those",
    dpkg: "ignores it in data.tar; in control.tar and for dpkg-deb it fails by a broken pipe where it is long",
    why: "Programs that read on find further files there.",
  },
  "empty-name": {
    refused: "the record of a long name that holds none",
    dpkg: "takes whatever is in its memory",
    why: "The file's name would be left to chance.",
  },
  "tar-number": {
    refused: "a mode or device number that is no number",
    dpkg: "takes it for 0, GNU tar fails",
    why: "The file would get another mode than the one that was meant.",
  },
  "tar-size": {
    refused: "folders, links and devices whose header gives them a size",
    dpkg: "reads the next header right behind, other readers skip as many bytes",
    why: "The two see different files in one archive.",
  },
  "path-outside": {
    refused: "a path, or the target of a hard link, that climbs by ..",
    dpkg: "follows it out of its root; dpkg-deb fails",
    why: "Unpacking would write to files of others.",
  },
  "path-length": {
    refused: "a path of 4096 bytes or more",
    dpkg: "fails when it makes the file, if the system allows no longer ones",
    why: "Linux has no longer paths.",
  },
  "control-bytes": {
    refused: "NUL and ^Z in a control file",
    dpkg: "ends the value at the first, takes the second for the end of a line",
    why: "Other readers take them for part of the value.",
  },
  "final-newline": {
    refused: "a control file whose last line, even of one character, has no newline",
    dpkg: "ignores one character after the last newline, and refuses more",
    why: "A file that was cut short looks like this.",
  },
  "package-name": {
    refused: "capitals and _ in a package's name, and names of one character",
    dpkg: "reads capitals as small letters",
    why: "Policy 5.6.1 forbids them, and apt holds Foo and foo for two packages.",
  },
  architecture: {
    refused: "a missing, empty or malformed Architecture",
    dpkg: "warns, and does not install the package",
    why: "No index could list the package.",
  },
  "version-sign": {
    refused: "a sign before a version's epoch (+1:2.0)",
    dpkg: "reads it as the number",
    why: "apt compares the version as text that begins with a sign.",
  },
  "status-field": {
    refused: "Conffiles, Filename, Size, MD5sum, SHA1, SHA256, SHA512 and MSDOS-Filename in a control file",
    dpkg: "reads them there, or keeps them",
    why: "They belong to dpkg's database and to indexes: a package would state its own digest.",
  },
  "obsolete-field": {
    refused: "Recommended, Optional, Class, Revision, Package-Revision and Package_Revision",
    dpkg: "warns, and reads them as their successors, Revision as a part of the version",
    why: "apt does not know them: it would list another version than dpkg installs.",
  },
} as const satisfies Readonly<Record<string, StricterRule>>;

export type StricterRuleName = keyof typeof stricterRules;

const fetchAgain = "Fetch the file again and compare its digest; if it is the same, make the package again.";

/** For what dpkg refuses, too. */
export function malformed(what: string): ReleaseError {
  return new ReleaseError("DEB_MALFORMED", { what, next: fetchAgain });
}

/** For what swells beyond measure. */
export function tooLarge(what: string): ReleaseError {
  return new ReleaseError("DEB_TOO_LARGE", {
    what,
    next: "Do not use the file: nothing that is made for good is like this.",
    details: [detailOf("unpacked-size")],
  });
}

/** For what dpkg takes. */
export function stricter(rule: StricterRuleName, what: string): ReleaseError {
  return new ReleaseError("DEB_AMBIGUOUS", {
    what,
    next: "Make the package again with dpkg-deb or this program.",
    details: [detailOf(rule)],
  });
}

function detailOf(rule: StricterRuleName): string {
  const { dpkg, why } = stricterRules[rule];
  return `rule ${rule}: dpkg ${dpkg}. ${why}`;
}
