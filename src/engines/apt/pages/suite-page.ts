/** The page of one suite: how to follow it, and the newest version of each of its packages. */
import { markup, joined, type Html } from "../../../formats/html.ts";
import { stanzaField } from "../../../formats/index-stanzas.ts";
import type { PackageEntry } from "../chunks.ts";
import { compareKeys } from "../package-key.ts";
import { packagesPath } from "../packages-index.ts";
import { page } from "./frame.ts";
import { instructions } from "./instructions.ts";
import { day, type PageSuite, type Site } from "./root-page.ts";

/** A page with more of them helps nobody to find one. */
const packagesShown = 500;

/** `packages`: all of the suite, or how many they are where they are too many; null where even that is not known. */
export function suitePage(
  { name, url, fingerprint }: Site,
  { name: suite, release }: PageSuite,
  packages: readonly PackageEntry[] | number | null,
): string {
  const newest = typeof packages === "object" && packages !== null ? newestOf(packages) : [];
  const { components } = release;
  const example = newest.find(([one]) => plainName.test(one.key.name))?.[0].key.name ?? "PACKAGE";
  const toRoot = "../".repeat(suite.split("/").length + 1);
  const body = markup`<p><a href="${toRoot}index.html">All suites</a></p>
    <h1>${suite}</h1>
    <p>${release.description ?? ""}</p>
    <p class="quiet">${aboutOf(release)}</p>
    <h2>Install</h2>
    ${instructions({ name, url, suite, components, fingerprint, package: example })}
    <h2>Packages</h2>
    ${typeof packages === "object" && packages !== null && newest.length <= packagesShown ? tableOf(newest, toRoot) : many(packages, release)}`;
  return page({ title: `${suite}: packages for apt`, toRoot, url, body });
}

const plainName = /^[a-z0-9][a-z0-9+.-]+$/;

function aboutOf({ origin, label, codename, date, validUntil }: PageSuite["release"]): string {
  const until = validUntil === undefined ? [] : [`valid until ${day(validUntil)}`];
  return [`Origin ${origin}`, `label ${label}`, `codename ${codename}`, `changed ${day(date)}`, ...until].join(", ");
}

type Newest = readonly [newest: PackageEntry, all: readonly PackageEntry[]];

/** Of each name the newest version, and all packages of that version. */
function newestOf(packages: readonly PackageEntry[]): readonly Newest[] {
  const found: Newest[] = [];
  for (const group of Map.groupBy(packages, ({ key }) => key.name).values()) {
    const [newest] = group.toSorted((a, b) => compareKeys(b.key, a.key));
    if (newest === undefined) continue;
    found.push([newest, group.filter(({ key }) => key.version === newest.key.version)]);
  }
  return found.sort(([a], [b]) => compareKeys(a.key, b.key));
}

function tableOf(newest: readonly Newest[], toRoot: string): Html {
  if (newest.length === 0) return markup`<p>None yet.</p>`;
  const rows = newest.map(
    ([{ key, stanza }, all]) =>
      markup`<tr>
        <td><strong>${text(key.name)}</strong></td>
        <td>${text(key.version)}</td>
        <td>${all.map((one) => fileLink(one, toRoot))}</td>
        <td>${text(stanzaField(stanza, "Description") ?? "")}</td>
      </tr>`,
  );
  return markup`<table>
    <thead>
      <tr>
        <th>Package</th>
        <th>Version</th>
        <th>Files</th>
        <th>About</th>
      </tr>
    </thead>
    <tbody>
      ${joined(rows)}
    </tbody>
  </table>`;
}

function fileLink({ key, stanza }: PackageEntry, toRoot: string): Html {
  const path = text(stanzaField(stanza, "Filename") ?? "");
  // A path that leaves the tree, or is none, gets no link.
  if (path.split("/").includes("..") || !/^[^/:]/.test(path)) return markup`${text(key.architecture)}`;
  return markup`<a href="${toRoot}${path.split("/").map(encodeURIComponent).join("/")}">${text(key.architecture)}</a>`;
}

function many(
  packages: readonly PackageEntry[] | number | null,
  { components, architectures }: PageSuite["release"],
): Html {
  const count =
    packages === null
      ? "More than can be shown here"
      : typeof packages === "number"
        ? `${packages} packages`
        : `${packages.length} packages`;
  const links = components.flatMap((component) =>
    architectures.map((architecture) => {
      const path = packagesPath(component, architecture);
      return markup`<a href="${path.split("/").map(encodeURIComponent).join("/")}">${path}</a>`;
    }),
  );
  return markup`<p>${count}. They are listed in ${joined(links, ", ")}.</p>`;
}

/** Stanzas are bytes; what is not UTF-8 in them is shown as such. */
function text(bytes: string): string {
  return Buffer.from(bytes, "latin1").toString();
}
