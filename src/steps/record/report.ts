/**
 * REPORT.md: what a release is, for the person who has to trust it: sizes, sums, signer, and for each file how to
 * verify and install it. Everything in it comes from the manifest and the plan.
 */
import type { Artifact } from "../../domain/artifact.ts";
import type { Finding } from "../../domain/finding.ts";
import type { Manifest } from "../../domain/manifest.ts";
import type { Plan } from "../../domain/plan.ts";
import { formatSize } from "../../formats/size.ts";

export interface ReportInputs {
  readonly plan: Plan;
  readonly manifest: Manifest;
  readonly manifestDigest: string;
  readonly signer: { readonly fingerprint: string; readonly userId: string } | null;
  readonly findings: readonly Finding[];
  /** Per planned build: the smoke command's outcome in one line. */
  readonly smoke: ReadonlyMap<string, string>;
  /** Name, without its folder, of the file that `--config` put in the place of the tag's own; null where none did. */
  readonly configuration: string | null;
}

export function renderReport(inputs: ReportInputs): string {
  const { manifest, plan } = inputs;
  const artifacts = manifest.artifacts.filter(({ kind }) => kind !== "checksum");
  return [
    `# ${manifest.project} ${manifest.version}`,
    "",
    table([
      ["tag", code(manifest.tag)],
      ["commit", code(manifest.commit)],
      ["manifest", code(inputs.manifestDigest)],
      ["plan", code(manifest.plan)],
      [
        "signed by",
        inputs.signer === null
          ? "nobody: no key was configured"
          : `${text(inputs.signer.userId)}, ${code(inputs.signer.fingerprint)}`,
      ],
      ...overrideRows(inputs),
    ]),
    "## Files",
    "",
    "| file | size | sha256 |",
    "| --- | ---: | --- |",
    ...artifacts.map(
      (artifact) => `| ${code(artifact.file)} | ${formatSize(artifact.size)} | ${code(artifact.sha256)} |`,
    ),
    "",
    "## Verify",
    "",
    ...verify(inputs, artifacts),
    "## Install",
    "",
    ...artifacts.flatMap((artifact) => installation(artifact, manifest)),
    checksHeading,
    "",
    ...plan.builds.map(
      (build) => `- ${code(build.id)}: ${text(inputs.smoke.get(build.id) ?? "not run: built on another machine")}`,
    ),
    ...inputs.findings.map((finding) => `- ${finding.verdict}: ${text(finding.message)}`),
    "",
  ].join("\n");
}

const checksHeading = "## What was checked";

/** The report with the checks that an earlier one tells of: those of the run that made the bytes. */
export function withChecksOf(report: string, earlier: string): string {
  const start = earlier.indexOf(`\n${checksHeading}\n`);
  return start === -1 ? report : report.slice(0, report.indexOf(`\n${checksHeading}\n`)) + earlier.slice(start);
}

/** What was not of the tag's tree, by digest: nothing of the paths of the machine that it lay on. */
function overrideRows({ plan, configuration }: ReportInputs): readonly (readonly [string, string])[] {
  return Object.entries(plan.overrides).map(([name, sha256]) => [
    "beside the tag's tree",
    `${code(name === "--config" && configuration !== null ? `--config ${configuration}` : name)}, sha256 ${code(sha256)}`,
  ]);
}

function verify({ signer, manifest }: ReportInputs, artifacts: readonly Artifact[]): readonly string[] {
  const key = `${manifest.project}.asc`;
  const where = "In the folder that the files were downloaded to";
  if (signer === null) return [`${where}:`, "", ...block(verification(artifacts, null))];
  return [
    `${where}, with the public key ${code(signer.fingerprint)} as ${code(key)} beside them. It comes from where`,
    `${text(manifest.project)} publishes it, not from where the files do; ${code(`ggen-release keys export > ${key}`)} writes it.`,
    "",
    ...block(verification(artifacts, `gpg --import ${key}`)),
  ];
}

/**
 * The commands by which an installer checks a download, with nothing of ours.
 *
 * @param importKey the command by which gpg gets to know the public key; null for a release without signatures
 */
export function verification(artifacts: readonly Artifact[], importKey: string | null): readonly string[] {
  const debs = artifacts.filter(({ kind }) => kind === "deb");
  return [
    "sha256sum -c --ignore-missing SHA256SUMS",
    ...(importKey === null ? [] : [importKey, "gpg --verify SHA256SUMS.asc SHA256SUMS"]),
    ...debs.map(({ file }) => `dpkg-deb -I ${file}`),
  ];
}

function installation(artifact: Artifact, manifest: Manifest): readonly string[] {
  const commands = installCommands(artifact, manifest);
  return commands.length === 0 ? [] : [`${code(artifact.file)}:`, "", ...block(commands)];
}

function installCommands({ kind, format, file }: Artifact, { project }: Manifest): readonly string[] {
  if (kind === "deb") return [`sudo apt install ./${file}`];
  if (kind === "binary") return [`sudo install -m 0755 ${file} /usr/local/bin/${project}`];
  if (kind === "formula") return [`# copy ${file} to Formula/ of your tap, then: brew install OWNER/TAP/${project}`];
  if (kind === "archive") return [format === "zip" ? `unzip ${file}` : `tar -xzf ${file}`];
  return [];
}

function block(commands: readonly string[]): readonly string[] {
  return ["```sh", ...commands, "```", ""];
}

function table(rows: readonly (readonly [string, string])[]): string {
  return ["| | |", "| --- | --- |", ...rows.map(([name, value]) => `| ${name} | ${value} |`), ""].join("\n");
}

function code(value: string): string {
  return `\`${value.replaceAll("`", "'")}\``;
}

/** Text of others (a user id, a file name) must not become markup. */
function text(value: string): string {
  return value.replace(/[\\`*_{}[\]<>#|]/g, (character) => `\\${character}`).replace(/\s+/g, " ");
}
