/** The client against real servers on loopback that answer badly. */
import { execFileSync } from "node:child_process";
import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { createServer as createSocketServer, type Socket } from "node:net";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { describeWith } from "../../test/requires.ts";
import { scratchFolder } from "../../test/scratch.ts";
import type { Bytes } from "../ports/files.ts";
import type { Http } from "../ports/http.ts";
import { delayBefore } from "./http-retry.ts";
import { nodeHttp } from "./node-http.ts";
import { systemEnvironment } from "./system-environment.ts";

interface Client {
  readonly http: Http;
  /** How long it would have slept, in milliseconds. */
  readonly slept: number[];
}

function client(variables: Readonly<Record<string, string>> = {}): Client {
  const slept: number[] = [];
  const clock = {
    now: () => 1_800_000_000_000,
    monotonic: () => 0,
    sleep: async (milliseconds: number) => void slept.push(milliseconds),
  };
  const http = nodeHttp({ environment: systemEnvironment(variables, "/"), clock });
  onTestFinished(() => http.close());
  return { http, slept };
}

async function listening(server: Server | ReturnType<typeof createSocketServer>, scheme = "http"): Promise<URL> {
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  return new URL(
    `${scheme}://127.0.0.1:${typeof address === "object" ? address?.port : 0}/a/path?X-Amz-Signature=canary`,
  );
}

const serving = (listener: RequestListener): Promise<URL> => listening(createServer(listener));
const answering = (answer: (socket: Socket, request: string) => void): Promise<URL> =>
  listening(
    createSocketServer((socket) => {
      socket.on("error", () => undefined).on("data", (data) => answer(socket, data.toString()));
    }),
  );

async function collected(bytes: Bytes): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const part of bytes) parts.push(part);
  return Buffer.concat(parts).toString();
}

describe("a request over HTTP", () => {
  it("sends method, headers and a stream of known length, and answers whatever the status", async () => {
    const seen: string[] = [];
    const url = await serving((request, response) => {
      let body = "";
      request.on("data", (part: Buffer) => (body += part.toString()));
      request.on("end", () => {
        seen.push(`${request.method} ${request.headers["content-length"]} ${String(request.headers["x-own"])} ${body}`);
        response.writeHead(418, { "X-Name": "value" }).end("short");
      });
    });
    const { http } = client();
    const open = async function* (): Bytes {
      yield Buffer.from("two ");
      yield Buffer.from("parts");
    };
    const answer = await http.send({ method: "PUT", url, headers: { "x-own": "1" }, body: { length: 9, open } });
    expect(seen).toEqual(["PUT 9 1 two parts"]);
    expect(answer).toMatchObject({ status: 418, headers: { "x-name": "value" } });
    expect(Buffer.from(answer.body).toString()).toBe("short");
    expect(await collected((await http.open({ method: "GET", url })).body)).toBe("short");
  });

  it("waits as it is told and sends again what may be repeated, and nothing else", async () => {
    let requests = 0;
    const url = await serving((_, response) => {
      requests++;
      if (requests === 1) response.writeHead(503, { "Retry-After": "7" }).end();
      else if (requests === 2) response.writeHead(429).end();
      else response.end("good");
    });
    const { http, slept } = client();
    expect(await http.send({ method: "GET", url })).toMatchObject({ status: 200 });
    expect(requests).toBe(3);
    expect(slept[0]).toBe(7000);
    requests = 0;
    expect(await http.send({ method: "PUT", url, body: Buffer.from("x") })).toMatchObject({ status: 503 });
    expect(requests).toBe(1);
    requests = 0;
    expect(await http.send({ method: "PUT", url, body: Buffer.from("x"), repeatable: true })).toMatchObject({
      status: 200,
    });
  });

  it("gives the answer back where the server wants more time than a run has", async () => {
    const url = await serving((_, response) => response.writeHead(429, { "Retry-After": "86400" }).end());
    const { http, slept } = client();
    expect(await http.send({ method: "GET", url })).toMatchObject({ status: 429 });
    expect(slept).toEqual([]);
  });

  it("tells a lost answer from a connection that never was, and repeats only what may be", async () => {
    let requests = 0;
    const url = await answering((socket) => {
      requests++;
      socket.destroy();
    });
    const { http } = client();
    await expect(http.send({ method: "POST", url })).rejects.toThrow("NETWORK_ANSWER_LOST");
    expect(requests).toBe(1);
    await expect(http.send({ method: "GET", url })).rejects.toThrow("NETWORK_ANSWER_LOST");
    expect(requests).toBe(6);
    const closed = await answering(() => undefined);
    const gone = new URL(closed);
    gone.port = "1";
    await expect(http.send({ method: "POST", url: gone })).rejects.toThrow("NETWORK_UNREACHABLE");
    gone.hostname = "nowhere.invalid";
    await expect(http.send({ method: "GET", url: gone })).rejects.toThrow("NETWORK_UNREACHABLE");
  });

  it("fails where an answer ends early, is larger than asked for, or never comes", async () => {
    const short = await answering((socket) => socket.end("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"));
    const { http } = client();
    await expect(http.send({ method: "POST", url: short })).rejects.toThrow("NETWORK_ANSWER_LOST");
    await expect(http.open({ method: "GET", url: short }).then(({ body }) => collected(body))).rejects.toThrow(
      "NETWORK_ANSWER_LOST",
    );
    const endless = await serving((_, response) => {
      const timer = setInterval(() => response.write("x".repeat(10_000)), 1);
      response.on("close", () => clearInterval(timer));
    });
    await expect(http.send({ method: "GET", url: endless, limit: 50_000 })).rejects.toThrow("NETWORK_ANSWER_INVALID");
    const silent = await answering(() => undefined);
    await expect(http.send({ method: "POST", url: silent, idleSeconds: 0.2 })).rejects.toThrow("ETIMEDOUT");
    const stalling = await answering((socket) => socket.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"));
    await expect(http.send({ method: "POST", url: stalling, idleSeconds: 0.2 })).rejects.toThrow("NETWORK_ANSWER_LOST");
    const garbage = await answering((socket) => socket.end("SSH-2.0-OpenSSH_9.2p1\r\n"));
    await expect(http.send({ method: "POST", url: garbage })).rejects.toThrow("NETWORK_ANSWER_LOST");
  });

  it("passes on what breaks the body's stream, and sends no body of another length", async () => {
    let whole = 0;
    const url = await serving((request, response) => {
      request.on("error", () => undefined).on("end", () => whole++);
      request.resume().on("end", () => response.end());
    });
    const { http } = client();
    const broken = async function* (): Bytes {
      yield Buffer.from("part");
      throw new Error("the source broke");
    };
    const sized = (size: number) =>
      async function* (): Bytes {
        yield Buffer.alloc(size);
      };
    const send = (length: number, open: () => Bytes): Promise<unknown> =>
      http.send({ method: "PUT", url, body: { length, open }, repeatable: true });
    await expect(send(10, broken)).rejects.toThrow("the source broke");
    await expect(send(10, sized(9))).rejects.toThrow("ARTIFACT_CHANGED");
    await expect(send(10, sized(11))).rejects.toThrow("ARTIFACT_CHANGED");
    expect(whole).toBe(0);
  });

  it("reads an answer that comes before the body was taken", async () => {
    const url = await answering((socket) =>
      socket.write("HTTP/1.1 412 Precondition Failed\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"),
    );
    const open = async function* (): Bytes {
      for (let part = 0; part < 20; part++) {
        yield Buffer.alloc(10);
        await new Promise((wake) => setTimeout(wake, 20));
      }
    };
    const { http } = client();
    expect(await http.send({ method: "PUT", url, body: { length: 200, open } })).toMatchObject({ status: 412 });
  });

  it("names neither headers nor query in a failure", async () => {
    const { http } = client();
    const url = new URL("http://user:canary@127.0.0.1:1/a?canary=canary#canary");
    const failure = await http.send({ method: "GET", url, headers: { authorization: "canary" } }).catch(String);
    expect(failure).toContain("GET http://127.0.0.1:1/a:");
    expect(failure).not.toContain("canary");
  });

  it("goes through the proxy that the environment names, but not to the hosts that it leaves out", async () => {
    const seen: string[] = [];
    const proxy = await serving((request, response) => {
      seen.push(request.url ?? "");
      response.end("by proxy");
    });
    const url = await serving((_, response) => response.end("direct"));
    const variables = { http_proxy: proxy.origin, NO_PROXY: "127.0.0.1" };
    const outside = new URL("http://storage.example/x");
    expect(Buffer.from((await client(variables).http.send({ method: "GET", url: outside })).body).toString()).toBe(
      "by proxy",
    );
    expect(Buffer.from((await client(variables).http.send({ method: "GET", url })).body).toString()).toBe("direct");
    expect(seen).toEqual(["http://storage.example/x"]);
  });

  it("waits longer each time, and not for ever", () => {
    const delays = [1, 2, 3, 4, 5].map((attempt) => delayBefore(attempt, null, 0, () => 1));
    expect(delays).toEqual([250, 500, 1000, 2000, null]);
    const asked = (value: string) => delayBefore(1, { headers: { "retry-after": value } }, 784_111_770_000, () => 1);
    expect(asked("Sun, 06 Nov 1994 08:49:37 GMT")).toBe(7000);
    expect(asked("nonsense")).toBe(250);
  });
});

describeWith(["openssl"], "a request over TLS", () => {
  it("is not made to a server whose certificate nobody vouches for", async () => {
    const folder = await scratchFolder("tls");
    const [key, certificate] = [join(folder, "key"), join(folder, "certificate")];
    const words = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost".split(
      " ",
    );
    execFileSync("openssl", [...words, "-keyout", key, "-out", certificate], { stdio: "ignore" });
    let requests = 0;
    const server = createSecureServer({ key: readFileSync(key), cert: readFileSync(certificate) }, (_, response) => {
      requests++;
      response.end();
    });
    const url = await listening(server, "https");
    await expect(client().http.send({ method: "GET", url })).rejects.toThrow("NETWORK_UNTRUSTED");
    expect(requests).toBe(0);
  });
});
