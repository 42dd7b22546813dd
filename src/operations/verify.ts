/**
 * `verify`: compares a release on disk with its manifest: files, lists of sums, plan, signatures, and whatever else lies
 * in the folder. What could not be checked is said to be not checked: it did not pass.
 */
import { join, resolve, sep } from "node:path";
import { isReleaseError, ReleaseError } from "../domain/errors/index.ts";
import type { Finding } from "../domain/finding.ts";
import { manifestFile, type Manifest } from "../domain/manifest.ts";
import { contentOf } from "../engines/hash.ts";
import type { Files } from "../ports/files.ts";
import type { Keys } from "../ports/keys.ts";
import type { Ports } from "../ports/index.ts";
import { signedFiles } from "../steps/plan/make.ts";
import { parseManifest } from "../steps/publish/staged.ts";
import { projectSigning } from "./project-config.ts";
import { checkLists } from "./verify-lists.ts";
import { checkPlan, findStrangers } from "./verify-records.ts";

export interface VerifyOptions {
  /** A folder, or a tag whose release lies in `releases/`. */
  readonly what: string;
  /** File with the public key that signatures must be of, all of them; the project's own key by default. */
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
  const { files } = ports;
  const { folder, own } = await findFolder(ports, options);
  const manifest = parseManifest(await files.readText(join(folder, manifestFile)), folder, options.what);
  const findings: Finding[] = [];
  for (const artifact of manifest.artifacts)
    findings.push(await checkFile(files, folder, artifact.file, artifact.sha256));
  findings.push(...(await checkLists(files, folder, manifest)));
  findings.push(...(await checkPlan(files, folder, manifest)));
  const keyFile = options.key === undefined ? null : resolve(ports.environment.folder, options.key);
  findings.push(...(await findStrangers(files, folder, manifest, keyFile)));
  const names = await files.list(folder);
  const signed = signedFiles(manifest.artifacts).filter((file) => names.includes(`${file}.asc`));
  if (options.key !== undefined) findings.push(...unsigned(manifest, signed));
  if (signed.length === 0) return { folder, manifest, findings };
  const key = await findKey({ ports, keys }, options.key, own);
  for (const file of signed) findings.push(await checkSignature(files, keys, folder, file, key));
  return { folder, manifest, findings };
}

/** `own`: the release is of the repository that the caller is in. */
async function findFolder(
  { files, environment, git }: Ports,
  { what, releases }: VerifyOptions,
): Promise<{ readonly folder: string; readonly own: boolean }> {
  const repository = await git.repository(environment.folder);
  const named = resolve(environment.folder, what);
  const roots = [{ folder: named, own: repository !== null && named.startsWith(`${repository.folder}${sep}`) }];
  if (repository !== null) {
    const root = releases ?? join(repository.folder, "releases");
    roots.push({ folder: resolve(environment.folder, root, what), own: true });
  }
  for (const root of roots) if ((await files.status(join(root.folder, manifestFile)))?.kind === "file") return root;
  throw new ReleaseError("FILE_MISSING", {
    what: `There is no ${manifestFile} in ${roots.map(({ folder }) => folder).join(" or ")}.`,
    next: "Name the folder of a release, or its tag in the repository that made it.",
  });
}

/** An armored public key, or why there is none: signatures are then not checked, which is no pass. */
type FoundKey = { readonly text: string } | { readonly text: null; readonly why: string };

/** The key of this project must not judge what others have released: it is taken for its own releases only. */
async function findKey(
  { ports, keys }: { readonly ports: Ports; readonly keys: Keys },
  named: string | undefined,
  own: boolean,
): Promise<FoundKey> {
  if (named !== undefined) return { text: await ports.files.readText(resolve(ports.environment.folder, named)) };
  if (!own) return { text: null, why: "no key was named" };
  try {
    const found = await keys.find(await projectSigning(ports, undefined));
    return found === null
      ? { text: null, why: "no key was named, and neither configuration nor environment names one" }
      : { text: found.key.publicKey };
  } catch (error) {
    if (!isReleaseError(error)) throw error;
    return { text: null, why: `no key was named, and the project's cannot be read: ${error.what.replace(/\.$/, "")}` };
  }
}

/** Whoever names a key expects signatures: a release from which they were taken away does not pass. */
function unsigned({ artifacts }: Manifest, signed: readonly string[]): readonly Finding[] {
  return signedFiles(artifacts)
    .filter((file) => !signed.includes(file))
    .map((file) => ({
      id: `signature:${file}`,
      verdict: "fail",
      code: "SIGNATURE_INVALID",
      message: `${file} has no signature: ${file}.asc is not there`,
    }));
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

async function checkSignature(files: Files, keys: Keys, folder: string, file: string, key: FoundKey): Promise<Finding> {
  const id = `signature:${file}`;
  if (key.text === null)
    return {
      id,
      verdict: "not-run",
      message: `${file}.asc was not checked: ${key.why}`,
      next: "Name the public key: --key release-key.public.asc",
    };
  if ((await files.status(join(folder, file)))?.kind !== "file")
    return { id, verdict: "fail", code: "SIGNATURE_INVALID", message: `${file}.asc signs a file that is not there` };
  const verdict = await keys.verify(
    key.text,
    files.open(join(folder, file)),
    await files.readText(join(folder, `${file}.asc`)),
  );
  if (verdict.good)
    return { id, verdict: "pass", message: `${file}.asc is a good signature of ${verdict.fingerprint}` };
  return { id, verdict: "fail", code: "SIGNATURE_INVALID", message: `${file}.asc: ${verdict.why}` };
}
