/**
 * Signature of a request to a service of the AWS kind (Signature Version 4, "Create a signed AWS API request"), by header.
 * Invariant: the path is taken as it is sent, encoded once, which is S3's rule and not that of other services.
 */
import { createHash, createHmac } from "node:crypto";

export interface AwsCredential {
  readonly accessKey: string;
  readonly secretKey: string;
  /** Of credentials that expire. */
  readonly sessionToken?: string;
}

export interface UnsignedRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** SHA-256 of the body, in hexadecimal. */
  readonly sha256: string;
}

export interface SigningScope {
  readonly credential: AwsCredential;
  readonly region: string;
  readonly service: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** The headers to send, all of them signed but those that the client adds (`Content-Length`). */
export function signedHeaders(
  { method, url, headers, sha256 }: UnsignedRequest,
  { credential, region, service, now }: SigningScope,
): Readonly<Record<string, string>> {
  const stamp = new Date(now).toISOString().replace(/[-:]|\.\d+/g, "");
  const day = stamp.slice(0, 8);
  const own: Readonly<Record<string, string>> = {
    ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value.trim()])),
    host: url.host,
    "x-amz-content-sha256": sha256,
    "x-amz-date": stamp,
    ...(credential.sessionToken === undefined ? {} : { "x-amz-security-token": credential.sessionToken }),
  };
  const names = Object.keys(own).sort();
  const canonical = [
    method,
    url.pathname,
    canonicalQuery(url),
    ...names.map((name) => `${name}:${own[name]?.replace(/ +/g, " ")}`),
    "",
    names.join(";"),
    sha256,
  ].join("\n");
  const scope = [day, region, service, "aws4_request"];
  const key = scope.reduce<string | Buffer>((secret, part) => hmac(secret, part), `AWS4${credential.secretKey}`);
  const text = ["AWS4-HMAC-SHA256", stamp, scope.join("/"), sha256Hex(canonical)].join("\n");
  const authorization = [
    `AWS4-HMAC-SHA256 Credential=${[credential.accessKey, ...scope].join("/")}`,
    `SignedHeaders=${names.join(";")}`,
    `Signature=${hmac(key, text).toString("hex")}`,
  ].join(",");
  return { ...own, authorization };
}

/** Everything but unreserved characters as `%XX`, byte by byte (RFC 3986, section 2.3). */
export function uriEncoded(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function canonicalQuery(url: URL): string {
  return [...url.searchParams]
    .map(([name, value]): readonly [string, string] => [uriEncoded(name), uriEncoded(value)])
    .sort(([a, x], [b, y]) => (a === b ? (x < y ? -1 : 1) : a < b ? -1 : 1))
    .map((pair) => pair.join("="))
    .join("&");
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}

function sha256Hex(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
