/**
 * Files of this machine into a bucket, none over another. Invariant: an object of the pool has the digest that was read
 * before; of other bytes nothing becomes visible.
 */
import { createHash } from "node:crypto";
import { ReleaseError } from "../../domain/errors/index.ts";
import { escapedXml } from "../../formats/plain-xml.ts";
import type { Bytes } from "../../ports/files.ts";
import type { HttpAnswer } from "../../ports/http.ts";
import type { NewPoolFile } from "../../ports/storage.ts";
import { objectHeaders } from "./object-headers.ts";
import { bytesOf, demandDigest, onlyThese } from "./pool-source.ts";
import { textOf, type S3Client, type S3Request } from "./s3-client.ts";
import { sideBySide } from "./side-by-side.ts";

/** Larger ones are sent in parts, so that a lost connection costs one. */
const largestWhole = 64 * 1024 * 1024;
const smallestPart = 16 * 1024 * 1024;
const mostParts = 9000;
const partsAtOnce = 4;
/** Before a larger one is sent, it is asked whether it is there. */
const unasked = 1024 * 1024;
const attempts = 4;

/** One at a time: what is in memory of it is all that is meant to be. */
export function goesInParts({ size }: NewPoolFile): boolean {
  return size > largestWhole;
}

/** False where a file of another size or digest lies at this key. */
export async function uploadNew(client: S3Client, key: string, file: NewPoolFile): Promise<boolean> {
  for (let attempt = 0; ; attempt++) {
    if (file.size > unasked || attempt > 0) {
      const same = await isSame(client, key, file);
      if (same !== null) return same;
    }
    if (attempt === attempts) {
      throw new ReleaseError("STORAGE_BUSY", {
        what: `${client.bucket}: ${attempts} times another write of ${key} was under way.`,
        next: "Run the same command again when the others are done.",
      });
    }
    const { status } = await (goesInParts(file) ? inParts(client, key, file) : whole(client, key, file));
    if (status < 300) return true;
  }
}

/** Whether the object is this file; null where there is none. */
async function isSame(client: S3Client, key: string, { size, sha256 }: NewPoolFile): Promise<boolean | null> {
  const { status, headers } = await client.send({
    method: "HEAD",
    key,
    headers: { "x-amz-checksum-mode": "ENABLED" },
    expected: [404],
  });
  if (status === 404) return null;
  if (Number(headers["content-length"]) !== size) return false;
  const stated = headers["x-amz-meta-sha256"] ?? base64Hex(headers["x-amz-checksum-sha256"]);
  if (stated !== undefined) return stated === sha256;
  const hash = createHash("sha256");
  for await (const part of (await client.open({ method: "GET", key })).body) hash.update(part);
  return hash.digest("hex") === sha256;
}

/** undefined for none, and for the checksum of checksums of an object that came in parts. */
function base64Hex(value: string | undefined): string | undefined {
  return value === undefined || value.includes("-") ? undefined : Buffer.from(value, "base64").toString("hex");
}

const onlyNew = { "if-none-match": "*" };
/** Something is there, or is being written. */
const taken = [404, 409, 412];

function headersOf({ path, sha256 }: NewPoolFile): Readonly<Record<string, string>> {
  return { ...objectHeaders(path, "immutable"), "x-amz-meta-sha256": sha256 };
}

async function whole(client: S3Client, key: string, file: NewPoolFile): Promise<HttpAnswer> {
  const { size, sha256 } = file;
  const checksum = { "x-amz-checksum-sha256": Buffer.from(sha256, "hex").toString("base64") };
  const body = { length: size, sha256, open: () => onlyThese(file) };
  const headers = { ...headersOf(file), ...checksum, ...onlyNew };
  // Sent again after a lost answer it meets itself, and is found to be the same.
  return client.send({ method: "PUT", key, headers, body, repeatable: true, expected: taken });
}

async function inParts(client: S3Client, key: string, file: NewPoolFile): Promise<HttpAnswer> {
  const begin: S3Request = { method: "POST", key, query: { uploads: "" }, headers: headersOf(file) };
  const uploadId = textOf(await client.document(begin), "UploadId");
  const upload = { uploadId };
  try {
    const tags = await sendParts(client, key, file, upload);
    const parts = tags.map(
      (tag, index) => `<Part><PartNumber>${index + 1}</PartNumber><ETag>${escapedXml(tag)}</ETag></Part>`,
    );
    const body = Buffer.from(`<CompleteMultipartUpload>${parts.join("")}</CompleteMultipartUpload>`);
    // Joined already by a request whose answer was lost, the upload is not there any more: 404.
    const join: S3Request = {
      method: "POST",
      key,
      query: upload,
      headers: onlyNew,
      body,
      repeatable: true,
      expected: taken,
    };
    const answer = await client.send(join);
    if (answer.status < 300 && !Buffer.from(answer.body).includes("<Error>")) return answer;
    if (answer.status !== 404) await abandon(client, key, upload);
    return { ...answer, status: answer.status < 300 ? 409 : answer.status };
  } catch (error) {
    await abandon(client, key, upload).catch(() => undefined);
    throw error;
  }
}

async function abandon(client: S3Client, key: string, query: { readonly uploadId: string }): Promise<void> {
  await client.send({ method: "DELETE", key, query, repeatable: true, expected: [404] });
}

/** Answers the parts' entity tags in their order. */
async function sendParts(
  client: S3Client,
  key: string,
  { from, size, sha256 }: NewPoolFile,
  upload: { readonly uploadId: string },
): Promise<readonly string[]> {
  const length = Math.max(smallestPart, Math.ceil(size / mostParts));
  const hash = createHash("sha256");
  const tags: string[] = [];
  const waiting: { readonly number: number; readonly body: Uint8Array }[] = [];
  const send = async (): Promise<void> => {
    await sideBySide(waiting.splice(0), partsAtOnce, async ({ number, body }) => {
      const query = { ...upload, partNumber: String(number) };
      const { headers } = await client.send({ method: "PUT", key, query, body, repeatable: true });
      tags[number - 1] = headers["etag"] ?? "";
    });
  };
  let number = 0;
  for await (const body of cut(bytesOf(from), length)) {
    hash.update(body);
    waiting.push({ number: ++number, body });
    if (waiting.length === partsAtOnce) await send();
  }
  await send();
  demandDigest(from, hash.digest("hex"), sha256);
  return tags;
}

/** In pieces of this length, the last one shorter. */
async function* cut(source: Bytes, length: number): Bytes {
  let parts: Uint8Array[] = [];
  let size = 0;
  for await (let part of source) {
    while (size + part.length >= length) {
      yield Buffer.concat([...parts, part.subarray(0, length - size)]);
      part = part.subarray(length - size);
      [parts, size] = [[], 0];
    }
    if (part.length > 0) parts.push(part);
    size += part.length;
  }
  if (size > 0) yield Buffer.concat(parts);
}
