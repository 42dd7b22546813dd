/** Packages of one suite into another: the same files, so what was tried there is what is installed here. */
import { ReleaseError } from "../../domain/errors/index.ts";
import { quoted } from "../../domain/quoted.ts";
import { stanzaField } from "../../formats/index-stanzas.ts";
import { nextState, updateSuite, type ComponentChange, type Repository } from "./change.ts";
import { companionsOf } from "./companions.ts";
import { entriesWith, type IndexChange, type PackageEntry } from "./chunks.ts";
import { suitePackages, type SuitePackage } from "./contents-of-suite.ts";
import { keyText, type PackageKey } from "./package-key.ts";
import { withPhase } from "./package-stanza.ts";
import { openSuite, packagesPath, type OpenSuite } from "./packages-index.ts";
import type { Suite } from "./suite.ts";
import { wholeDescriptions } from "./translation-index.ts";

export interface Promotion {
  readonly from: Suite;
  readonly to: string;
  readonly name: string;
  readonly version: string;
}

/** Answers what came to the suite; nothing where all of it was there. null where there is no such suite. */
export async function promotePackages(
  repository: Repository,
  { from, to, name, version }: Promotion,
): Promise<readonly PackageKey[] | null> {
  const source = openSuite(repository.storage, from);
  const found = (await suitePackages(source)).filter(({ key }) => key.name === name && key.version === version);
  const chosen = await described(repository, from, found);
  if (chosen.length === 0) {
    throw new ReleaseError("APT_PACKAGE_MISSING", {
      what: `The suite ${from.name} has no ${quoted(name)} of version ${quoted(version)}.`,
      next: `See what it has: ggen-release apt list --suite ${from.name}`,
    });
  }
  let came: readonly PackageKey[] = [];
  const after = await updateSuite(repository, to, async (open) => {
    if (open === null) return null;
    const changes = await changesOf(open, chosen);
    came = [...changes.values()]
      .flatMap((change) => [...change.values()])
      .flatMap(({ put }) => put.map(({ key }) => key));
    return changes.size === 0 ? null : nextState(repository, open, changes);
  });
  return after === null ? null : [...new Map(came.map((key) => [keyText(key), key])).values()];
}

/** With all that they say, for a suite that has no translations: their own may have it in a file of its own. */
async function described(
  { storage }: Repository,
  from: Suite,
  packages: readonly SuitePackage[],
): Promise<readonly SuitePackage[]> {
  if (!companionsOf(from.release).translation) return packages;
  const whole: SuitePackage[] = [];
  for (const [component, group] of Map.groupBy(packages, (one) => one.component)) {
    const describe = await wholeDescriptions(storage, from, component);
    whole.push(...group.map((one) => ({ ...one, stanza: describe(one) })));
  }
  return whole;
}

async function changesOf(
  open: OpenSuite,
  chosen: readonly SuitePackage[],
): Promise<ReadonlyMap<string, ComponentChange>> {
  const changes = new Map<string, Map<string, IndexChange>>();
  for (const each of chosen) {
    const architectures = each.key.architecture === "all" ? open.suite.release.architectures : [each.key.architecture];
    for (const architecture of architectures) {
      const { chunks } = await open.packages(packagesPath(each.component, architecture));
      const present = entriesWith(chunks, [each.key]).get(keyText(each.key));
      if (present !== undefined) {
        demandSameFile(present, each, open.suite.name);
        continue;
      }
      const component = changes.get(each.component) ?? new Map<string, IndexChange>();
      const put = [...(component.get(architecture)?.put ?? []), wholly(each)];
      changes.set(each.component, component.set(architecture, { put, drop: [] }));
    }
  }
  return changes;
}

/** A suite in which it is tried on some machines first does not make the next one slow. */
function wholly({ key, stanza }: PackageEntry): PackageEntry {
  return { key, stanza: withPhase(stanza, 100) };
}

function demandSameFile(present: PackageEntry, wanted: PackageEntry, suite: string): void {
  if (stanzaField(present.stanza, "SHA256") === stanzaField(wanted.stanza, "SHA256")) return;
  throw new ReleaseError("APT_FILE_CONFLICT", {
    what: `${suite} has ${present.key.name} ${present.key.version} with other bytes.`,
    next: "Give the package another version or Debian revision (packages.deb.revision), and add that.",
  });
}
