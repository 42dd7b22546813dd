/**
 * Fields of manifests as packages can carry them. What a manifest says is tidied where its meaning stays, and left out
 * where a package could not carry it. Invariant: what is answered passes the checks of the configuration.
 */
import type { About } from "../../domain/project.ts";
import { licenseFrom } from "../values/license.ts";
import { parseMaintainer } from "../values/names.ts";
import { hasCredentials } from "../values/web-address.ts";

/** The fields that are known, in the order of the configuration. */
export function about(fields: { readonly [Field in keyof About]?: string | undefined }): About {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

/** One line without name or article before it or a full stop behind it; of long text its first sentence. */
export function summaryFrom(text: string | undefined): string | undefined {
  const line = plain(text ?? "");
  const sentence = line.length > 100 ? line.replace(/([^.]{20,}?[^.\s]{2,})[.!?:;] .*$/, "$1") : line;
  const bare = sentence.replace(/^(?:[\w.-]+ is )?(?:an?|the) (?=\S)/i, "").replace(/[.\s]+$/, "");
  if (bare === "" || bare.length > 250) return undefined;
  return bare === sentence.replace(/[.\s]+$/, "") ? bare : `${bare.charAt(0).toUpperCase()}${bare.slice(1)}`;
}

/** `git+https://host/x.git`, `git@host:x.git` and npm's `github:owner/name` name a page that people can open. */
export function addressFrom(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const address = text
    .trim()
    .replace(/^git\+/, "")
    .replace(/^(?:github:)?([\w.-]+\/[\w.-]+)$/, "https://github.com/$1")
    .replace(/^gitlab:([\w./-]+)$/, "https://gitlab.com/$1")
    .replace(/^bitbucket:([\w./-]+)$/, "https://bitbucket.org/$1")
    .replace(/^(?:ssh:\/\/)?git@([\w.-]+)[:/]/, "https://$1/")
    .replace(/^git:\/\//, "https://")
    .replace(/\.git(?=#|$)/, "");
  return /^https?:\/\/[^\s"'<>`\\^{|}]+$/.test(address) && !hasCredentials(address) && address.length <= 500
    ? address
    : undefined;
}

export function licenseField(text: string | undefined): string | undefined {
  return text === undefined || /^(?:unlicensed|see license)/i.test(text) ? undefined : licenseFrom(text);
}

/** A name with an address; a name alone is no maintainer that anybody could write to. */
export function maintainerFrom(text: string | undefined): string | undefined {
  const person = plain(text ?? "").replace(/ *\([^()]*\)$/, "");
  try {
    return parseMaintainer(person);
  } catch {
    return undefined;
  }
}

/** The last part of a repository's address: what people call the project. */
export function repositoryName(address: string | undefined): string | undefined {
  return address === undefined ? undefined : /\/([^/?#]+)\/?(?:[?#].*)?$/.exec(address)?.[1]?.toLowerCase();
}

/** One line, without control characters and marks that change how a line is shown. */
function plain(text: string): string {
  return text
    .toWellFormed()
    .replace(/\u001b\[[0-9;]*[A-Za-z]/g, "")
    .replace(/\$\{\{.*?\}\}/g, "")
    .replace(/[\u0000-\u0020\u007f-\u00a0\u061c\u200b\u200e\u200f\u2028-\u202f\u2066-\u2069\ufeff]+/g, " ")
    .trim();
}
