/**
 * HTTP by Node's own client (ports/http.ts; RFC 9110, 9112): connections kept alive, proxies of the environment as Node's
 * agents honour them, authorities as Node takes them (NODE_EXTRA_CA_CERTS). Invariant: what may not be repeated is sent
 * again only where no connection came about.
 */
import { Agent as PlainAgent, request as plainRequest, type IncomingMessage } from "node:http";
import { Agent as SecureAgent, request as secureRequest } from "node:https";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { ReleaseError, isReleaseError } from "../domain/errors/index.ts";
import type { Clock } from "../ports/clock.ts";
import type { Environment } from "../ports/environment.ts";
import type { Bytes } from "../ports/files.ts";
import type { Http, HttpHeaders, HttpRequest, StreamedBody } from "../ports/http.ts";
import { answerLost, answerTooLarge, bodyOfOtherLength, notConnected } from "./http-failure.ts";
import { delayBefore, isTemporary, mayRepeat } from "./http-retry.ts";
import { unlessStopping } from "./stopping.ts";

const idleDefault = 60;
const connectSeconds = 20;
const limitDefault = 8 * 1024 * 1024;
/** Per host; more are waited for. */
const connections = 32;

type Agents = Readonly<Record<"http:" | "https:", PlainAgent>>;

export function nodeHttp({
  environment,
  clock,
}: {
  readonly environment: Environment;
  readonly clock: Clock;
}): Http & { close(): void } {
  const agents = agentsOf(environment);
  const repeating = async <Answer extends { readonly status: number; readonly headers: HttpHeaders }>(
    request: HttpRequest,
    once: () => Promise<Answer>,
    giveUp: (answer: Answer) => void,
  ): Promise<Answer> => {
    for (let attempt = 0; ; attempt++) {
      await unlessStopping();
      let delay: number | null;
      try {
        const answer = await once();
        await unlessStopping();
        delay = mayRepeat(request) && isTemporary(answer.status) ? delayBefore(attempt + 1, answer, clock.now()) : null;
        if (delay === null) return answer;
        giveUp(answer);
      } catch (error) {
        const again = isReleaseError(error) && failureAllows(request, error);
        delay = again ? delayBefore(attempt + 1, null, clock.now()) : null;
        if (delay === null) throw error;
      }
      await clock.sleep(delay);
    }
  };
  return {
    send: (request) =>
      repeating(
        request,
        async () => {
          const message = await exchange(request, agents);
          const body = await whole(message, request);
          return { status: message.statusCode ?? 0, headers: headersOf(message), body };
        },
        () => undefined,
      ),
    async open(request) {
      const { message, ...answer } = await repeating(
        request,
        async () => {
          const message = await exchange(request, agents);
          return { status: message.statusCode ?? 0, headers: headersOf(message), message };
        },
        ({ message }) => void message.destroy(),
      );
      return { ...answer, body: chunks(message, request) };
    },
    close() {
      for (const agent of Object.values(agents)) agent.destroy();
    },
  };
}

function failureAllows(request: HttpRequest, { code }: ReleaseError): boolean {
  return code === "NETWORK_UNREACHABLE" || (code === "NETWORK_ANSWER_LOST" && mayRepeat(request));
}

function agentsOf(environment: Environment): Agents {
  const proxyEnv: Record<string, string> = {};
  for (const name of ["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"]) {
    for (const spelling of [name, name.toLowerCase()]) {
      const value = environment.get(spelling);
      if (value !== undefined) proxyEnv[spelling] = value;
    }
  }
  const options = { keepAlive: true, maxSockets: connections, proxyEnv };
  return { "http:": new PlainAgent(options), "https:": new SecureAgent(options) };
}

/** One request and the head of its answer. */
function exchange({ method, url, headers, body, idleSeconds }: HttpRequest, agents: Agents): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const secure = url.protocol === "https:";
    const length = body instanceof Uint8Array ? body.length : body?.length;
    const outgoing = (secure ? secureRequest : plainRequest)(url, {
      method,
      agent: agents[secure ? "https:" : "http:"],
      headers: { ...headers, ...(length === undefined ? {} : { "content-length": String(length) }) },
    });
    let connected = false;
    const source: BodySource = {};
    const fail = (error: unknown): void => {
      clearTimeout(connecting);
      if (source.broken !== undefined) reject(source.broken.by);
      else reject(connected ? answerLost(method, url, error) : notConnected(method, url, error));
    };
    const late = (code: string) => (): void => void outgoing.destroy(Object.assign(new Error(code), { code }));
    const connecting = setTimeout(late("ETIMEDOUT"), connectSeconds * 1000);
    const reached = (): void => {
      connected = true;
      clearTimeout(connecting);
    };
    outgoing.on("socket", (socket) => {
      if (outgoing.reusedSocket || !socket.connecting) reached();
      else socket.once(secure ? "secureConnect" : "connect", reached);
    });
    outgoing.setTimeout((idleSeconds ?? idleDefault) * 1000, late("ETIMEDOUT"));
    outgoing.on("error", fail);
    outgoing.on("response", (message) => {
      reached();
      // A server may answer before it has taken the whole body, and then takes no more.
      message.once("close", () => {
        if (!outgoing.writableFinished) outgoing.destroy();
      });
      resolve(message);
    });
    if (body === undefined || body instanceof Uint8Array) outgoing.end(body);
    else pipeline(Readable.from(exactly(body, url, source)), outgoing).catch(fail);
  });
}

/** What broke the stream of a body, if anything did: not the network. */
interface BodySource {
  broken?: { readonly by: unknown };
}

async function* exactly(body: StreamedBody, url: URL, source: BodySource): Bytes {
  let sent = 0;
  try {
    for await (const part of body.open()) {
      sent += part.length;
      if (sent > body.length) break;
      yield part;
    }
    if (sent !== body.length) throw bodyOfOtherLength(url, body.length, sent);
  } catch (error) {
    source.broken = { by: error };
    throw error;
  }
}

async function whole(
  message: IncomingMessage,
  { method, url, limit = limitDefault }: HttpRequest,
): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of chunks(message, { method, url })) {
    parts.push(part);
    size += part.length;
    if (size > limit) throw answerTooLarge(method, url, limit);
  }
  return Buffer.concat(parts);
}

async function* chunks(message: IncomingMessage, { method, url }: Pick<HttpRequest, "method" | "url">): Bytes {
  try {
    for await (const part of message) yield part as Uint8Array;
  } catch (error) {
    throw answerLost(method, url, error);
  }
}

function headersOf({ headers }: IncomingMessage): HttpHeaders {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(", ") : value]),
  );
}
