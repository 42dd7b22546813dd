/**
 * What lintian says of a package and is meant to be so, each with its reason, for whoever runs lintian on it
 * (/usr/share/lintian/overrides; docs/decisions says how each was settled). Invariant: only what the contents call for.
 */
import type { DebCompression } from "../../engines/deb/compression.ts";
import type { ControlData } from "../../engines/deb/control.ts";
import type { Elf } from "../../formats/elf.ts";

export interface Override {
  readonly tag: string;
  readonly reason: string;
}

const staticProgram: Override = {
  tag: "statically-linked-binary",
  reason: "It is linked statically on purpose, as its toolchain does: it runs on any distribution.",
};
const nodeProgram: readonly Override[] = [
  {
    tag: "unstripped-binary-or-object",
    reason: "The program is a section of the file that holds Node; strip would destroy it.",
  },
  { tag: "embedded-library", reason: "Node carries its libraries, and they are updated with it." },
];

/** `isNode`: the programs are Node with a program in it. */
export function overridesFor(elves: readonly Elf[], isNode: boolean): readonly Override[] {
  return [...(elves.some((elf) => elf.static) ? [staticProgram] : []), ...(isNode ? nodeProgram : [])];
}

const zstd: Override = {
  tag: "malformed-deb-archive",
  reason: "It is compressed by zstd, which dpkg of Debian 12 reads and its lintian does not.",
};

const uncompressed: readonly Override[] = ["control", "data"].map((member) => ({
  tag: `uses-no-compression-for-${member}-tarball`,
  reason: "The project asks for no compression.",
}));

export function overridesBy(compression: DebCompression): readonly Override[] {
  return compression === "zstd" ? [zstd] : compression === "none" ? uncompressed : [];
}

/** Fields that lintian knows in source packages only. */
export function overridesOf(control: ControlData): readonly Override[] {
  const source = "The package has no Debian source package that could say it.";
  return [
    ...(control.vcsBrowser === undefined ? [] : [{ tag: "unknown-field Vcs-Browser", reason: source }]),
    ...(control.vcsGit === undefined ? [] : [{ tag: "unknown-field Vcs-Git", reason: source }]),
    ...((control.relations["static-built-using"] ?? []).length === 0
      ? []
      : [{ tag: "unknown-field Static-Built-Using", reason: "Older lintians do not know this field of dpkg's." }]),
  ];
}

/** The project's own file goes before. */
export function formatOverrides(name: string, overrides: readonly Override[], given = ""): string {
  const own = overrides
    .filter(({ tag }) => !given.includes(tag))
    .map(({ tag, reason }) => `# ${reason}\n${name}: ${tag}\n`);
  return `${given === "" || given.endsWith("\n") ? given : `${given}\n`}${own.join("")}`;
}
