/**
 * Which .deb files a project makes: per architecture the package of its programs, and where asked for their debug
 * symbols; and packages for all architectures. Invariant: every package has a name of its own, and what cannot become a
 * package is refused here, before anything is built, as far as names and fields can tell.
 */
import { ReleaseError } from "../../domain/errors/index.ts";
import { quoted } from "../../domain/quoted.ts";
import type { PlannedArtifact } from "../../domain/artifact.ts";
import type { Project } from "../../domain/project.ts";
import { debianArchitecture, type Target } from "../../domain/target.ts";
import { formatControl } from "../../engines/deb/control.ts";
import type { DebCompression } from "../../engines/deb/compression.ts";
import { withoutEpoch } from "../../formats/debian-version.ts";
import { compressionOf } from "./deb-compression.ts";
import { controlData, type DebIdentity, identify } from "./deb-identity.ts";
import type { DebSection, FurtherSection } from "./deb-section.ts";
import { targetBuilds } from "./targets.ts";

export interface DebPlan {
  readonly artifact: PlannedArtifact;
  readonly identity: DebIdentity;
  /** What the package says of itself: of a further one, its own section. */
  readonly section: FurtherSection;
  /** `main` also gets files of the debian folder that name no package. */
  readonly role: "main" | "further" | "symbols";
  /** Debian's name of the architecture, or `all`. */
  readonly architecture: string;
  /** Absent where the package is for all. */
  readonly target?: Target;
  readonly compression: DebCompression;
}

/** What a file system holds in one name, less the longest suffix that a release adds (`.sha256`). */
const longestFileName = 248;

/** Throws CONFIG_INVALID, PROJECT_FIELD_MISSING, DEB_*. */
export function planDebs(project: Project, section: DebSection): readonly DebPlan[] {
  const targets = section.architecture === "all" ? [] : requiredTargets(project);
  const plans = [
    ...(section.architecture === "all" ? [forAll(project, section, section, "main")] : []),
    ...targets.flatMap((target) => forTarget(project, section, target)),
    ...(section.further ?? []).map((further) => forAll(project, section, further, "further")),
  ];
  for (const plan of plans) formatControl(controlData(project, plan, []), 0);
  const names = new Set<string>();
  for (const { file } of plans.map(({ artifact }) => artifact)) {
    requireFileName(file);
    if (names.has(file)) throw twice(file);
    names.add(file);
  }
  return plans;
}

function forTarget(project: Project, section: DebSection, { target, architecture, from }: DebianTarget): DebPlan[] {
  const identity = identify(project, section);
  const common = { section, architecture, target, compression: compressionOf(project, section, from) };
  const artifact = (id: string, name: string): PlannedArtifact => ({
    id: `${id}:${target.id}`,
    ...planned(name, identity, common),
    target: target.id,
    from,
  });
  const main: DebPlan = { ...common, identity, role: "main", artifact: artifact("deb", identity.name) };
  if (section.dbgsym !== true) return [main];
  requireStrippable(project, from);
  const name = `${identity.name}-dbgsym`;
  // lintian takes nothing but xz and gzip, and no overrides in such a package; its files are compressed in themselves.
  const packed = { ...common, compression: common.compression === "xz" ? "xz" : "gzip" } as const;
  const symbols: DebPlan = {
    ...packed,
    identity: { ...identity, name },
    role: "symbols",
    artifact: { ...artifact("deb-dbgsym", name), compression: packed.compression },
  };
  return [main, symbols];
}

/** Node's single executables carry the program in what strip takes away. */
function requireStrippable({ builds }: Project, from: readonly string[]): void {
  const node = builds.find(({ id, builder }) => builder === "node" && from.some((build) => build.startsWith(`${id}:`)));
  if (node === undefined) return;
  throw new ReleaseError("CONFIG_INVALID", {
    what: `packages.deb.dbgsym would strip what the build ${node.id} makes, and destroy the program in it.`,
    next: "Write dbgsym: false under packages.deb.",
  });
}

function forAll(project: Project, main: DebSection, own: FurtherSection, role: "main" | "further"): DebPlan {
  const { epoch, revision } = main;
  const identity = identify(project, {
    ...own,
    ...(epoch === undefined ? {} : { epoch }),
    ...(revision === undefined ? {} : { revision }),
  });
  if (own["multi-arch"] === "same") {
    throw new ReleaseError("DEB_FIELD_INVALID", {
      what: `${identity.name} is for all architectures and says "multi-arch: same", which dpkg refuses.`,
      next: 'Write "multi-arch: foreign", or take the line out.',
    });
  }
  const common = { section: own, architecture: "all", compression: compressionOf(project, main, []) };
  const id = role === "main" ? "deb:all" : `deb:all:${identity.name}`;
  const artifact: PlannedArtifact = { id, ...planned(identity.name, identity, common), from: [] };
  return { ...common, identity, role, artifact };
}

function planned(
  name: string,
  { version }: DebIdentity,
  { architecture, compression }: { readonly architecture: string; readonly compression: DebCompression },
): Pick<PlannedArtifact, "kind" | "format" | "file" | "compression"> {
  const file = `${name}_${withoutEpoch(version)}_${architecture}.deb`;
  return { kind: "deb", format: "deb", file, compression };
}

export interface DebianTarget {
  readonly target: Target;
  readonly architecture: string;
  readonly from: readonly string[];
}

function requiredTargets(project: Project): readonly DebianTarget[] {
  const targets = debianTargets(project);
  if (targets.length > 0) return targets;
  throw new ReleaseError("CONFIG_INVALID", {
    what: "packages.deb is asked for, and no build is for a Linux system that Debian has.",
    next: 'Add a target such as x86_64-linux-gnu to a build, or write "deb: false".',
  });
}

/** Debian's own C library first, then programs that need none, then musl, which Debian does not run on. */
const preference: readonly (string | undefined)[] = ["gnu", undefined, "musl"];

/** One per architecture, called after the first of its targets; a program that several targets make comes from the first. */
export function debianTargets(project: Pick<Project, "builds">): readonly DebianTarget[] {
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

function requireFileName(file: string): void {
  if (Buffer.byteLength(file) <= longestFileName) return;
  throw new ReleaseError("DEB_VERSION_INVALID", {
    what: `The package's file name would have ${Buffer.byteLength(file)} bytes; with its .sha256 a file system holds ${longestFileName}.`,
    next: "Choose a shorter version, or a shorter packages.deb.name.",
  });
}

function twice(file: string): ReleaseError {
  return new ReleaseError("FILE_NAME_COLLISION", {
    what: `Two packages of packages.deb would be ${quoted(file)}.`,
    next: "Give each of packages.deb.further a name of its own.",
  });
}
