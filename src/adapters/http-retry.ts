/** When a request is sent again, and after how long (RFC 9110, 9.2.2 and 10.2.3). */
import { parseMailDate } from "../formats/mail-date.ts";
import type { HttpHeaders, HttpRequest } from "../ports/http.ts";

const attempts = 5;
const firstDelay = 250;
/** A server that wants more time than this gets its answer reported instead. */
const longestWait = 60_000;

export function mayRepeat({ method, repeatable }: HttpRequest): boolean {
  return repeatable ?? (method === "GET" || method === "HEAD");
}

/** Statuses after which the same request may succeed: asked to wait, or a fault of the server or of what stands before it. */
export function isTemporary(status: number): boolean {
  return [408, 429, 500, 502, 503, 504].includes(status);
}

/**
 * Milliseconds before the attempt of this number (the first is 0); null where there is none. Half of it is left to chance,
 * so that those who were refused together do not come back together.
 */
export function delayBefore(
  attempt: number,
  answer: { readonly headers: HttpHeaders } | null,
  now: number,
  chance = Math.random,
): number | null {
  if (attempt >= attempts) return null;
  const usual = firstDelay * 2 ** (attempt - 1) * (0.5 + chance() / 2);
  const asked = retryAfter(answer?.headers["retry-after"], now);
  if (asked === null) return usual;
  return asked > longestWait ? null : Math.max(asked, usual);
}

/** Milliseconds out of `Retry-After`: seconds or a date. */
function retryAfter(value: string | undefined, now: number): number | null {
  if (value === undefined) return null;
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1000;
  const date = parseMailDate(value);
  return date === null ? null : Math.max(0, date * 1000 - now);
}
