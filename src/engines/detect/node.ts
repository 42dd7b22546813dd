/** What a package.json says: the programs under `bin`, and whom it is by (https://docs.npmjs.com/cli/configuring-npm/package-json). */
import { posix } from "node:path";
import { projectNameFrom } from "../values/names.ts";
import { matchGlob } from "../values/glob.ts";
import { about, addressFrom, licenseField, maintainerFrom, summaryFrom } from "./about.ts";
import type { Detection, Ecosystem, Note, Table, TreeView } from "./detected.ts";
import { lockNote, versionNote } from "./notes.ts";
import { asTable, asText, asTexts } from "./tree-view.ts";

export const node: Ecosystem = {
  id: "node",
  targets: ["x86_64-linux-gnu"],
  recognises: (tree) => tree.has("package.json"),
  async detect(tree) {
    const root = (await tree.json("package.json")) ?? {};
    const member = Object.keys(programsOf(root)).length > 0 ? null : await memberWithProgram(tree, root);
    const manifest = member?.manifest ?? root;
    const programs = programsOf(manifest);
    const names = Object.keys(programs);
    const own = unscoped(asText(manifest["name"]) ?? "");
    const name = projectNameFrom(names.length === 1 ? (names[0] ?? "") : own);
    const version = asText(manifest["version"]);
    const field = (key: string): unknown => manifest[key] ?? root[key];
    return {
      manifest: posix.join(member?.folder ?? "", "package.json"),
      ...(name === undefined ? {} : { name }),
      ...(version === undefined ? {} : { version }),
      ...about({
        summary: summaryFrom(asText(field("description"))),
        homepage: addressFrom(asText(field("homepage"))),
        repository: addressFrom(asText(field("repository")) ?? asText(asTable(field("repository"))["url"])),
        license: licenseField(asText(field("license"))),
        maintainer: maintainerOf(field("author")) ?? maintainerOf(field("maintainers")),
      }),
      builds: names.length === 0 ? [] : [build(programs, member?.folder ?? "")],
      notes: [
        ...(names.length === 0 ? [noProgram] : []),
        ...(member === null
          ? []
          : [{ message: `The program comes from the workspace ${member.folder}.`, until: "builds" as const }]),
        ...(await lockNotes(tree)),
        ...versionNote("package.json", version),
      ],
    } satisfies Detection;
  },
};

const noProgram: Note = {
  message: "package.json has no bin: nothing in it is a program.",
  until: "builds",
  next: 'Add it: "bin": { "tool": "dist/tool.js" }, or name another builder under builds.',
};

/** Program → file. A string under `bin` is called like the package. */
function programsOf(manifest: Table): Readonly<Record<string, string>> {
  const { bin } = manifest;
  const single = asText(bin);
  if (single !== undefined) return { [unscoped(asText(manifest["name"]) ?? "")]: relative(single) };
  const entries = Object.entries(asTable(bin)).filter(
    (entry): entry is [string, string] => typeof entry[1] === "string",
  );
  return Object.fromEntries(entries.map(([name, path]) => [unscoped(name), relative(path)]));
}

async function memberWithProgram(tree: TreeView, root: Table) {
  const { workspaces } = root;
  const globs = asTexts(Array.isArray(workspaces) ? workspaces : asTable(workspaces)["packages"]);
  const folders = tree.paths.filter((path) => path.endsWith("/package.json")).map((path) => posix.dirname(path));
  for (const folder of globs.flatMap((glob) => matchGlob(relative(glob), folders))) {
    const manifest = (await tree.json(`${folder}/package.json`)) ?? {};
    if (Object.keys(programsOf(manifest)).length > 0) return { folder, manifest };
  }
  return null;
}

function build(programs: Readonly<Record<string, string>>, folder: string) {
  const binaries = Object.keys(programs);
  const entries = Object.fromEntries(Object.entries(programs).map(([name, path]) => [name, posix.join(folder, path)]));
  const [only] = Object.values(entries);
  return {
    builder: "node",
    section: { entry: binaries.length === 1 ? only : entries },
    binaries,
  };
}

/** The builder installs with `npm ci` unless it is told otherwise. */
async function lockNotes(tree: TreeView): Promise<readonly Note[]> {
  if (tree.has("package-lock.json") || tree.has("npm-shrinkwrap.json")) return [];
  const other = [
    ["pnpm-lock.yaml", "pnpm"],
    ["yarn.lock", "yarn"],
    ["bun.lock", "bun"],
  ].find(([lock = ""]) => tree.has(lock));
  if (other === undefined) return lockNote(tree, "package-lock.json", "npm install --package-lock-only");
  const [lock = "", manager = ""] = other;
  return [
    {
      message: `${lock} is there, and no package-lock.json: dependencies are installed by ${manager}.`,
      until: "builds",
      next: `Say so in the build: install: [${manager}, install, --frozen-lockfile]`,
    },
  ];
}

function maintainerOf(field: unknown): string | undefined {
  if (Array.isArray(field)) return field.map(maintainerOf).find((one) => one !== undefined);
  const { name, email } = asTable(field);
  return maintainerFrom(
    asText(field) ?? (asText(name) === undefined ? undefined : `${asText(name)} <${asText(email) ?? ""}>`),
  );
}

function unscoped(name: string): string {
  return name.replace(/^@[^/]*\//, "");
}

function relative(path: string): string {
  return posix.normalize(path).replace(/\/$/, "");
}
