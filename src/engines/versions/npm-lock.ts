/**
 * package-lock.json and npm-shrinkwrap.json (https://docs.npmjs.com/cli/configuring-npm/package-lock-json): the version
 * stands at the top and again under `packages`, where members and requirements on them are copied too.
 */
import type { StructuredDocument } from "./document.ts";
import { npmRequirements, npmVersion } from "./npm-manifest.ts";
import { inLock, type Mention } from "./place.ts";
import { isNamed, type Reader } from "./reader.ts";
import { folderOf, inTree } from "./source-tree.ts";
import type { Survey, SurveyedPackage } from "./survey.ts";

const names = ["package-lock.json", "npm-shrinkwrap.json"] as const;

export const npmLock: Reader = {
  id: "package-lock.json",
  find: ({ packages, tree }) => {
    const folders = packages.filter(({ ecosystem }) => ecosystem === "npm").map(({ file }) => folderOf(file));
    return folders.flatMap((folder) => names.map((name) => inTree(folder, name))).filter((path) => tree.has(path));
  },
  reads: isNamed(...names),
  async read(source, survey) {
    const document = await survey.tree.json(source.path);
    return document === null ? [] : readLock(document, survey);
  },
};

function readLock(document: StructuredDocument, survey: Survey): readonly Mention[] {
  const folder = folderOf(document.source.path);
  const first = packageAt(folder, survey) ?? packageNamed(document.text("name"), survey);
  const top = first === undefined ? [] : npmVersion(document, ["version"], first.name, inLock(first.role), survey);
  const members = document.keys("packages").flatMap((key) => {
    const one = key === "" ? first : packageAt(inTree(folder, key), survey);
    if (one === undefined) return [];
    return [
      ...npmVersion(document, ["packages", key, "version"], one.name, inLock(one.role), survey),
      ...npmRequirements(document, ["packages", key], "lock", survey),
    ];
  });
  return [...top, ...members];
}

function packageAt(folder: string, { packages }: Survey): SurveyedPackage | undefined {
  return packages.find(({ ecosystem, file }) => ecosystem === "npm" && folderOf(file) === folder);
}

function packageNamed(name: string | undefined, { packages }: Survey): SurveyedPackage | undefined {
  return packages.find((one) => one.ecosystem === "npm" && one.name === name);
}
