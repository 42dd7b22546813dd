/**
 * `npm run demo`: cuts this program's own release from a clone of this checkout, signed by a throw-away key, and then
 * checks it as an installer would, with sha256sum, gpg and dpkg-deb and nothing of ours.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

const root = join(import.meta.dirname, "..");
const demo = resolve(process.argv[2] ?? join(root, ".demo"));
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
const tag = `v${version}`;
const releases = join(demo, "releases");
const release = join(releases, tag);
const program = join(root, "dist", "ggen-release.js");
const started = performance.now();

rmSync(demo, { recursive: true, force: true });
mkdirSync(join(demo, "gnupg"), { recursive: true, mode: 0o700 });

run("what the checks need", "sh", ["scripts/debian-packages.sh", "git", "gpg", "dpkg-deb"], root);
run("bundling this program", "node", ["scripts/bundle.ts"], root);
run(
  "a clone, so that your checkout gets no tag",
  "git",
  ["clone", "--quiet", "--no-hardlinks", root, join(demo, "clone")],
  root,
);
const owner = "ggen-release demo <demo@ggen-release.invalid>";
run(
  "a throw-away key",
  "node",
  [program, "keys", "new", "--user-id", owner, "--folder", join(demo, "key"), "--quiet"],
  demo,
);
const key = readdirSync(join(demo, "key")).find((name) => name.endsWith("signing.asc"));
if (key === undefined) fail("keys new wrote no signing key");
process.env["GGEN_RELEASE_KEY_FILE"] = join(demo, "key", key);
// Its own cache, so that it takes the time of a first build, and leaves nothing outside of its folder.
process.env["XDG_CACHE_HOME"] = join(demo, "cache");
run(`cut ${tag}`, "node", [program, "cut", tag, "--releases", releases], join(demo, "clone"));

const exported = spawnSync("node", [program, "keys", "export"], { cwd: join(demo, "clone"), encoding: "utf8" });
if (exported.status !== 0) fail(`keys export: ${exported.stderr}`);
writeFileSync(join(demo, "key.asc"), exported.stdout);

console.log(`\nWhat an installer does, in ${release}:\n`);
const gpg = { ...process.env, GNUPGHOME: join(demo, "gnupg") };
const deb = readdirSync(release).find((name) => name.endsWith(".deb"));
check("sh", ["-c", "sha256sum -c *.sha256"]);
check("sha256sum", ["-c", "SHA256SUMS"]);
check("gpg", ["--quiet", "--import", join("..", "..", "key.asc")]);
check("gpg", ["--verify", "SHA256SUMS.asc", "SHA256SUMS"]);
endAgents();
check("dpkg-deb", ["-I", deb ?? fail("there is no .deb")]);
const single = readdirSync(release).find((name) => name.endsWith("-x86_64-linux")) ?? fail("there is no single file");
// Without a PATH there is no Node that it could fall back to.
check("env", ["-i", `./${single}`, "--version"]);
console.log(
  `\nAll of it verified, ${((performance.now() - started) / 1000).toFixed(0)} s after the install. The release is in ${release}.`,
);

/** Runs one of the demo's own steps; its output is the user's. */
function run(title: string, command: string, args: readonly string[], cwd: string): void {
  console.log(`== ${title}`);
  const done = spawnSync(command, args, { cwd, stdio: "inherit" });
  if (done.status !== 0) fail(`${command} ${args.join(" ")} ended with exit code ${done.status}`);
}

/** Runs an installer's command and shows it with what it says. */
function check(command: string, args: readonly string[]): void {
  console.log(`$ ${command === "sh" ? args[1] : [command, ...args].join(" ")}`);
  const done = spawnSync(command, args, { cwd: release, env: gpg, encoding: "utf8" });
  const said = `${done.stdout}${done.stderr}`.trim();
  console.log(said.replace(/^/gm, "  "));
  if (done.status !== 0) fail(`${command} ended with exit code ${done.status}`);
}

/** What gpg started for the demo's key ring would outlive it. */
function endAgents(): void {
  spawnSync("gpgconf", ["--kill", "all"], { env: { ...process.env, GNUPGHOME: join(demo, "gnupg") } });
}

function fail(message: string): never {
  endAgents();
  console.error(`demo: ${message}`);
  process.exit(1);
}
