/** What a well-behaved service does not show: lost answers, conflicts, refusals, and conditions that nobody keeps. */
import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { ReleaseError } from "../../domain/errors/index.ts";
import type { Http, HttpAnswer, HttpRequest } from "../../ports/http.ts";
import type { Storage } from "../../ports/storage.ts";
import { s3Client } from "./s3-client.ts";
import { s3Storage } from "./s3.ts";

const clock = { now: () => 1_800_000_000_000, monotonic: () => 0, sleep: async () => undefined };
const credential = { accessKey: "id", secretKey: "secret" };
const bytes = (text: string): Uint8Array => Buffer.from(text);
const tagOf = (content: Uint8Array): string => `"${createHash("md5").update(content).digest("hex")}"`;
const lost = (): never => {
  throw new ReleaseError("NETWORK_ANSWER_LOST", { what: "lost", next: "again" });
};

interface Service {
  readonly storage: Storage;
  readonly objects: Map<string, Uint8Array>;
  readonly requests: HttpRequest[];
  /** Called before each write that has a condition, but not for those that only ask for conditions; it may stand in for it. */
  meddle: (write: () => HttpAnswer) => HttpAnswer;
}

function service(
  options: { readonly ignores?: string; readonly endpoint?: string; readonly region?: string } = {},
): Service {
  const objects = new Map<string, Uint8Array>();
  const requests: HttpRequest[] = [];
  const answer = (status: number, content: Uint8Array | null, headers: HttpAnswer["headers"] = {}): HttpAnswer => ({
    status,
    headers: {
      ...headers,
      ...(content === null ? {} : { etag: tagOf(content), "content-length": String(content.length) }),
    },
    body: content ?? new Uint8Array(),
  });
  const http: Http = {
    async send(request) {
      requests.push(request);
      const { method, url, body, headers = {} } = request;
      const present = objects.get(url.pathname);
      if (method === "GET" || method === "HEAD")
        return present === undefined ? answer(404, null) : answer(200, present);
      const write = (): HttpAnswer => {
        const [none, match] = ["if-none-match", "if-match"].map((name) =>
          name === options.ignores ? undefined : headers[name],
        );
        const there = objects.get(url.pathname);
        if (none === "*" && there !== undefined) return answer(412, null);
        if (match !== undefined && there === undefined) return answer(404, null);
        if (match !== undefined && there !== undefined && match !== tagOf(there)) return answer(412, null);
        const content = body instanceof Uint8Array ? body : new Uint8Array();
        objects.set(url.pathname, content);
        return { ...answer(200, content), body: new Uint8Array() };
      };
      const conditional = headers["if-match"] !== undefined || headers["if-none-match"] !== undefined;
      return conditional && !url.pathname.includes(".ggen-release") ? made.meddle(write) : write();
    },
    open: () => Promise.reject(new Error("not asked for")),
  };
  const endpoint =
    options.endpoint === undefined
      ? new URL("http://s3.example")
      : options.endpoint === ""
        ? null
        : new URL(options.endpoint);
  const client = s3Client("bucket", { credential, region: options.region ?? "eu-west-1", endpoint }, { http, clock });
  const made: Service = { storage: s3Storage(client, "apt", clock), objects, requests, meddle: (write) => write() };
  return made;
}

const path = "dists/stable/InRelease";
const object = "/bucket/apt/dists/stable/InRelease";

describe("a swap in a bucket", () => {
  it("is won where the answer was lost after it took effect, at the first and at later attempts", async () => {
    for (const losses of [1, 2, 3]) {
      const made = service();
      let count = 0;
      made.meddle = (write) => {
        const done = count === losses - 1 || count >= losses ? write() : undefined;
        return count++ < losses ? lost() : (done ?? write());
      };
      expect(await made.storage.swap(path, bytes("ours"), null)).toBe(tagOf(bytes("ours")));
      expect(made.objects.get(object)).toEqual(bytes("ours"));
    }
  });

  it("is won where the lost one takes effect between reading back and trying again", async () => {
    const made = service();
    let late: (() => HttpAnswer) | undefined;
    made.meddle = (write) => {
      if (late === undefined) {
        late = write;
        return lost();
      }
      late();
      return write();
    };
    expect(await made.storage.swap(path, bytes("ours"), null)).toBe(tagOf(bytes("ours")));
  });

  it("is lost where another writer came while the answer was lost", async () => {
    const made = service();
    made.meddle = () => {
      made.objects.set(object, bytes("theirs"));
      return lost();
    };
    expect(await made.storage.swap(path, bytes("ours"), null)).toBeNull();
    expect(made.objects.get(object)).toEqual(bytes("theirs"));
  });

  it("is tried again after a conflict with a write that was under way, and is not for ever", async () => {
    const made = service();
    let count = 0;
    const conflict = {
      status: 409,
      headers: {},
      body: bytes("<Error><Code>ConditionalRequestConflict</Code></Error>"),
    };
    made.meddle = (write) => (count++ < 2 ? conflict : write());
    expect(await made.storage.swap(path, bytes("ours"), null)).toBe(tagOf(bytes("ours")));
    made.meddle = () => conflict;
    await expect(made.storage.swap(path, bytes("new"), tagOf(bytes("ours")))).rejects.toThrow("STORAGE_BUSY");
    made.meddle = () => lost();
    await expect(made.storage.swap(path, bytes("new"), tagOf(bytes("ours")))).rejects.toThrow("NETWORK_ANSWER_LOST");
    expect(made.objects.get(object)).toEqual(bytes("ours"));
  });

  it.each(["if-match", "if-none-match"])("is not begun on a service that takes no notice of %s", async (ignores) => {
    const made = service({ ignores });
    await expect(made.storage.swap(path, bytes("ours"), null)).rejects.toThrow("STORAGE_UNFIT");
    await expect(made.storage.admit([], { link: false })).rejects.toThrow("STORAGE_UNFIT");
    expect(made.objects.has(object)).toBe(false);
  });
});

describe("what is read from a bucket", () => {
  const old = bytes("old");
  const sha256 = createHash("sha256").update("new").digest("hex");
  const reading = (answers: readonly HttpAnswer[]): Promise<unknown> => {
    const waiting = answers.values();
    const http: Http = {
      send: async () => waiting.next().value ?? answers.at(-1) ?? lost(),
      open: () => Promise.reject(new Error()),
    };
    const client = s3Client("bucket", { credential, region: "eu-west-1", endpoint: null }, { http, clock });
    return s3Storage(client, "", clock).read("x");
  };
  const found = (body: Uint8Array, etag: string, meta?: string): HttpAnswer => ({
    status: 200,
    headers: { etag, ...(meta === undefined ? {} : { "x-amz-meta-sha256": meta }) },
    body,
  });
  const whole = { bytes: bytes("new"), revision: tagOf(bytes("new")) };

  it("has content and tag of one write, though the service mixes those of two", async () => {
    const good = found(bytes("new"), tagOf(bytes("new")), sha256);
    expect(await reading([found(old, tagOf(bytes("new")), sha256), good])).toEqual(whole);
    expect(await reading([found(old, tagOf(bytes("new"))), good])).toEqual(whole);
    expect(await reading([found(bytes("new"), tagOf(old), sha256), good])).toEqual(whole);
  });

  it("has a tag that only looks like a digest where the service stays with it", async () => {
    const encrypted = found(old, '"0123456789abcdef0123456789abcdef"');
    expect(await reading([encrypted])).toEqual({ bytes: old, revision: '"0123456789abcdef0123456789abcdef"' });
  });

  it("is refused where the service stays with another digest than the content has", async () => {
    await expect(reading([found(old, tagOf(old), sha256)])).rejects.toThrow("STORAGE_UNFIT");
  });
});

describe("a request to a bucket", () => {
  it.each([
    ["http://127.0.0.1:9000", "http://127.0.0.1:9000/bucket/apt/a%2Bb~1%3A2%25.deb"],
    ["https://h.example/base/", "https://h.example/base/bucket/apt/a%2Bb~1%3A2%25.deb"],
    ["", "https://bucket.s3.eu-west-1.amazonaws.com/apt/a%2Bb~1%3A2%25.deb"],
  ])("goes to its address at %j", async (endpoint, expected) => {
    const { storage, requests } = service({ endpoint });
    expect(await storage.status("a+b~1:2%.deb")).toBeNull();
    expect(requests[0]?.url.href).toBe(expected);
  });

  it.each([
    ["InvalidAccessKeyId", 403, "STORAGE_CREDENTIALS"],
    ["SignatureDoesNotMatch", 403, "STORAGE_CREDENTIALS"],
    ["ExpiredToken", 400, "STORAGE_CREDENTIALS"],
    ["RequestTimeTooSkewed", 403, "STORAGE_CREDENTIALS"],
    ["AccessDenied", 403, "STORAGE_FORBIDDEN"],
    ["NoSuchBucket", 404, "STORAGE_MISSING"],
    ["NotImplemented", 501, "STORAGE_UNFIT"],
    ["SlowDown", 503, "STORAGE_BUSY"],
    ["Whatever", 400, "NETWORK_ANSWER_INVALID"],
  ])("that is refused with %s is told as such, and the service's words are not", async (code, status, failure) => {
    const body = bytes(`<Error><Code>${code}</Code><Message>canary</Message><Token-0>canary</Token-0></Error>`);
    const http: Http = { send: async () => ({ status, headers: {}, body }), open: () => Promise.reject(new Error()) };
    const client = s3Client("bucket", { credential, region: "eu-west-1", endpoint: null }, { http, clock });
    const told = await s3Storage(client, "", clock).read("x").catch(String);
    expect(told).toContain(failure);
    expect(told).not.toContain("canary");
  });

  it("names the region in which the bucket is", async () => {
    const body = bytes("<Error><Code>AuthorizationHeaderMalformed</Code><Region>eu-north-1</Region></Error>");
    const http: Http = {
      send: async () => ({ status: 400, headers: {}, body }),
      open: () => Promise.reject(new Error()),
    };
    const client = s3Client("bucket", { credential, region: "eu-west-1", endpoint: null }, { http, clock });
    await expect(s3Storage(client, "", clock).read("x")).rejects.toMatchObject({
      code: "STORAGE_MISSING",
      next: expect.stringContaining("AWS_REGION=eu-north-1") as string,
    });
  });

  it("tells caches to keep for ever what never changes, and to ask for the rest", async () => {
    const { storage, requests } = service();
    await storage.write([
      { path: "dists/s/main/by-hash/SHA256/aa", lifetime: "immutable", content: bytes("x") },
      { path: "dists/s/InRelease", lifetime: "mutable", content: bytes("y") },
    ]);
    const headers = requests.map((request) => request.headers?.["cache-control"]);
    expect(headers).toEqual(["public, max-age=31536000, immutable", "no-cache"]);
    expect(requests[1]?.headers?.["content-type"]).toBe("text/plain; charset=utf-8");
  });
});
