/**
 * What lies in the folder of a release beside its artifacts: the plan, which must be the one that the manifest names by
 * digest, and files that nothing names. Invariant: a file of the folder is either known or told; installers run
 * `sha256sum -c *.sha256` and `apt install ./*.deb` over such folders.
 */
import { basename, dirname, join } from "node:path";
import type { Finding } from "../domain/finding.ts";
import { manifestFile, type Manifest } from "../domain/manifest.ts";
import type { Plan } from "../domain/plan.ts";
import { quoted } from "../domain/quoted.ts";
import { digestOfText } from "../engines/hash.ts";
import { isWhole } from "../engines/manifest-text.ts";
import { digestOfPlan } from "../engines/plan-digest.ts";
import { readPlan } from "../engines/plan-text.ts";
import type { Files } from "../ports/files.ts";
import { signedFiles } from "../steps/plan/make.ts";

const planFile = "plan.json";
/** What a run writes beside the artifacts; a ledger that was damaged is kept beside the new one. */
const records = [manifestFile, planFile, "PIPELINE.log", "REPORT.md"];
const ledger = /^ledger\.jsonl(?:\.damaged-\d+)?$/;

/** The plan is a record of the maintainer's: a folder that was downloaded has none, and lacks nothing. */
export async function checkPlan(files: Files, folder: string, manifest: Manifest): Promise<readonly Finding[]> {
  if ((await files.status(join(folder, planFile)))?.kind !== "file") return [];
  const plan = readPlan(await files.readText(join(folder, planFile)));
  const wrong =
    plan === null ? "is no plan" : differs(plan, manifest, await files.readText(join(folder, manifestFile)));
  if (wrong === null)
    return [{ id: "plan", verdict: "pass", message: `${planFile} is the plan that the manifest names` }];
  return [{ id: "plan", verdict: "fail", code: "VERIFY_FAILED", message: `${planFile} ${wrong}` }];
}

/** Signatures are judged by the key that made them, not by the digest in the plan: their bytes differ at every making. */
function differs(plan: Plan, manifest: Manifest, manifestText: string): string | null {
  const digest = digestOfPlan(plan);
  if (digest !== manifest.plan) return `has digest ${digest}; the manifest names ${manifest.plan}`;
  if (!isWhole(manifest, plan)) return "plans other files than the manifest names";
  const digests = new Map(manifest.artifacts.map(({ file, sha256 }) => [file, sha256]));
  digests.set(manifestFile, digestOfText(manifestText));
  const signatures = new Set(signedFiles(manifest.artifacts).map((file) => `${file}.asc`));
  for (const { key, change } of plan.mutations) {
    if (change.kind === "move" || signatures.has(change.content.file)) continue;
    if (change.content.sha256 === digests.get(change.content.file)) continue;
    return `writes another ${quoted(change.content.file)} than the manifest names (${quoted(key)})`;
  }
  return null;
}

/** @param key path of the file with the public key, which may lie beside the downloads */
export async function findStrangers(
  files: Files,
  folder: string,
  manifest: Manifest,
  key: string | null,
): Promise<readonly Finding[]> {
  const known = new Set([
    ...manifest.artifacts.map(({ file }) => file),
    ...signedFiles(manifest.artifacts).map((file) => `${file}.asc`),
    ...records,
    // Where REPORT.md tells installers to put the public key.
    `${manifest.project}.asc`,
    ...(key !== null && dirname(key) === folder ? [basename(key)] : []),
  ]);
  const names = await files.list(folder);
  return names
    .filter((name) => !known.has(name) && !ledger.test(name))
    .map((name) => ({
      id: `stranger:${name}`,
      verdict: "fail",
      code: "VERIFY_FAILED",
      message: `${quoted(name)} lies in the folder, and nothing of the release names it`,
      next: "Find out who put it there, and move it out of the folder.",
    }));
}
