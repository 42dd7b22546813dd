/**
 * An object with the tag that belongs to it. Services are met that take the content from one place and what they tell of
 * it from another, so that during a write an old content comes with the new tag: who made a change from the one and
 * committed it by the other would undo another writer's. Invariant: content and revision are of one write.
 */
import { createHash } from "node:crypto";
import { ReleaseError } from "../../domain/errors/index.ts";
import type { Clock } from "../../ports/clock.ts";
import type { HttpAnswer } from "../../ports/http.ts";
import type { StoredFile } from "../../ports/storage.ts";
import type { S3Client, S3Request } from "./s3-client.ts";

const attempts = 9;

/** null where there is none. Failures: STORAGE_MISSING, STORAGE_UNFIT. */
export async function readObject(
  client: S3Client,
  clock: Clock,
  request: Pick<S3Request, "key" | "limit">,
): Promise<StoredFile | null> {
  let before = "";
  for (let attempt = 0; attempt < attempts; attempt++) {
    const answer = await client.send({ ...request, method: "GET", expected: [404] });
    if (isAbsent(answer)) return null;
    const stored = { bytes: answer.body, revision: answer.headers["etag"] ?? "" };
    const { agreesWithDigest, agreesWithTag, identity } = compared(answer);
    // A tag need not be a digest, though it looks like one: where it says the same later, it is the object's.
    if (agreesWithDigest && (agreesWithTag || identity === before)) return stored;
    before = identity;
    await clock.sleep(25 * 2 ** attempt);
  }
  throw new ReleaseError("STORAGE_UNFIT", {
    what: `${client.bucket}: the object ${request.key} is not what the service says of it (x-amz-meta-sha256, ETag).`,
    next: "Look at the object. Where it is right, write it anew without its metadata; else use another service.",
  });
}

function compared({ headers, body }: HttpAnswer): {
  readonly agreesWithDigest: boolean;
  readonly agreesWithTag: boolean;
  readonly identity: string;
} {
  const sha256 = createHash("sha256").update(body).digest("hex");
  const stated = headers["x-amz-meta-sha256"] ?? sha256;
  const tag = headers["etag"] ?? "";
  const md5 = /^"?([0-9a-f]{32})"?$/.exec(tag)?.[1];
  return {
    agreesWithDigest: stated === sha256,
    agreesWithTag: md5 === undefined || md5 === createHash("md5").update(body).digest("hex"),
    identity: `${tag} ${sha256}`,
  };
}

/** A bucket that is not there is refused as such by every request but HEAD. */
function isAbsent({ status, body }: HttpAnswer): boolean {
  if (status !== 404) return false;
  if (!Buffer.from(body).includes("<Code>NoSuchBucket</Code>")) return true;
  throw new ReleaseError("STORAGE_MISSING", {
    what: "There is no such bucket.",
    next: "Make the bucket, or check its name and AWS_ENDPOINT_URL_S3.",
  });
}
