/** What an S3 service refuses ("Error responses"), as failures that a user meets. Its messages are not quoted: they may hold anything. */
import { ReleaseError, type ErrorCode } from "../../domain/errors/index.ts";
import { quoted } from "../../domain/quoted.ts";
import { childText, parseXml } from "../../formats/plain-xml.ts";
import type { HttpAnswer } from "../../ports/http.ts";

interface Asked {
  readonly bucket: string;
  readonly region: string;
  /** `PUT https://host/path`. */
  readonly request: string;
}

const credentialCodes = [
  "InvalidAccessKeyId",
  "SignatureDoesNotMatch",
  "ExpiredToken",
  "InvalidToken",
  "TokenRefreshRequired",
];

export function refusal(answer: HttpAnswer, { bucket, region, request }: Asked): ReleaseError {
  const document = parseXml(Buffer.from(answer.body).toString());
  const code = childText(document, "Code") ?? "";
  const { status } = answer;
  const what = `${request}: ${status}${code === "" ? "" : ` ${quoted(code)}`}`;
  const failure = (failed: ErrorCode, how: string, next: string): ReleaseError =>
    new ReleaseError(failed, { what: `${what}${how}.`, next });
  const elsewhere = childText(document, "Region") ?? answer.headers["x-amz-bucket-region"];
  if (code === "NoSuchBucket") {
    return failure("STORAGE_MISSING", `: there is no bucket ${quoted(bucket)}`, "Make the bucket, or check its name.");
  }
  if (elsewhere !== undefined && elsewhere !== region && status < 500) {
    const next = `Set AWS_REGION=${/^[a-z0-9-]+$/.test(elsewhere) ? elsewhere : "REGION"}, then run the same command again.`;
    return failure("STORAGE_MISSING", `: the bucket is not in ${region}, but in ${quoted(elsewhere)}`, next);
  }
  if (code === "RequestTimeTooSkewed") {
    const next = "Set the machine's clock (timedatectl), then run the same command again.";
    return failure("STORAGE_CREDENTIALS", ": the clocks of this machine and of the service differ too much", next);
  }
  if (credentialCodes.includes(code) || status === 401) {
    const next = "Check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN, or the profile (AWS_PROFILE).";
    return failure("STORAGE_CREDENTIALS", ": the credential was not accepted", next);
  }
  if (status === 403) {
    const rights = "s3:GetObject, s3:PutObject and s3:DeleteObject on its objects, s3:ListBucket on the bucket";
    return failure("STORAGE_FORBIDDEN", "", `Give the user of the credential these rights: ${rights}.`);
  }
  if (status === 501 || code === "NotImplemented") {
    const next = "Use a service that keeps If-Match and If-None-Match on writes (docs/apt-storage.md).";
    return failure("STORAGE_UNFIT", ": the service cannot do this", next);
  }
  if (status >= 500 || status === 429 || status === 408 || status === 409) {
    return failure("STORAGE_BUSY", "", "Wait a little, then run the same command again.");
  }
  const next = "Check AWS_ENDPOINT_URL_S3 and the bucket's settings, then run the same command again.";
  return failure("NETWORK_ANSWER_INVALID", ", which was not expected here", next);
}
