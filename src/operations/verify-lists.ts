/**
 * The lists by which installers check their downloads, against the manifest: each must name just the files that it is
 * made over, with their digests. Invariant: a line more is found as well as one less, for `sha256sum -c` would pass it.
 */
import { join } from "node:path";
import { sumsFile, type Artifact } from "../domain/artifact.ts";
import type { Sha256 } from "../domain/digest.ts";
import { isReleaseError } from "../domain/errors/index.ts";
import type { Finding } from "../domain/finding.ts";
import type { Manifest } from "../domain/manifest.ts";
import { quoted } from "../domain/quoted.ts";
import { parseSums } from "../formats/checksums.ts";
import type { Files } from "../ports/files.ts";

/** SHA256SUMS, which must be there, then each `.sha256` that the manifest names. */
export async function checkLists(files: Files, folder: string, { artifacts }: Manifest): Promise<readonly Finding[]> {
  const made = artifacts.filter(({ kind }) => kind !== "checksum");
  const single = artifacts.filter(({ kind, file }) => kind === "checksum" && file !== sumsFile);
  const findings = [await checkList(files, folder, sumsFile, made)];
  for (const { file, from } of single) {
    const over = made.filter(({ id }) => from.includes(id));
    findings.push(await checkList(files, folder, file, over));
  }
  return findings;
}

async function checkList(files: Files, folder: string, list: string, over: readonly Artifact[]): Promise<Finding> {
  const id = `sums:${list}`;
  const failed = (message: string): Finding => ({ id, verdict: "fail", code: "VERIFY_FAILED", message });
  if ((await files.status(join(folder, list)))?.kind !== "file") return failed(`${list} is not there`);
  const listed = await readList(files, join(folder, list));
  if (typeof listed === "string") return failed(`${list}: ${listed}`);
  const wrong = over.filter(({ file, sha256 }) => listed.get(file) !== sha256).map(({ file }) => file);
  const more = [...listed.keys()].filter((name) => !over.some(({ file }) => file === name)).map(quoted);
  const disagreements = [
    ...(wrong.length === 0 ? [] : [`disagrees with the manifest about ${wrong.join(", ")}`]),
    ...(more.length === 0 ? [] : [`names ${more.join(", ")}, which it is not made over`]),
  ];
  if (disagreements.length === 0) return { id, verdict: "pass", message: `${list} agrees with the manifest` };
  return failed(`${list} ${disagreements.join(", and ")}`);
}

/** Name → digest; or why the list is none, which is a finding beside others. */
async function readList(files: Files, path: string): Promise<ReadonlyMap<string, Sha256> | string> {
  try {
    return new Map(parseSums(await files.readText(path)).map(({ file, sha256 }) => [file, sha256]));
  } catch (error) {
    if (!isReleaseError(error) || error.exit !== 3) throw error;
    return error.what.replace(/\.$/, "");
  }
}
