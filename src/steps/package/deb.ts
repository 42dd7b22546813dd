/**
 * `deb`: one Debian package per architecture, with everything that the Linux builds of it make. Invariant: what cannot
 * become a package is refused in the plan, before anything is built, as far as names and fields can tell.
 */
import type { PlannedArtifact } from "../../domain/artifact.ts";
import { ReleaseError } from "../../domain/errors/index.ts";
import type { Project } from "../../domain/project.ts";
import { debianArchitecture, parseTarget, type Target } from "../../domain/target.ts";
import { regularFile } from "../../engines/archive/inside.ts";
import { formatControl } from "../../engines/deb/control.ts";
import type { DataEntry } from "../../engines/deb/data-entries.ts";
import { deriveDepends } from "../../engines/deb/depends.ts";
import { isElf, type PlacedFile } from "../../engines/deb/placed-file.ts";
import { requireSafeMode } from "../../engines/safe-mode.ts";
import { writeDeb } from "../../engines/deb/write.ts";
import { withoutEpoch } from "../../formats/debian-version.ts";
import type { InputFile, PackageInputs, Packager } from "../../ports/packager.ts";
import { debDocuments } from "./deb-documents.ts";
import { mappedFiles } from "./deb-files.ts";
import { debFolder } from "./deb-folder.ts";
import { controlData, identify } from "./deb-identity.ts";
import { controlFiles } from "./deb-scripts.ts";
import { debSection, type DebSection } from "./deb-section.ts";
import { services } from "./deb-services.ts";
import { targetBuilds } from "./targets.ts";

/** What a file system holds in one name, less the longest suffix that a release adds (`.sha256`). */
const longestFileName = 248;

export const deb: Packager<DebSection> = {
  format: "deb",
  section: debSection,
  needs: ["maintainer", "summary"],
  defaults: ({ about, builds }) =>
    about.maintainer !== undefined && about.summary !== undefined && debianTargets({ builds }).length > 0 ? {} : null,
  sources: ({ files = {}, scripts: own = {}, copyright, changelog, "lintian-overrides": overrides }) =>
    [...Object.keys(files), ...Object.values(own), copyright, changelog, overrides].filter(
      (path) => path !== undefined,
    ),
  plan(project, section) {
    const identity = identify(project, section);
    const targets = debianTargets(project);
    if (targets.length === 0) {
      throw new ReleaseError("CONFIG_INVALID", {
        what: "packages.deb is asked for, and no build is for a Linux system that Debian has.",
        next: 'Add a target such as x86_64-linux-gnu to a build, or write "deb: false".',
      });
    }
    return targets.map(({ target, architecture, from }) => {
      formatControl(controlData(project, section, architecture, []), 0);
      const file = `${identity.name}_${withoutEpoch(identity.version)}_${architecture}.deb`;
      requireFileName(file);
      return { id: `deb:${target.id}`, kind: "deb", format: "deb", file, target: target.id, from };
    });
  },
  async write(artifact, section, inputs) {
    const identity = identify(inputs.project, section);
    const mapped = await mappedFiles(section.files ?? {}, inputs);
    const files = [...(await programs(artifact, inputs)), ...mapped.files];
    const folder = debFolder(folderOf(section), identity.name, true, inputs);
    const service = await services({ name: identity.name, section, folder, placed: mapped.files, inputs });
    const control = await controlFiles(identity.name, section, folder, service.snippets, inputs);
    const data: DataEntry[] = [...mapped.others, ...service.data, ...(await debDocuments(identity, section, inputs))];
    const linked: { readonly name: string; readonly path: string }[] = [];
    for (const file of files) {
      if (await isElf(file, inputs.files)) linked.push({ name: file.at, path: file.path });
      const { at, size, executable } = file;
      data.push({ kind: "file", path: at, size, executable, content: inputs.files.open(file.path) });
    }
    const libraries = await deriveDepends(linked, inputs.files, section.libraries ?? {});
    const depends = [...libraries, ...service.depends, ...control.depends];
    const architecture = debianArchitecture(parseTarget(artifact.target ?? "")) ?? "";
    const fields = controlData(inputs.project, section, architecture, depends);
    return writeDeb({ ...control, control: fields, data }, inputs);
  },
};

interface DebianTarget {
  readonly target: Target;
  readonly architecture: string;
  readonly from: readonly string[];
}

/** Debian's own C library first, then programs that need none, then musl, which Debian does not run on. */
const preference: readonly (string | undefined)[] = ["gnu", undefined, "musl"];

/** One per architecture, called after the first of its targets; a program that several targets make comes from the first. */
function debianTargets(project: Pick<Project, "builds">): readonly DebianTarget[] {
  const candidates = targetBuilds(project).filter(({ target }) => debianArchitecture(target) !== undefined);
  const groups = Map.groupBy(candidates, ({ target }) => debianArchitecture(target) ?? "");
  return [...groups].flatMap(([architecture, group]) => {
    const ordered = group.toSorted((a, b) => preference.indexOf(a.target.libc) - preference.indexOf(b.target.libc));
    const builds = new Map<string, string>();
    for (const { name, build } of ordered.flatMap((one) => one.programs)) {
      if (!builds.has(name)) builds.set(name, build);
    }
    return ordered.slice(0, 1).map(({ target }) => ({ target, architecture, from: [...new Set(builds.values())] }));
  });
}

/** Of a name that several builds make, the first one planned counts. */
async function programs({ from }: PlannedArtifact, inputs: PackageInputs): Promise<readonly PlacedFile[]> {
  const found = new Map<string, InputFile>();
  for (const binary of from.flatMap((build) => inputs.binaries(build))) {
    if (!found.has(binary.name)) found.set(binary.name, binary);
  }
  return Promise.all([...found.values()].map((binary) => program(binary, inputs)));
}

async function program({ name, path, size, mode }: InputFile, { source, files }: PackageInputs): Promise<PlacedFile> {
  requireSafeMode(path, mode);
  if ((mode & 0o111) === 0) {
    throw new ReleaseError("BINARY_NOT_EXECUTABLE", {
      what: `${path} has mode ${mode.toString(8)}: nobody may run it.`,
      next: "Let the build set the bit (chmod +x), then run the same command again.",
    });
  }
  return { at: `/usr/bin/${name}`, path: await regularFile(path, source, files), size, executable: true };
}

function folderOf({ "debian-folder": folder = "debian" }: DebSection): string | null {
  return folder === false ? null : folder;
}

function requireFileName(file: string): void {
  if (Buffer.byteLength(file) <= longestFileName) return;
  throw new ReleaseError("DEB_VERSION_INVALID", {
    what: `The package's file name would have ${Buffer.byteLength(file)} bytes; with its .sha256 a file system holds ${longestFileName}.`,
    next: "Choose a shorter version, or a shorter packages.deb.name.",
  });
}
