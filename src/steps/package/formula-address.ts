/** Where a formula fetches an archive: the address of a release's file, and what Homebrew reads from it. */
import { ReleaseError } from "../../domain/errors/index.ts";
import type { Project } from "../../domain/project.ts";
import { quoted } from "../../domain/quoted.ts";

export type AddressProject = Pick<Project, "name" | "version" | "tag" | "about">;

/** Forges where releases lie elsewhere than on GitHub, Gitea and Forgejo. */
const otherwise = /^(?:gitlab\.|bitbucket\.org$|git\.sr\.ht$|sourceforge\.net$)/;

/** The address of a release's file in the repository, or undefined where it cannot be known. */
export function repositoryTemplate({ about: { repository } }: Pick<AddressProject, "about">): string | undefined {
  const address = repository === undefined ? null : URL.parse(repository);
  if (address === null || !/^https?:$/.test(address.protocol) || otherwise.test(address.hostname)) return undefined;
  return "{repository}/releases/download/{tag}/{file}";
}

/** Throws CONFIG_INVALID, CONFIG_URL_CREDENTIALS. */
export function downloadAddress(template: string, project: AddressProject, file: string): string {
  const values: Readonly<Record<string, string>> = {
    repository: repositoryAddress(project),
    tag: encodeURIComponent(project.tag),
    version: encodeURIComponent(project.version.text),
    file: encodeURIComponent(file),
  };
  const address = template.replace(/\{([^{}]*)\}/g, (place, name: string) => values[name] ?? place);
  const parsed = /^https?:\/\/[^\s"'<>`\\^{|}]+$/.test(address) ? URL.parse(address) : null;
  if (parsed === null || !template.includes("{file}")) {
    throw new ReleaseError("CONFIG_INVALID", {
      what: `packages.formula.url: ${quoted(template)} makes no address of a file.`,
      next: "Write an https address with {file} in it; {repository}, {tag} and {version} may be used too.",
    });
  }
  if (parsed.username === "" && parsed.password === "") return address;
  throw new ReleaseError("CONFIG_URL_CREDENTIALS", {
    what: "packages.formula.url carries credentials (not shown).",
    next: "Take them out of the address, and revoke them if the file was ever pushed.",
  });
}

export function repositoryAddress({ about: { repository = "" } }: Pick<AddressProject, "about">): string {
  return repository.replace(/\/+$/, "").replace(/\.git$/, "");
}

/**
 * Whether Homebrew reads the right version from the address (its Version.detect: a GitHub release's tag first, then the
 * file's name). Stating what it reads itself is refused by its audit; not stating what it misreads is a wrong version.
 */
export function tellsVersion(address: string, { name, version, tag }: AddressProject): boolean {
  if (!/^\d+(?:\.\d+)+$/.test(version.text)) return false;
  const inTag =
    /^https?:\/\/github\.com\/.+\/releases\/download\//.test(address) && /^[rvV]?_?\d+(?:\.\d+)+$/.test(tag);
  if (inTag) return tag.replace(/^[rvV]?_?/, "") === version.text;
  // A number in the name (`tool-2-1.2.3-…`), or what looks like an Erlang release anywhere (`-r13b`), is taken for it.
  return !/[-_.+@]\d/.test(name) && !/[-_]r\d+[ab]/i.test(address);
}
