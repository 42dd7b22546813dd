/**
 * Requests over HTTP. An answer of any status is a value; failing to get one is thrown, and the code tells whether the
 * request can have had an effect. Invariant: no credential (header, query, user in the URL) is in a failure's text.
 */
import type { Bytes } from "./files.ts";

/** A body that is made anew for each attempt. */
export interface StreamedBody {
  /** In bytes; what the stream gives must be exactly this. */
  readonly length: number;
  open(): Bytes;
}

export interface HttpRequest {
  readonly method: "GET" | "HEAD" | "PUT" | "POST" | "PATCH" | "DELETE";
  /** http: or https:. */
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | StreamedBody;
  /**
   * Whether a second request of the same does no more than the first, so that it is sent again after a lost answer, 429
   * or 5xx. Default: GET and HEAD.
   */
  readonly repeatable?: boolean;
  /** Seconds without a byte in either direction after which the request is given up (default 60). */
  readonly idleSeconds?: number;
  /** Largest answer that is read whole, in bytes (default 8 MiB); a larger one is NETWORK_ANSWER_INVALID. */
  readonly limit?: number;
}

/** Names in lower case. */
export type HttpHeaders = Readonly<Record<string, string | undefined>>;

export interface HttpAnswer {
  readonly status: number;
  readonly headers: HttpHeaders;
  readonly body: Uint8Array;
}

export interface HttpStream {
  readonly status: number;
  readonly headers: HttpHeaders;
  /** To be read to its end or given up (`return`), so that the connection becomes free. */
  readonly body: Bytes;
}

/**
 * Failures of both: NETWORK_UNREACHABLE and NETWORK_UNTRUSTED (nothing was done), NETWORK_ANSWER_LOST (nobody knows), and
 * whatever the body's stream throws. Redirections are not followed.
 */
export interface Http {
  send(request: HttpRequest): Promise<HttpAnswer>;
  /** The answer's body as it comes; once it has begun, nothing is sent again. */
  open(request: HttpRequest): Promise<HttpStream>;
}
