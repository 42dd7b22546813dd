/**
 * The environment of a build: a closed list of variables, so that what a machine happens to have set neither changes the
 * bytes nor reaches a build script. Invariant: a variable of the caller's passes only when it is named here, by the
 * builder or by the configuration's `grant`.
 */
import { join } from "node:path";
import type { BuildEnvironment } from "../../domain/project.ts";
import type { Environment } from "../../ports/environment.ts";

const proxies = ["ALL_PROXY", "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY"];

/** Where programs are found, and how the network is reached. */
const passed: readonly string[] = [
  "PATH",
  "TMPDIR",
  ...proxies,
  ...proxies.map((name) => name.toLowerCase()),
  "CARGO_HTTP_CAINFO",
  "CURL_CA_BUNDLE",
  "GIT_SSL_CAINFO",
  "GIT_SSL_CAPATH",
  "NIX_SSL_CERT_FILE",
  "NODE_EXTRA_CA_CERTS",
  "REQUESTS_CA_BUNDLE",
  "SSL_CERT_DIR",
  "SSL_CERT_FILE",
];

/** The same on every machine, whatever the caller has. */
const fixed = ["HOME", "LC_ALL", "SOURCE_DATE_EPOCH", "TZ"] as const;

/** Folders that toolchains look for under HOME: with a scratch HOME they have to be told where the caller's are. */
const homes: Readonly<Record<string, (home: string, environment: Environment) => string>> = {
  CARGO_HOME: (home) => join(home, ".cargo"),
  RUSTUP_HOME: (home) => join(home, ".rustup"),
  GOPATH: (home) => join(home, "go"),
  GOCACHE: (home, environment) => join(cacheFolder(home, environment), "go-build"),
  npm_config_cache: (home) => join(home, ".npm"),
};

export interface FixedValues {
  /** A scratch folder. */
  readonly home: string;
  /** Committer time, seconds since 1970. */
  readonly epoch: number;
}

/**
 * The whole environment of a build. What the configuration sets comes before what it grants, that before the fixed
 * values, those before what is passed on.
 *
 * @param wanted the builder's own variables (`Builder.plan`)
 */
export function buildEnvironment(
  spec: BuildEnvironment,
  wanted: readonly string[],
  environment: Environment,
  values: FixedValues,
): Record<string, string> {
  const result: Record<string, string> = {};
  for (const name of [...passed, ...wanted]) assign(result, name, environment.get(name) ?? derived(name, environment));
  result["HOME"] = values.home;
  result["LC_ALL"] = "C";
  result["TZ"] = "UTC";
  result["SOURCE_DATE_EPOCH"] = String(values.epoch);
  for (const name of spec.grant) assign(result, name, environment.get(name));
  return { ...result, ...spec.set };
}

/** Names that a build can see, sorted; the same on every machine. What the configuration sets comes on top. */
export function allowedNames(wanted: readonly string[], grant: readonly string[]): readonly string[] {
  return [...new Set([...passed, ...fixed, ...wanted, ...grant])].sort();
}

/** Whether a variable's name says that its value is nobody's business. */
export function isSecretName(name: string): boolean {
  return /TOKEN|SECRET|PASSW|PASSPHRASE|CREDENTIAL|PRIVATE|(^|_)(KEY|AUTH)($|_)|APIKEY|_PAT$/i.test(name);
}

/**
 * Takes the values of secret variables, and user names and passwords inside addresses, out of a text that people or logs
 * will see. Values of fewer than six characters stay: taking "1" out of every line would hide the text and protect nothing.
 */
export function redactor(environment: Readonly<Record<string, string>>): (text: string) => string {
  const secrets = Object.entries(environment)
    .flatMap(([name, value]) => (isSecretName(name) ? value.split("\n") : credentials(value)))
    .map((secret) => secret.trim())
    .filter((secret) => secret.length >= 6)
    .sort((a, b) => b.length - a.length);
  return (text) => secrets.reduce((shown, secret) => shown.replaceAll(secret, "***"), text);
}

/** `user:password` of every address in a value. */
function credentials(value: string): readonly string[] {
  return [...value.matchAll(/[a-z][a-z0-9+.-]*:\/\/([^/\s@]+)@/gi)].map((match) => match[1] ?? "");
}

function assign(result: Record<string, string>, name: string, value: string | undefined): void {
  if (value !== undefined) result[name] = value;
}

function derived(name: string, environment: Environment): string | undefined {
  return environment.home === null ? undefined : homes[name]?.(environment.home, environment);
}

function cacheFolder(home: string, environment: Environment): string {
  if (environment.host.endsWith("-darwin")) return join(home, "Library", "Caches");
  return environment.get("XDG_CACHE_HOME") ?? join(home, ".cache");
}
