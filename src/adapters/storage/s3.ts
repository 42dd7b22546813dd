/**
 * A tree in a bucket (ports/storage.ts; Amazon S3 API reference). Objects appear whole; what is one step among writers is
 * one conditional request, so there is no lock. Invariant: the pool is never listed to add to it.
 */
import { createHash } from "node:crypto";
import { ReleaseError } from "../../domain/errors/index.ts";
import { escapedXml } from "../../formats/plain-xml.ts";
import type { Clock } from "../../ports/clock.ts";
import type { NewFile, NewPoolFile, Storage, StoredFile, StoredStatus } from "../../ports/storage.ts";
import { objectHeaders } from "./object-headers.ts";
import { textOf, type S3Client } from "./s3-client.ts";
import { demandConditions, revisionOf, writeOver } from "./s3-conditional.ts";
import { readObject } from "./s3-read.ts";
import { goesInParts, uploadNew } from "./s3-upload.ts";
import { sideBySide } from "./side-by-side.ts";

const requestsAtOnce = 16;
/** Of one request (DeleteObjects). */
const mostRemoved = 1000;
const probe = ".ggen-release/conditions";

/** `prefix`: what stands before every path, without slash at its end; "" for none. */
export function s3Storage(client: S3Client, prefix: string, clock: Clock): Storage {
  const keyOf = (path: string): string => (prefix === "" ? path : `${prefix}/${path}`);
  let conditions: Promise<void> | undefined;
  const demandFit = (): Promise<void> => (conditions ??= demandConditions(client, keyOf(probe)));

  const read = (path: string, limit = 256 * 1024 * 1024): Promise<StoredFile | null> =>
    readObject(client, clock, { key: keyOf(path), limit });

  const writeOne = async ({ path, lifetime, content }: NewFile): Promise<void> => {
    const headers = objectHeaders(path, lifetime);
    if (content instanceof Uint8Array) {
      const digests = digestHeaders(content);
      await client.send({
        method: "PUT",
        key: keyOf(path),
        headers: { ...headers, ...digests },
        body: content,
        repeatable: true,
      });
      return;
    }
    const copy = { "x-amz-copy-source": client.source(keyOf(content.of)), "x-amz-metadata-directive": "REPLACE" };
    await client.document({ method: "PUT", key: keyOf(path), headers: { ...headers, ...copy }, repeatable: true });
  };

  return {
    place: `s3://${client.bucket}${prefix === "" ? "" : `/${prefix}`}`,
    lock: null,
    read,

    async *open(path) {
      const { status, body } = await client.open({ method: "GET", key: keyOf(path), expected: [404] });
      if (status === 404) throw fileMissing(`${this.place}/${path}`);
      yield* body;
    },

    async status(path) {
      const { status, headers } = await client.send({ method: "HEAD", key: keyOf(path), expected: [404] });
      if (status === 404) return null;
      const modified = secondsOf(headers["last-modified"]);
      return { path, size: Number(headers["content-length"]), revision: headers["etag"] ?? "", modified };
    },

    async *list(folder) {
      const before = keyOf("");
      for await (const status of listed(client, keyOf(folder === "" ? "" : `${folder}/`))) {
        yield { ...status, path: status.path.slice(before.length) };
      }
    },

    async write(files) {
      await sideBySide(files, requestsAtOnce, writeOne);
    },

    async swap(path, content, from) {
      await demandFit();
      const headers = { ...objectHeaders(path, "mutable"), ...digestHeaders(content) };
      const request = { method: "PUT", key: keyOf(path), headers, body: content } as const;
      if (from !== null) revisionOf(from, client);
      return writeOver(client, clock, { request, content, from, present: () => read(path) });
    },

    async admit(files) {
      await demandFit();
      const conflicts = new Set<string>();
      const upload = async (file: NewPoolFile): Promise<void> => {
        if (!(await uploadNew(client, keyOf(file.path), file))) conflicts.add(file.path);
      };
      const { large = [], small = [] } = Object.groupBy(files, (file) => (goesInParts(file) ? "large" : "small"));
      await sideBySide(small, requestsAtOnce, upload);
      for (const file of large) await upload(file);
      return files.map(({ path }) => path).filter((path) => conflicts.has(path));
    },

    async remove(paths) {
      for (let at = 0; at < paths.length; at += mostRemoved) {
        await removeBatch(client, paths.slice(at, at + mostRemoved).map(keyOf));
      }
    },

    // Whoever answers 200 has the object on its disks.
    async settle() {},
  };
}

/** The service refuses other bytes than these, and tells the digest to whoever looks at the object. */
function digestHeaders(content: Uint8Array): Readonly<Record<string, string>> {
  const digest = createHash("sha256").update(content).digest();
  return { "x-amz-checksum-sha256": digest.toString("base64"), "x-amz-meta-sha256": digest.toString("hex") };
}

/** Page by page (ListObjectsV2); `path` is the whole key. */
async function* listed(client: S3Client, prefix: string): AsyncIterable<StoredStatus> {
  let token: string | undefined;
  do {
    const query = { "list-type": "2", prefix, ...(token === undefined ? {} : { "continuation-token": token }) };
    const page = await client.document({ method: "GET", key: "", query });
    for (const element of page.children.filter(({ name }) => name === "Contents")) {
      yield {
        path: textOf(element, "Key"),
        size: Number(textOf(element, "Size")),
        revision: textOf(element, "ETag"),
        modified: secondsOf(textOf(element, "LastModified")),
      };
    }
    const next = textOf(page, "NextContinuationToken");
    token = textOf(page, "IsTruncated") === "true" && next !== "" && next !== token ? next : undefined;
  } while (token !== undefined);
}

async function removeBatch(client: S3Client, keys: readonly string[]): Promise<void> {
  const objects = keys.map((key) => `<Object><Key>${escapedXml(key)}</Key></Object>`);
  const body = Buffer.from(`<Delete><Quiet>true</Quiet>${objects.join("")}</Delete>`);
  const headers = { "content-md5": createHash("md5").update(body).digest("base64") };
  const result = await client.document({
    method: "POST",
    key: "",
    query: { delete: "" },
    headers,
    body,
    repeatable: true,
  });
  const failed = result.children.filter(({ name }) => name === "Error");
  const [first] = failed;
  if (first === undefined) return;
  throw new ReleaseError(textOf(first, "Code") === "AccessDenied" ? "STORAGE_FORBIDDEN" : "STORAGE_BUSY", {
    what: `${failed.length} of ${keys.length} objects of ${client.bucket} could not be removed.`,
    next: "Give the user of the credential the right s3:DeleteObject, then run the same command again.",
    details: failed.slice(0, 20).map((element) => `${textOf(element, "Key")}: ${textOf(element, "Code")}`),
  });
}

/** An object whose age nobody knows counts as new, since old ones are pruned. */
function secondsOf(date: string | undefined): number {
  const milliseconds = Date.parse(date ?? "");
  return Number.isNaN(milliseconds) ? Number.MAX_SAFE_INTEGER : Math.floor(milliseconds / 1000);
}

function fileMissing(place: string): ReleaseError {
  return new ReleaseError("FILE_MISSING", {
    what: `${place} is not there.`,
    next: "Look with: ggen-release apt verify",
  });
}
