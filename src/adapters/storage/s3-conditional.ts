/**
 * Writing an object only over what it was made from ("Prevent object overwrites with conditional writes"). Invariant: a
 * write whose answer was lost is told from another writer's by what the object holds then.
 */
import { createHash } from "node:crypto";
import { ReleaseError, isReleaseError } from "../../domain/errors/index.ts";
import type { Clock } from "../../ports/clock.ts";
import type { HttpAnswer } from "../../ports/http.ts";
import type { Revision, StoredFile } from "../../ports/storage.ts";
import type { S3Client, S3Request } from "./s3-client.ts";

const attempts = 6;

/** Refused: somebody else's object is there. In conflict: another write of it was under way, so ours was not done. */
const refused = [404, 412];
const conflict = 409;

export interface ConditionalWrite {
  /** With its body and headers, without the condition. */
  readonly request: S3Request;
  readonly content: Uint8Array;
  readonly from: Revision | null;
  /** What the object holds now. */
  readonly present: () => Promise<StoredFile | null>;
}

/** The new revision, or null where another writer was quicker. Failures: STORAGE_BUSY, NETWORK_…. */
export async function writeOver(
  client: S3Client,
  clock: Clock,
  { request, content, from, present }: ConditionalWrite,
): Promise<Revision | null> {
  let unsure = false;
  let last: unknown;
  for (let attempt = 0; attempt < attempts; attempt++) {
    const outcome = await attemptOnce(client, { ...request, headers: { ...request.headers, ...condition(from) } });
    if ("answer" in outcome) {
      const { status, headers } = outcome.answer;
      if (status < 300) return revisionOf(headers["etag"], client);
      // The refusal may be of our own first request's success.
      if (refused.includes(status)) return unsure ? own(await present(), content) : null;
    } else {
      last = outcome.lost;
    }
    unsure = true;
    const now = await present();
    const done = own(now, content);
    if (done !== null || (now?.revision ?? null) !== from) return done;
    await clock.sleep(100 * 2 ** attempt);
  }
  throw (
    last ??
    new ReleaseError("STORAGE_BUSY", {
      what: `${client.bucket}: ${attempts} times another write of ${request.key} was under way.`,
      next: "Run the same command again when the others are done.",
    })
  );
}

async function attemptOnce(
  client: S3Client,
  request: S3Request,
): Promise<{ readonly answer: HttpAnswer } | { readonly lost: ReleaseError }> {
  try {
    return { answer: await client.send({ ...request, expected: [...refused, conflict] }) };
  } catch (error) {
    if (isReleaseError(error) && ["NETWORK_ANSWER_LOST", "STORAGE_BUSY"].includes(error.code)) return { lost: error };
    throw error;
  }
}

function own(present: StoredFile | null, content: Uint8Array): Revision | null {
  return present !== null && digestOf(present.bytes) === digestOf(content) ? present.revision : null;
}

function condition(from: Revision | null): Readonly<Record<string, string>> {
  return from === null ? { "if-none-match": "*" } : { "if-match": from };
}

/**
 * Asks the service to do what it must refuse, on an object of our own: one that took no notice of conditions would let
 * two writers undo each other's work without a sign. Failures: STORAGE_UNFIT.
 */
export async function demandConditions(client: S3Client, key: string): Promise<void> {
  const write = async (headers: Readonly<Record<string, string>>): Promise<number> => {
    const body = Buffer.from("Shows whether the service keeps conditions on writes.\n");
    const kind = { "content-type": "text/plain; charset=utf-8", "cache-control": "no-cache" };
    return (
      await client.send({
        method: "PUT",
        key,
        headers: { ...kind, ...headers },
        body,
        repeatable: true,
        expected: [...refused, conflict],
      })
    ).status;
  };
  const onlyNew = { "if-none-match": "*" };
  const other = { "if-match": '"00000000000000000000000000000000"' };
  // The first of all runs makes the object, and asks again.
  if ((await write(onlyNew)) < 300 && (await write(onlyNew)) < 300) throw unfit(client, "If-None-Match: *");
  if ((await write(other)) < 300) throw unfit(client, "If-Match");
}

function unfit({ bucket }: S3Client, header: string): ReleaseError {
  return new ReleaseError("STORAGE_UNFIT", {
    what: `The service that holds the bucket ${bucket} writes over an object although ${header} forbids it.`,
    next: "Use a service that keeps these conditions (docs/apt-storage.md).",
  });
}

/** Failures: STORAGE_UNFIT. */
export function revisionOf(etag: string | undefined, { bucket }: S3Client): Revision {
  if (etag !== undefined && etag !== "" && etag !== '""') return etag;
  throw new ReleaseError("STORAGE_UNFIT", {
    what: `The service that holds the bucket ${bucket} gives an object no ETag, by which changes of it are noticed.`,
    next: "Use another service, or write the object anew by it.",
  });
}

function digestOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
