/**
 * Where an S3 service is and who asks it, from the environment and the shared files as the AWS tools read them ("AWS SDKs
 * and Tools Reference Guide": environment variables, shared config and credentials files). Invariant: a secret is in no
 * message.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ReleaseError } from "../../domain/errors/index.ts";
import { quoted } from "../../domain/quoted.ts";
import type { AwsCredential } from "../../formats/aws-signature.ts";
import type { Environment } from "../../ports/environment.ts";
import { absentIsNull, guard } from "../file-failure.ts";

export interface AwsSettings {
  readonly credential: AwsCredential;
  readonly region: string;
  /** Of a service other than Amazon's own; null for that. */
  readonly endpoint: URL | null;
}

type Section = ReadonlyMap<string, string>;

/** Failures: STORAGE_CREDENTIALS, USAGE. */
export async function awsSettings(environment: Environment): Promise<AwsSettings> {
  const profile = variable(environment, "AWS_PROFILE") ?? "default";
  const [config, credentials] = await Promise.all([
    sectionOf(environment, "AWS_CONFIG_FILE", "config", profile === "default" ? profile : `profile ${profile}`),
    sectionOf(environment, "AWS_SHARED_CREDENTIALS_FILE", "credentials", profile),
  ]);
  const setting = (names: readonly string[], key: string): string | undefined =>
    names.map((name) => variable(environment, name)).find((value) => value !== undefined) ?? config.get(key);
  const endpoint = setting(["AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"], "endpoint_url");
  const region = setting(["AWS_REGION", "AWS_DEFAULT_REGION"], "region");
  return {
    credential: credentialOf(environment, [credentials, config], profile),
    region: demandRegion(region ?? (endpoint === undefined ? undefined : "us-east-1")),
    endpoint: endpoint === undefined ? null : parseEndpoint(endpoint),
  };
}

function credentialOf(environment: Environment, sections: readonly Section[], profile: string): AwsCredential {
  const fromFile = sections.find((section) => section.has("aws_access_key_id"));
  const inEnvironment = variable(environment, "AWS_ACCESS_KEY_ID") !== undefined;
  const get = (name: string): string | undefined =>
    inEnvironment ? variable(environment, name.toUpperCase()) : fromFile?.get(name);
  const [accessKey, secretKey, sessionToken] = ["aws_access_key_id", "aws_secret_access_key", "aws_session_token"].map(
    get,
  );
  // What is signed with goes into headers; a line end in it is a mistake in the file or variable.
  const usable = [accessKey, secretKey, sessionToken].every((value) => value === undefined || /^[!-~]+$/.test(value));
  if (accessKey !== undefined && secretKey !== undefined && usable) {
    return { accessKey, secretKey, ...(sessionToken === undefined ? {} : { sessionToken }) };
  }
  throw new ReleaseError("STORAGE_CREDENTIALS", {
    what:
      accessKey === undefined
        ? `No credential for S3: AWS_ACCESS_KEY_ID is not set, and the profile ${quoted(profile)} has no aws_access_key_id.`
        : usable
          ? "The access key for S3 has no secret key beside it."
          : "The credential for S3 holds a character that no credential holds, such as a space or a line end.",
    next: 'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY. From a login by the AWS tools: eval "$(aws configure export-credentials --format env)"',
  });
}

function demandRegion(region: string | undefined): string {
  if (region !== undefined && /^[a-z0-9-]{1,50}$/i.test(region)) return region;
  throw new ReleaseError("USAGE", {
    what: region === undefined ? "No region is set for S3." : `${quoted(region)} is not the name of a region.`,
    next: "Set the bucket's: AWS_REGION=eu-central-1. For a service other than Amazon's: AWS_ENDPOINT_URL_S3=https://host",
  });
}

function parseEndpoint(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (
    url !== null &&
    ["http:", "https:"].includes(url.protocol) &&
    `${url.username}${url.password}${url.search}${url.hash}` === ""
  )
    return url;
  throw new ReleaseError("USAGE", {
    // A wrong value may be a credential that was pasted into the wrong variable.
    what: "AWS_ENDPOINT_URL_S3 (or AWS_ENDPOINT_URL, or endpoint_url of the profile) is not the address of a service.",
    next: "Write scheme, host and port, and no user, password or query: https://storage.example.org",
  });
}

/** An empty variable counts as one that is not set. */
function variable(environment: Environment, name: string): string | undefined {
  const value = environment.get(name);
  return value === "" ? undefined : value;
}

async function sectionOf(environment: Environment, name: string, file: string, section: string): Promise<Section> {
  const path = variable(environment, name) ?? (environment.home === null ? null : join(environment.home, ".aws", file));
  if (path === null) return new Map();
  return iniSection(
    await guard("read", path, async () => (await readFile(path, "utf8").catch(absentIsNull)) ?? ""),
    section,
  );
}

/** One section; settings that are nested, by lines that begin with a space, are none of ours. */
function iniSection(text: string, wanted: string): Section {
  const found = new Map<string, string>();
  let inside = false;
  for (const line of text.split(/\r?\n/)) {
    const header = /^\[\s*([^\]]*?)\s*\]/.exec(line)?.[1];
    if (header !== undefined) inside = header.replace(/\s+/g, " ") === wanted;
    const [, key, value] = /^([A-Za-z0-9_]+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (inside && key !== undefined && value !== undefined) found.set(key.toLowerCase(), value);
  }
  return found;
}
