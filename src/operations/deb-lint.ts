/** `deb lint`: what is wrong with packages, by the tags of lintian that matter to who ships his own program. */
import { basename, resolve } from "node:path";
import { gather } from "../engines/deb/lint/gather.ts";
import { lint, type LintFinding } from "../engines/deb/lint/lint.ts";
import type { Severity } from "../engines/deb/lint/tag.ts";
import { allTags } from "../engines/deb/lint/tags.ts";
import { openDeb } from "../engines/deb/open.ts";
import { readDeb } from "../engines/deb/read.ts";
import type { Decompressor } from "../ports/decompressor.ts";
import type { Ports } from "../ports/index.ts";

export interface DebLint {
  readonly packages: readonly LintedPackage[];
  /** Of the tags that were found, by name. */
  readonly tags: Readonly<Record<string, ExplainedTag>>;
}

export interface LintedPackage {
  readonly file: string;
  readonly package: string;
  readonly version: string;
  readonly architecture: string;
  readonly findings: readonly LintFinding[];
  /** Of the findings that nothing overrides. */
  readonly counts: Readonly<Record<Severity, number>>;
}

export interface ExplainedTag {
  readonly severity: Severity;
  readonly explain: string;
  readonly next: string;
}

/** One after the other, so that memory holds one package. Throws FILE_MISSING, DEB_TOO_LARGE, and what readDeb throws. */
export async function debLint(
  { ports, decompressor }: { readonly ports: Ports; readonly decompressor: Decompressor },
  { files }: { readonly files: readonly string[] },
): Promise<DebLint> {
  const packages: LintedPackage[] = [];
  for (const file of files) {
    const deb = await readDeb(await openDeb(resolve(ports.environment.folder, file), ports.files), decompressor);
    const findings = lint(await gather(deb, basename(file), decompressor));
    const { package: name, version, architecture } = deb;
    packages.push({ file, package: name, version, architecture, findings, counts: countsOf(findings) });
  }
  const found = new Set(packages.flatMap(({ findings }) => findings.map(({ tag }) => tag)));
  const tags = allTags.filter(({ tag }) => found.has(tag));
  return {
    packages,
    tags: Object.fromEntries(tags.map(({ tag, severity, explain, next }) => [tag, { severity, explain, next }])),
  };
}

function countsOf(findings: readonly LintFinding[]): Readonly<Record<Severity, number>> {
  const count = (severity: Severity): number =>
    findings.filter((finding) => finding.severity === severity && !finding.overridden).length;
  return { error: count("error"), warning: count("warning"), info: count("info") };
}
