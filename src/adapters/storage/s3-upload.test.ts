/** Large files, which go in parts, on a real service; and answers that are lost after they took effect. */
import { createHash } from "node:crypto";
import { readdirSync, writeFileSync } from "node:fs";
import { appendFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeWith } from "../../../test/requires.ts";
import { s3Programs, startS3, type S3Server } from "../../../test/s3-server.ts";
import { realPorts, scratchFolder } from "../../../test/scratch.ts";
import { s3UnderTest } from "../../../test/storages.ts";
import { ReleaseError } from "../../domain/errors/index.ts";
import type { Http, HttpAnswer, HttpRequest } from "../../ports/http.ts";
import type { NewPoolFile } from "../../ports/storage.ts";
import { nodeHttp } from "../node-http.ts";

/** Five parts, the last one shorter. */
const size = 70_000_001;

describeWith(s3Programs, "a large file into a bucket", () => {
  let server: S3Server;
  beforeAll(async () => (server = await startS3()));
  afterAll(() => server.close());

  async function large(path = "pool/large"): Promise<NewPoolFile> {
    const from = join(await scratchFolder("large"), "file");
    const content = Buffer.alloc(size);
    for (let at = 0; at + 4 <= size; at += 4096) content.writeUInt32LE(at, at);
    writeFileSync(from, content);
    return { path, from, size, sha256: createHash("sha256").update(content).digest("hex") };
  }

  /** A client that sends everything, and loses each answer that this picks, once. */
  function losing(picks: (request: HttpRequest) => boolean): Http & { readonly sent: HttpRequest[]; most: number } {
    const http = nodeHttp(realPorts("/", server.variables));
    const lost = new Set<string>();
    const sent: HttpRequest[] = [];
    let parts = 0;
    const made = {
      sent,
      /** Parts that were under way at once. */
      most: 0,
      async send(request: HttpRequest): Promise<HttpAnswer> {
        sent.push(request);
        const isPart = request.url.searchParams.has("partNumber");
        if (isPart) made.most = Math.max(made.most, ++parts);
        const answer = await http.send(request);
        if (isPart) parts--;
        const name = `${request.method} ${request.url.href}`;
        if (!picks(request) || lost.has(name)) return answer;
        lost.add(name);
        // What the real client does with a request that may be repeated.
        if (request.repeatable === true) return http.send(request);
        throw new ReleaseError("NETWORK_ANSWER_LOST", { what: "lost", next: "again" });
      },
      open: (request: HttpRequest) => http.open(request),
    };
    return made;
  }

  it("is there whole, is the same the second time, and another of its name is a conflict", async () => {
    const http = losing(() => false);
    const { storage } = await s3UnderTest(server, http);
    const file = await large();
    expect(await storage.admit([file], { link: false })).toEqual([]);
    expect(http.sent.filter(({ url }) => url.searchParams.has("partNumber"))).toHaveLength(5);
    const hash = createHash("sha256");
    for await (const part of storage.open(file.path)) hash.update(part);
    expect(hash.digest("hex")).toBe(file.sha256);
    const before = http.sent.length;
    expect(await storage.admit([file], { link: false })).toEqual([]);
    expect(await storage.admit([{ ...file, sha256: "0".repeat(64) }], { link: false })).toEqual([file.path]);
    expect(http.sent.slice(before).map(({ method }) => method)).toEqual(["HEAD", "HEAD"]);
  });

  it("is in memory by four parts at most, however many come at once", async () => {
    const http = losing(() => false);
    const { storage } = await s3UnderTest(server, http);
    const files = await Promise.all([large("pool/a"), large("pool/b"), large("pool/c")]);
    expect(await storage.admit(files, { link: false })).toEqual([]);
    expect(http.most).toBe(4);
  });

  it("is there where answers were lost, to a part and to the last request", async () => {
    const http = losing(
      ({ method, url }) =>
        url.searchParams.has("uploadId") && (method === "POST" || url.search.includes("partNumber=3")),
    );
    const { storage } = await s3UnderTest(server, http);
    const file = await large();
    expect(await storage.admit([file], { link: false })).toEqual([]);
    expect((await storage.status(file.path))?.size).toBe(size);
  });

  it("that has changed since it was read leaves nothing, not even its parts", async () => {
    const http = losing(() => false);
    const { storage, folder } = await s3UnderTest(server, http);
    const file = await large();
    await appendFile(file.from, "x");
    await expect(storage.admit([file], { link: false })).rejects.toThrow("ARTIFACT_CHANGED");
    expect(await storage.status(file.path)).toBeNull();
    expect(http.sent.some(({ method }) => method === "DELETE")).toBe(true);
    const left = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    expect(left.map(({ name }) => name)).toEqual(["conditions"]);
  });

  it("that another writer has put there meanwhile is told from ours", async () => {
    const { storage, again } = await s3UnderTest(server);
    const other = await again();
    const [ours, theirs] = [await large(), { ...(await large()) }];
    const changed = Buffer.alloc(size, "t");
    writeFileSync(theirs.from, changed);
    const their = { ...theirs, sha256: createHash("sha256").update(changed).digest("hex") };
    const [left, right] = await Promise.all([
      storage.admit([ours], { link: false }),
      other.admit([their], { link: false }),
    ]);
    expect([...left, ...right]).toEqual(["pool/large"]);
  });
});
