/**
 * `verify`: compares a release on disk with its manifest, its sums and its signatures. What could not be checked is said
 * to be not checked: it did not pass.
 */
import { join, resolve } from "node:path";
import { sumsFile } from "../domain/artifact.ts";
import { ReleaseError } from "../domain/errors/index.ts";
import type { Finding } from "../domain/finding.ts";
import { manifestFile, type Manifest } from "../domain/manifest.ts";
import { contentOf } from "../engines/hash.ts";
import { parseSums } from "../formats/checksums.ts";
import type { Files } from "../ports/files.ts";
import type { Keys } from "../ports/keys.ts";
import type { Ports } from "../ports/index.ts";
import { parseManifest } from "../steps/publish/staged.ts";

export interface VerifyOptions {
  /** A folder, or a tag whose release lies in `releases/`. */
  readonly what: string;
  /** File with the public key that signatures must be of. */
  readonly key?: string;
  readonly releases?: string;
}

export interface VerifyResult {
  readonly folder: string;
  readonly manifest: Manifest;
  readonly findings: readonly Finding[];
}

export async function verify(
  { ports, keys }: { readonly ports: Ports; readonly keys: Keys },
  options: VerifyOptions,
): Promise<VerifyResult> {
  const { files, environment } = ports;
  const folder = await findFolder(ports, options);
  const manifest = parseManifest(await files.readText(join(folder, manifestFile)), folder, options.what);
  const findings: Finding[] = [];
  for (const artifact of manifest.artifacts)
    findings.push(await checkFile(files, folder, artifact.file, artifact.sha256));
  findings.push(await checkSums(files, folder, manifest));
  const publicKey = options.key === undefined ? null : await files.readText(resolve(environment.folder, options.key));
  for (const name of await files.list(folder)) {
    if (name.endsWith(".asc")) findings.push(await checkSignature(files, keys, folder, name.slice(0, -4), publicKey));
  }
  return { folder, manifest, findings };
}

async function findFolder({ files, environment, git }: Ports, { what, releases }: VerifyOptions): Promise<string> {
  const repository = await git.repository(environment.folder);
  const roots = [
    resolve(environment.folder, what),
    ...(repository === null
      ? []
      : [resolve(environment.folder, releases ?? join(repository.folder, "releases"), what)]),
  ];
  for (const folder of roots) if ((await files.status(join(folder, manifestFile)))?.kind === "file") return folder;
  throw new ReleaseError("FILE_MISSING", {
    what: `There is no ${manifestFile} in ${roots.join(" or ")}.`,
    next: "Name the folder of a release, or its tag in the repository that made it.",
  });
}

async function checkFile(files: Files, folder: string, file: string, wanted: string): Promise<Finding> {
  const id = `file:${file}`;
  if ((await files.status(join(folder, file)))?.kind !== "file")
    return { id, verdict: "fail", code: "VERIFY_FAILED", message: `${file} is not there` };
  const { sha256 } = await contentOf(files.open(join(folder, file)));
  if (sha256 === wanted) return { id, verdict: "pass", message: `${file} is what the manifest names` };
  return {
    id,
    verdict: "fail",
    code: "VERIFY_FAILED",
    message: `${file} has sha256 ${sha256}; the manifest names ${wanted}`,
  };
}

/** The list that installers use must say the same as the manifest, of the same files. */
async function checkSums(files: Files, folder: string, manifest: Manifest): Promise<Finding> {
  const id = "sums";
  if ((await files.status(join(folder, sumsFile)))?.kind !== "file")
    return { id, verdict: "fail", code: "VERIFY_FAILED", message: `${sumsFile} is not there` };
  const listed = new Map(
    parseSums(await files.readText(join(folder, sumsFile))).map(({ file, sha256 }) => [file, sha256]),
  );
  const wrong = manifest.artifacts.filter(
    ({ kind, file, sha256 }) => kind !== "checksum" && listed.get(file) !== sha256,
  );
  if (wrong.length === 0) return { id, verdict: "pass", message: `${sumsFile} agrees with the manifest` };
  return {
    id,
    verdict: "fail",
    code: "VERIFY_FAILED",
    message: `${sumsFile} disagrees with the manifest about ${wrong.map(({ file }) => file).join(", ")}`,
  };
}

async function checkSignature(
  files: Files,
  keys: Keys,
  folder: string,
  file: string,
  publicKey: string | null,
): Promise<Finding> {
  const id = `signature:${file}`;
  if (publicKey === null)
    return {
      id,
      verdict: "not-run",
      message: `${file}.asc was not checked: no key was named`,
      next: "Name the public key: --key release-key.public.asc",
    };
  if ((await files.status(join(folder, file)))?.kind !== "file")
    return { id, verdict: "fail", code: "SIGNATURE_INVALID", message: `${file}.asc signs a file that is not there` };
  const verdict = await keys.verify(
    publicKey,
    files.open(join(folder, file)),
    await files.readText(join(folder, `${file}.asc`)),
  );
  if (verdict.good)
    return { id, verdict: "pass", message: `${file}.asc is a good signature of ${verdict.fingerprint}` };
  return { id, verdict: "fail", code: "SIGNATURE_INVALID", message: `${file}.asc: ${verdict.why}` };
}
