/** package.json: the package's own version, and requirements on packages of the same release. */
import { type Mention, mentionOf } from "./place.ts";
import { npmDependencySections } from "./npm-packages.ts";
import type { KeyPath, StructuredDocument } from "./document.ts";
import { isNamed, type Reader } from "./reader.ts";
import { requirementMention } from "./requirement-mention.ts";
import type { PlaceRole } from "./place.ts";
import type { Survey } from "./survey.ts";

export const npmManifest: Reader = {
  id: "package.json",
  find: ({ packages }) => packages.filter(({ ecosystem }) => ecosystem === "npm").map(({ file }) => file),
  reads: isNamed("package.json"),
  async read(source, survey) {
    const document = await survey.tree.json(source.path);
    const one = survey.packages.find(({ file }) => file === source.path);
    if (document === null || one === undefined) return [];
    return [
      ...npmVersion(document, ["version"], one.name, one.role, survey),
      ...npmRequirements(document, [], "manifest", survey),
    ];
  },
};

export function npmVersion(
  document: StructuredDocument,
  path: KeyPath,
  name: string,
  role: PlaceRole,
  { version }: Survey,
): readonly Mention[] {
  const [value, span] = [document.text(...path), document.span(...path)];
  if (value === undefined || span === undefined) return [];
  return [mentionOf(version, { source: document.source, span, what: name === "" ? "package" : name, value, role })];
}

/**
 * Requirements in the table at a path on packages that bear the release's version. Not of a package on itself, nor for
 * development on one outside the workspace: those are earlier releases, from the registry.
 */
export function npmRequirements(
  document: StructuredDocument,
  table: KeyPath,
  role: PlaceRole,
  { packages, version }: Survey,
): readonly Mention[] {
  const own = document.text(...table, "name");
  const ours = packages.filter((one) => one.ecosystem === "npm" && one.role === "manifest" && one.name !== own);
  return npmDependencySections.flatMap((section) => {
    const names = new Set(
      ours.filter(({ standing }) => section !== "devDependencies" || standing !== "stray").map(({ name }) => name),
    );
    return document
      .keys(...table, section)
      .filter((name) => names.has(name))
      .flatMap((name) =>
        requirementMention({ document, path: [...table, section, name], name, version, dialect: "npm", role }),
      );
  });
}
