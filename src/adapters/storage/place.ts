/** What a user writes after --repo (RFC 3986 for ssh:; s3: as the AWS tools write it, without escapes). Invariant: no part of it can be taken for an option or leave the place. */
import { ReleaseError } from "../../domain/errors/index.ts";
import { quoted } from "../../domain/quoted.ts";

export type Place =
  | { readonly kind: "folder"; readonly path: string }
  | { readonly kind: "s3"; readonly bucket: string; readonly prefix: string }
  | {
      readonly kind: "ssh";
      readonly user: string | null;
      readonly host: string;
      readonly port: number | null;
      /** Absolute, without slash at its end. */
      readonly path: string;
    };

/** Failures: USAGE. */
export function parsePlace(text: string): Place {
  const [, scheme, rest = ""] = /^([A-Za-z][A-Za-z0-9+.-]*):\/\/(.*)$/s.exec(text) ?? [];
  if (text === "" || /[\u0000-\u001f\u007f]/.test(text)) throw noPlace(text, "is no place for a repository");
  if (scheme === undefined) return { kind: "folder", path: text };
  if (scheme.toLowerCase() === "s3") return parseBucket(text, rest);
  if (scheme.toLowerCase() === "ssh") return parseHost(text, rest);
  throw noPlace(text, "is no place for a repository");
}

function parseBucket(text: string, rest: string): Place {
  const [, bucket = "", prefix = ""] = /^([^/]*)(?:\/(.*?))?\/*$/.exec(rest) ?? [];
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket)) {
    throw noPlace(text, "names no bucket: 3 to 63 lower-case letters, digits, dots and hyphens");
  }
  if (prefix !== "" && !isPlainPath(prefix)) throw noPlace(text, "has a prefix with an empty part, . or ..");
  return { kind: "s3", bucket, prefix };
}

function parseHost(text: string, rest: string): Place {
  const [whole, user, host = "", port, path = ""] =
    /^(?:([^@/]*)@)?(\[[0-9A-Fa-f:.]+\]|[^@/:[\]]*)(?::(\d{1,5}))?(\/.*)?$/.exec(rest) ?? [];
  if (whole === undefined || !(/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(host) || host.startsWith("["))) {
    throw noPlace(text, "names no host");
  }
  if (user !== undefined && !/^[A-Za-z0-9_][A-Za-z0-9._-]*$/.test(user))
    throw noPlace(text, "names no user, or a password");
  if (port !== undefined && (Number(port) < 1 || Number(port) > 65_535)) throw noPlace(text, "names no port");
  const folder = decoded(path)?.replace(/\/+$/, "");
  if (folder === undefined || folder === "" || !isPlainPath(folder.slice(1))) {
    throw noPlace(text, "names no folder below the root, such as /srv/apt");
  }
  return {
    kind: "ssh",
    user: user ?? null,
    host: host.replace(/^\[|\]$/g, ""),
    port: port === undefined ? null : Number(port),
    path: folder,
  };
}

/** undefined for escapes that are none, or that stand for a control character. */
function decoded(path: string): string | undefined {
  try {
    const text = decodeURIComponent(path);
    return /[\u0000-\u001f\u007f]/.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}

function isPlainPath(path: string): boolean {
  return path.split("/").every((part) => !["", ".", ".."].includes(part));
}

/** A password that somebody wrote into the address is not repeated. */
function noPlace(text: string, how: string): ReleaseError {
  return new ReleaseError("USAGE", {
    what: `${quoted(text.replace(/:[^/@]*@/g, ":…@"))} ${how}.`,
    next: "Name a folder, s3://bucket/prefix or ssh://host/folder.",
  });
}
