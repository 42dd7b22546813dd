/**
 * A package of programs or of files alone: what it holds, and what dpkg is told of it. Invariant: every library that a
 * program needs is in its Depends, and a package for all architectures holds none.
 */
import type { PlannedArtifact } from "../../domain/artifact.ts";
import type { DataEntry } from "../../engines/deb/data-entries.ts";
import { deriveDepends } from "../../engines/deb/depends.ts";
import type { PlacedFile } from "../../engines/deb/placed-file.ts";
import { requireStarts } from "../../engines/deb/suites.ts";
import type { DebPackage } from "../../engines/deb/write.ts";
import type { PackageInputs } from "../../ports/packager.ts";
import { debDocuments } from "./deb-documents.ts";
import { mappedFiles } from "./deb-files.ts";
import { debFolder } from "./deb-folder.ts";
import { controlData } from "./deb-identity.ts";
import { elves, type LinkedFile, programs } from "./deb-programs.ts";
import { overridesBy, overridesFor, overridesOf } from "./deb-overrides.ts";
import type { DebPlan } from "./deb-plan.ts";
import { controlFiles } from "./deb-scripts.ts";
import type { DebSection } from "./deb-section.ts";
import { services } from "./deb-services.ts";
import { split } from "./deb-symbols.ts";
import { debTexts } from "./deb-texts.ts";

export async function debContents(plan: DebPlan, main: DebSection, inputs: PackageInputs): Promise<DebPackage> {
  const { identity, section, role } = plan;
  const isMain = role === "main";
  const folder = debFolder(folderOf(main), identity.name, isMain, inputs);
  const mapped = await mappedFiles(section.files ?? {}, inputs);
  const made = await programs(plan.artifact, inputs);
  const linked = await elves([...made, ...mapped.files], plan, inputs);
  const files = [
    ...(main.dbgsym === true && made.length > 0 ? await stripped(made, linked, plan, inputs) : made),
    ...mapped.files,
  ];
  for (const { file, elf } of linked) requireStarts(file.at, elf, main.suites ?? []);
  const service = await services({ name: identity.name, section, folder, placed: mapped.files, inputs });
  const own = await controlFiles(identity.name, section, folder, service.snippets, inputs);
  const named = linked.map(({ file }) => ({ name: file.at, path: file.path }));
  const libraries = await deriveDepends(named, inputs.files, main.libraries ?? {});
  const control = controlData(inputs.project, plan, [...libraries, ...service.depends, ...own.depends]);
  const isNode = inputs.project.builds.some(({ id, builder }) => builder === "node" && isFrom(plan.artifact, id));
  const overrides = [
    ...overridesFor(
      linked.map(({ elf }) => elf),
      isNode,
    ),
    ...overridesOf(control),
    ...overridesBy(plan.compression),
  ];
  const data: DataEntry[] = [
    ...mapped.others,
    ...service.data,
    ...(isMain ? await debDocuments(identity, inputs) : []),
    ...(await debTexts(identity, section, folder, overrides, inputs)),
    ...files.map(({ at, path, size, executable }): DataEntry => {
      return { kind: "file", path: at, size, executable, content: inputs.files.open(path) };
    }),
  ];
  return { ...own, control, data };
}

/** Programs of which the debug information is in a package of its own. */
async function stripped(
  made: readonly PlacedFile[],
  linked: readonly LinkedFile[],
  plan: DebPlan,
  inputs: PackageInputs,
): Promise<readonly PlacedFile[]> {
  const parts = await split(
    linked.filter(({ file }) => made.includes(file)),
    plan,
    inputs,
  );
  return made.map((file) => parts.find(({ program }) => program.at === file.at)?.program ?? file);
}

function folderOf({ "debian-folder": folder = "debian" }: DebSection): string | null {
  return folder === false ? null : folder;
}

function isFrom({ from }: PlannedArtifact, build: string): boolean {
  return from.some((planned) => planned.startsWith(`${build}:`));
}
