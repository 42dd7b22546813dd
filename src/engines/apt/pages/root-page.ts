/** The page at the root of a repository: how to follow it, and which suites it has. Made of their Release files alone. */
import { markup, joined } from "../../../formats/html.ts";
import type { ReleaseFile } from "../../../formats/release-file.ts";
import { formatTime } from "../../../formats/time.ts";
import { page } from "./frame.ts";
import { instructions } from "./instructions.ts";

export interface PageSuite {
  /** Its folder below dists/. */
  readonly name: string;
  readonly release: ReleaseFile;
}

export interface Site {
  readonly name: string;
  readonly url: string | null;
  readonly fingerprint: string | null;
  /** Sorted by name; at least one. */
  readonly suites: readonly PageSuite[];
}

export function rootPage({ name, url, fingerprint, suites }: Site): string {
  const main = suites.find((suite) => suite.name === "stable") ?? suites[0];
  if (main === undefined) throw new Error("a repository without suites has no page");
  const { origin, label, description } = main.release;
  const rows = suites.map(
    ({ name: suite, release }) =>
      markup`<tr>
        <td><a href="${suiteLink(suite)}">${suite}</a></td>
        <td>${release.description ?? ""}</td>
        <td>${release.components.join(", ")}</td>
        <td>${release.architectures.join(", ")}</td>
        <td>${day(release.date)}</td>
      </tr>`,
  );
  const body = markup`<h1>${label === "" ? origin : label}</h1>
    <p>${description ?? "An APT repository for Debian and its relatives."}</p>
    <h2>Install</h2>
    ${instructions({ name, url, suite: main.name, components: main.release.components, fingerprint, package: "PACKAGE" })}
    <h2>Suites</h2>
    <table>
      <thead>
        <tr>
          <th>Suite</th>
          <th>About</th>
          <th>Components</th>
          <th>Architectures</th>
          <th>Changed</th>
        </tr>
      </thead>
      <tbody>
        ${joined(rows)}
      </tbody>
    </table>`;
  return page({ title: `${label === "" ? origin : label}: packages for apt`, toRoot: "./", url, body });
}

function suiteLink(suite: string): string {
  return `dists/${suite.split("/").map(encodeURIComponent).join("/")}/index.html`;
}

/** The day in UTC, of seconds since 1970. */
export function day(seconds: number): string {
  return formatTime(seconds * 1000).slice(0, 10);
}
