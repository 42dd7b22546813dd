/**
 * What went wrong between here and a server, as failures that a user meets. Invariant: of the request nothing is told but
 * its method, server and path: headers and query hold credentials.
 */
import { ReleaseError } from "../domain/errors/index.ts";
import { quoted } from "../domain/quoted.ts";

export function notConnected(method: string, url: URL, error: unknown): ReleaseError {
  const code = reasonOf(error);
  if (/^(CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|ERR_TLS_|ERR_SSL_|EPROTO|HOSTNAME_MISMATCH|INVALID_)/.test(code)) {
    return new ReleaseError("NETWORK_UNTRUSTED", {
      what: `${requestText(method, url)}: the server's certificate, or how it speaks TLS, was not accepted (${code}).`,
      next: "Check the address and the machine's date. For an authority of your own name its file: NODE_EXTRA_CA_CERTS=FILE",
    });
  }
  return new ReleaseError("NETWORK_UNREACHABLE", {
    what: `${requestText(method, url)}: no connection to ${quoted(url.host)} (${code}).`,
    next: "Check the address, the network and the proxy (HTTPS_PROXY, NO_PROXY), then run the same command again.",
  });
}

export function answerLost(method: string, url: URL, error: unknown): ReleaseError {
  return new ReleaseError("NETWORK_ANSWER_LOST", {
    what: `${requestText(method, url)}: the connection ended before the whole answer had come (${reasonOf(error)}).`,
    next: "Run the same command again: it looks up what is there and goes on.",
  });
}

export function answerTooLarge(method: string, url: URL, limit: number): ReleaseError {
  return new ReleaseError("NETWORK_ANSWER_INVALID", {
    what: `${requestText(method, url)}: the answer has more than ${limit} bytes.`,
    next: "Check that the address is that of the service that was meant.",
  });
}

export function bodyOfOtherLength(url: URL, length: number, sent: number): ReleaseError {
  return new ReleaseError("ARTIFACT_CHANGED", {
    what: `What was to be sent to ${requestText("", url).trim()} had ${length} bytes and has ${sent > length ? "more" : sent} now.`,
    next: "Find what writes to the file, then run the same command again.",
  });
}

/** `PUT https://host/path`. */
export function requestText(method: string, url: URL): string {
  return `${method} ${url.origin}${url.pathname.length > 200 ? `${url.pathname.slice(0, 200)}…` : url.pathname}`;
}

/** A code of the system, of TLS or of Node; never a message, which may quote anything. */
function reasonOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" && /^[A-Z0-9_]{2,60}$/.test(code) ? code : "no reason given";
}
