/** What a release looks like on disk, as lines that a test can compare: to its maker, and to visitors of the site. */
import { createHash } from "node:crypto";
import { lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { git, type Machine } from "./release-scene.ts";

/** Everything that a release is to users and to the next run: a line per path, with mode and digest. */
export function stateOf({ repository, site }: Machine): readonly string[] {
  return [
    ...treeOf(join(repository, "releases"), "releases"),
    ...treeOf(site, "site"),
    ...treeOf(join(repository, ".ggen-release"), ".ggen-release"),
    ...git(repository, "for-each-ref", "--format=tag %(refname) %(*objectname)", "refs/tags").split("\n"),
  ];
}

/** What visitors of the site see: everything but stages, and hidden files that are being written. */
export function seenOn({ site }: Machine): readonly string[] {
  return treeOf(site, "site").filter((line) => !/^site\/(\.staged\/|.*\.part( |$))/.test(line));
}

/** Files that tell when and how; signatures differ at every making, and the bound plan names their digests. */
const ofTheirOwn = /(^|\/)(ledger\.jsonl|PIPELINE\.log|REPORT\.md|.*\.asc)$/;

function treeOf(folder: string, shown: string): readonly string[] {
  const status = lstatSync(folder, { throwIfNoEntry: false });
  if (status === undefined) return [];
  const mode = (status.mode & 0o7777).toString(8);
  if (status.isSymbolicLink()) return [`${shown} -> ${readlinkSync(folder)}`];
  if (!status.isDirectory()) return [`${shown} ${mode} ${ofTheirOwn.test(shown) ? "…" : digestOf(folder)}`];
  const names = readdirSync(folder).sort();
  return [`${shown}/ ${mode}`, ...names.flatMap((child) => treeOf(join(folder, child), `${shown}/${child}`))];
}

function digestOf(path: string): string {
  const bytes = readFileSync(path);
  const signatures = path.endsWith("/plan.json") ? withoutSignatures(bytes.toString()) : bytes;
  return createHash("sha256").update(signatures).digest("hex").slice(0, 16);
}

function withoutSignatures(plan: string): string {
  return JSON.stringify(JSON.parse(plan), (key, value: unknown) =>
    key === "content" && typeof value === "object" && value !== null && "signs" in value ? value.signs : value,
  );
}
