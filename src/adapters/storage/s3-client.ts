/**
 * Signed requests to one bucket (Amazon S3 API reference; the same by other services), and their refusals as failures
 * that a user meets. Invariant: an answer that is neither good nor expected by the caller is thrown.
 */
import { createHash } from "node:crypto";
import { ReleaseError } from "../../domain/errors/index.ts";
import { signedHeaders, uriEncoded } from "../../formats/aws-signature.ts";
import { childText, parseXml, type XmlElement } from "../../formats/plain-xml.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Http, HttpAnswer, HttpRequest, HttpStream, StreamedBody } from "../../ports/http.ts";
import { requestText } from "../http-failure.ts";
import type { AwsSettings } from "./aws-settings.ts";
import { refusal } from "./s3-refusal.ts";

export interface S3Request {
  readonly method: HttpRequest["method"];
  /** "" for the bucket itself. */
  readonly key: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | (StreamedBody & { readonly sha256: string });
  readonly repeatable?: boolean;
  /** Statuses beside 2xx that the caller understands. */
  readonly expected?: readonly number[];
  readonly limit?: number;
}

export interface S3Client {
  readonly bucket: string;
  /** `/bucket/key`, encoded, as a copy names its source. */
  source(key: string): string;
  send(request: S3Request): Promise<HttpAnswer>;
  open(request: S3Request): Promise<HttpStream>;
  /** The answer's document. Failures: NETWORK_ANSWER_INVALID, and the refusal that stands in a 200. */
  document(request: S3Request): Promise<XmlElement>;
}

const empty = createHash("sha256").digest("hex");

export function s3Client(
  bucket: string,
  { credential, region, endpoint }: AwsSettings,
  { http, clock }: { readonly http: Http; readonly clock: Clock },
): S3Client {
  const base = baseOf(bucket, region, endpoint);
  const prepared = ({ method, key, query = {}, headers = {}, body, ...options }: S3Request): HttpRequest => {
    const url = new URL(`${base}/${key.split("/").map(uriEncoded).join("/")}`);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    // Node's own encoding of a query writes a space as `+`, which the signature does not.
    url.search = url.search.replaceAll("+", "%20");
    const sha256 = body === undefined ? empty : body instanceof Uint8Array ? digestOf(body) : body.sha256;
    const scope = { credential, region, service: "s3", now: clock.now() };
    const { host: _, ...signed } = signedHeaders({ method, url, headers, sha256 }, scope);
    const sent = body ?? (method === "PUT" || method === "POST" ? new Uint8Array() : undefined);
    const { repeatable, limit } = options;
    return {
      method,
      url,
      headers: signed,
      ...(sent === undefined ? {} : { body: sent }),
      ...(repeatable === undefined ? {} : { repeatable }),
      ...(limit === undefined ? {} : { limit }),
    };
  };
  const isGood = (status: number, { expected = [] }: S3Request): boolean =>
    (status >= 200 && status < 300) || expected.includes(status);
  const send = async (request: S3Request): Promise<HttpAnswer> => {
    const plain = prepared(request);
    const answer = await http.send(plain);
    if (isGood(answer.status, request)) return answer;
    throw refusal(answer, { bucket, region, request: requestText(plain.method, plain.url) });
  };
  return {
    bucket,
    source: (key) => `/${[bucket, ...key.split("/")].map(uriEncoded).join("/")}`,
    send,
    async open(request) {
      const plain = prepared(request);
      const stream = await http.open(plain);
      if (isGood(stream.status, request)) return stream;
      const body = await beginning(stream);
      throw refusal({ ...stream, body }, { bucket, region, request: requestText(plain.method, plain.url) });
    },
    async document(request) {
      const answer = await send(request);
      const root = parseXml(Buffer.from(answer.body).toString());
      const asked = requestText(request.method, new URL(`${base}/${request.key}`));
      // A copy or a joining of parts that fails late fails with 200 (CopyObject, CompleteMultipartUpload).
      if (root?.name === "Error") throw refusal({ ...answer, status: 500 }, { bucket, region, request: asked });
      if (root !== null) return root;
      throw new ReleaseError("NETWORK_ANSWER_INVALID", {
        what: `${asked}: the answer is not the XML document that S3 gives.`,
        next: "Check that AWS_ENDPOINT_URL_S3 names an S3 service, then run the same command again.",
      });
    },
  };
}

/** Without a slash at its end. Amazon's certificates fit one name before the service's, so a dot in the bucket's does not. */
function baseOf(bucket: string, region: string, endpoint: URL | null): string {
  if (endpoint !== null) return `${endpoint.origin}${endpoint.pathname.replace(/\/+$/, "")}/${bucket}`;
  const host = `s3.${region}.amazonaws.com${region.startsWith("cn-") ? ".cn" : ""}`;
  return bucket.includes(".") ? `https://${host}/${bucket}` : `https://${bucket}.${host}`;
}

async function beginning({ body }: HttpStream): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of body) {
    parts.push(part);
    size += part.length;
    if (size > 64 * 1024) break;
  }
  return Buffer.concat(parts);
}

function digestOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** What a list of such documents says, for callers that read several fields. */
export function textOf(element: XmlElement, name: string): string {
  return childText(element, name) ?? "";
}
