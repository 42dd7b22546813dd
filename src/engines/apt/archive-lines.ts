/**
 * What users type to follow a repository (apt-secure(8), sources.list(5), "DEB822-STYLE FORMAT"): the key in a file that
 * speaks for this repository alone, and a source that names it.
 */
import { ReleaseError } from "../../domain/errors/index.ts";
import { quoted } from "../../domain/quoted.ts";

/** After whom files are called on users' machines: of an origin `Tool & Co.`, `tool-co`. */
export function archiveName(origin: string): string {
  const name = origin
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-+|-+$/g, "")
    .slice(0, 40)
    .replace(/-$/, "");
  return name.length < 2 ? "archive" : name;
}

export interface Source {
  readonly url: string;
  readonly suites: readonly string[];
  readonly components: readonly string[];
  /** File with the key on the user's machine; null for a repository that is not signed. */
  readonly key: string | null;
}

/** The lines of a .sources file, without a newline at the end. */
export function sourceLines({ url, suites, components, key }: Source): readonly string[] {
  return [
    "Types: deb",
    `URIs: ${url}`,
    `Suites: ${suites.join(" ")}`,
    `Components: ${components.join(" ")}`,
    key === null ? "Trusted: yes" : `Signed-By: ${key}`,
  ];
}

/** Where the instructions lay the key; its package has a place of its own (dpkg owns that one). */
export function keyringPath(name: string): string {
  return `/etc/apt/keyrings/${name}.asc`;
}

export function sourcePath(name: string): string {
  return `/etc/apt/sources.list.d/${name}.sources`;
}

/** An address that can stand in a shell's command and in a source without quotes. */
const plainAddress = /^(?:https?:\/\/[A-Za-z0-9.-]+(?::\d{1,5})?|file:)(?:\/[A-Za-z0-9._~%+/-]*)?$/;

/** Where users read a repository, without a slash at the end. Throws APT_NAME_INVALID. */
export function parseRepositoryAddress(text: string): string {
  if (plainAddress.test(text) && text.length <= 2000) return text.replace(/\/+$/, "");
  throw new ReleaseError("APT_NAME_INVALID", {
    what: `${quoted(text)} is not the address of a repository that can stand in a source of apt as it is.`,
    next: "Write it without user name, blanks, quotes or question mark, for example https://example.org/apt",
  });
}
