/**
 * Web addresses that packages carry. Refused: credentials (they would be published), and hosts that are reserved for
 * documentation and testing (RFC 2606, RFC 6761) or plainly stand for something that was never filled in.
 */
import { ReleaseError } from "../../domain/errors/index.ts";
import { quoted } from "../../domain/quoted.ts";
import { redacted } from "./redacted.ts";

const reservedHost =
  /^(?:(?:.*\.)?(?:example|invalid|test|localhost|local|localdomain)|(?:.*\.)?example\.(?:com|org|net|edu)|127\.[0-9.]+|0\.0\.0\.0|\[::1?\])$/;
const standIn =
  /^(?:placeholder|changeme|change-me|todo|fixme|xxx+|(?:your|my)[-_]?(?:name|org|organi[sz]ation|user(?:name)?|repo|project|company|domain|account))$/;

/** The address as given, without a trailing slash of an empty path. Throws CONFIG_INVALID, CONFIG_URL_CREDENTIALS, CONFIG_URL_RESERVED. */
export function parseWebAddress(text: string): string {
  const address = /^https?:\/\/[^\s"'<>`\\^{|}]+$/i.test(text) && text.length <= 2000 ? URL.parse(text) : null;
  if (hasCredentials(text)) throw credentialsRefused(text);
  if (address === null) {
    throw new ReleaseError("CONFIG_INVALID", {
      what: `${quoted(redacted(text))} is not a web address.`,
      next: "Write it with its scheme, for example https://github.com/owner/project.",
    });
  }
  if (isReserved(address)) {
    throw new ReleaseError("CONFIG_URL_RESERVED", {
      what: `${quoted(text)} is a placeholder: nobody can own ${quoted(reservedPart(address))}.`,
      next: "Write the real address, or take the line out.",
    });
  }
  return address.pathname === "/" && address.search === "" && address.hash === "" ? text.replace(/\/$/, "") : text;
}

/** Whether some address in the text carries a user or a password. `ssh://git@host` is how git names an account, no secret. */
export function hasCredentials(text: string): boolean {
  // No scheme is as long as 40 characters; without a bound, a long word would be searched from each of its letters.
  return /(?:https?|ftp):\/\/[^/?#\s]*@|[a-z][a-z0-9+.-]{0,40}:\/\/[^/?#\s@:]*:[^/?#\s@]+@/i.test(text);
}

export function credentialsRefused(text: string): ReleaseError {
  return new ReleaseError("CONFIG_URL_CREDENTIALS", {
    what: `The address ${quoted(redacted(text))} carries credentials (not shown).`,
    next: "Take them out of the address, and revoke them if the file was ever pushed.",
  });
}

function isReserved(address: URL): boolean {
  return reservedPart(address) !== "";
}

function reservedPart(address: URL): string {
  const host = address.hostname.toLowerCase().replace(/\.$/, "");
  if (reservedHost.test(host)) return host;
  const words = [...host.split("."), ...address.pathname.toLowerCase().split("/")];
  return words.find((word) => standIn.test(word)) ?? "";
}
