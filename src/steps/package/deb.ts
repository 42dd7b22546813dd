/**
 * `deb`: Debian packages, one per architecture with everything that the Linux builds of it make, their debug symbols, and
 * packages for all architectures. deb-plan.ts says which, deb-contents.ts and deb-symbols.ts what is in them.
 */
import { isGlob } from "../../engines/values/glob.ts";
import type { Packager } from "../../ports/packager.ts";
import { debianTargets, planDebs } from "./deb-plan.ts";
import { debSection, type DebSection, type FurtherSection } from "./deb-section.ts";

export const deb: Packager<DebSection> = {
  format: "deb",
  section: debSection,
  needs: ["maintainer", "summary"],
  defaults: ({ about, builds }) =>
    about.maintainer !== undefined && about.summary !== undefined && debianTargets({ builds }).length > 0 ? {} : null,
  sources: (section) => [section, ...(section.further ?? [])].flatMap(sourcesOf),
  plan: (project, section) => planDebs(project, section).map(({ artifact }) => artifact),
  async write(artifact, section, inputs) {
    const plan = planDebs(inputs.project, section).find(({ artifact: { id } }) => id === artifact.id);
    if (plan === undefined) throw new Error(`${artifact.id} is no package of this project`);
    // Loaded when something is written: whoever plans does without.
    const { writePackage } = await import("./deb-package.ts");
    return writePackage(plan, section, inputs);
  },
};

/** Globs are looked at when they are packed. */
function sourcesOf(section: FurtherSection): readonly string[] {
  const { files = {}, scripts = {}, systemd = [], debconf = {} } = section;
  return [
    ...Object.keys(files).filter((path) => !isGlob(path)),
    ...Object.values(scripts),
    ...systemd.map(({ unit }) => unit),
    ...Object.values(debconf),
    section.copyright,
    section.changelog,
    section["lintian-overrides"],
    section.sysusers,
    section.tmpfiles,
    section.triggers,
  ].filter((path) => path !== undefined);
}
