/**
 * What a bucket tells readers and caches of an object (RFC 9111, RFC 8246). Invariant: a cache keeps for ever only what
 * never gets other bytes, and asks each time for what may.
 */
import type { Lifetime } from "../../ports/storage.ts";

const types: readonly (readonly [RegExp, string])[] = [
  [/\/by-hash\//, "application/octet-stream"],
  [/\.deb$/, "application/vnd.debian.binary-package"],
  [/\.gz$/, "application/gzip"],
  [/\.xz$/, "application/x-xz"],
  [/\.zst$/, "application/zstd"],
  [/\.gpg$/, "application/pgp-signature"],
  [/\.html$/, "text/html; charset=utf-8"],
  [
    /(^|\/)(In)?Release$|\/Packages$|\/Translation-[^/]+$|\/Contents-[^/.]+$|\.(asc|list|sources|txt)$/,
    "text/plain; charset=utf-8",
  ],
];

export function objectHeaders(path: string, lifetime: Lifetime): Readonly<Record<string, string>> {
  return {
    "content-type": types.find(([ending]) => ending.test(path))?.[1] ?? "application/octet-stream",
    "cache-control": lifetime === "immutable" ? "public, max-age=31536000, immutable" : "no-cache",
  };
}
