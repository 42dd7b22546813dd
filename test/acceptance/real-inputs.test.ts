/**
 * Published programs, none written for a test, each as its maintainer would release it: configured in a few lines, cut,
 * verified and installed with plain tools, run, and cut again in other circumstances to the same bytes.
 */
import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Manifest } from "../../src/domain/manifest.ts";
import { runCommand, type CommandRun, type Variables } from "../cli.ts";
import { describeWith } from "../requires.ts";
import { repositoryOf } from "./build-scene.ts";
import { elsewhere, sameUser } from "./elsewhere.ts";
import { emptySystem, keyring, lintianErrors, run } from "./installer.ts";
import { crate, goModule } from "./published-sources.ts";

const architecture = process.arch === "arm64" ? "aarch64" : "x86_64";
const debian = process.arch === "arm64" ? "arm64" : "amd64";
const plainTools = [
  "git",
  "sha256sum",
  "gpg",
  "dpkg",
  "dpkg-deb",
  "dpkg-query",
  "lintian",
  "tar",
  "unzip",
  "ruby",
  "bash",
];
const minutes = 60_000;

interface RealInput {
  readonly program: string;
  readonly version: string;
  /** Folder of the compiler's installation, which holds `bin/`. */
  toolchain(): string;
  /** What the compiler keeps between builds, for the first cut only. */
  warm(): Variables;
  /** Folder of the published sources. */
  sources(scratch: string): string;
  /** Lines of ggen-release.yaml. */
  readonly configuration: readonly string[];
  /** Target id of what runs here. */
  readonly host: string;
  readonly targets: readonly string[];
  /** Manual page in the sources. */
  readonly man: string;
  /** Arguments with which it prints its completion for bash. */
  readonly bashCompletion: readonly string[];
  /** What it answers to `--version`. */
  readonly says: RegExp;
  /** Packages that the .deb depends on. */
  readonly depends: readonly string[];
  /** Does the work that it is there for. */
  use(program: string, folder: string): void;
}

const cut = (folder: string, { version }: RealInput, variables: Variables, through: readonly string[] = []) =>
  runCommand(folder, ["cut", `v${version}`], variables, through);

function acceptance(input: RealInput): void {
  const { program, version, host, targets } = input;
  let base = "";
  afterAll(() => {
    // Go keeps its modules read-only.
    execFileSync("chmod", ["-R", "u+w", base]);
    rmSync(base, { recursive: true, force: true });
  });
  const tag = `v${version}`;
  const first = (): string => join(base, "first");
  const secret = (): string => join(base, "keys", "release-key.signing.asc");
  let fingerprint = "";
  let done: CommandRun;
  let sources = "";
  /** Where an installer has downloaded what the manifest names, and the signatures. */
  let downloads = "";
  let manifest: Manifest;
  const files = (): readonly string[] => manifest.artifacts.map(({ file }) => file);
  const packages = (): readonly string[] =>
    manifest.artifacts.filter(({ kind }) => kind !== "checksum").map(({ file }) => file);

  beforeAll(async () => {
    base = mkdtempSync(join(tmpdir(), "ggen-release-real-"));
    const made = await runCommand(base, [
      "keys",
      "new",
      "--json",
      "--user-id",
      "Jane Doe <jane@tool.org>",
      "--folder",
      "keys",
    ]);
    const [result] = made.events.flatMap((event) => (event.type === "result" ? [event.result] : []));
    fingerprint = (result as { fingerprint: string }).fingerprint;
    sources = input.sources(join(base, "fetch"));
    const configuration = [
      ...input.configuration,
      `sign: { key: "env:GGEN_RELEASE_KEY", fingerprint: ${fingerprint} }`,
    ];
    repositoryOf(sources, first(), tag, { "ggen-release.yaml": `${configuration.join("\n")}\n` }, [".cargo-ok"]);
    done = await cut(first(), input, { ...input.warm(), GGEN_RELEASE_KEY_FILE: secret() });
    if (done.exit !== 0) throw new Error(done.stderr);
    const release = join(first(), "releases", tag);
    manifest = JSON.parse(readFileSync(join(release, "manifest.json"), "utf8")) as Manifest;
    downloads = join(base, "downloads");
    mkdirSync(downloads);
    const published = readdirSync(release).filter((name) => name.endsWith(".asc"));
    for (const name of ["manifest.json", ...files(), ...published]) cpSync(join(release, name), join(downloads, name));
  }, 10 * minutes);

  it("is configured in at most fifteen lines, its key among them", () => {
    const text = readFileSync(join(first(), "ggen-release.yaml"), "utf8");
    expect(text.trimEnd().split("\n").length).toBeLessThanOrEqual(15);
  });

  it("is released whole: programs, archives, .deb, formula and sources, and nothing half written", () => {
    const made = targets.flatMap((target) => [
      `${program}-${version}-${target}.tar.gz`,
      `${program}-${version}-${target}.zip`,
    ]);
    expect(packages()).toEqual(
      expect.arrayContaining([
        ...made,
        `${program}_${version}_${debian}.deb`,
        `${program}.rb`,
        `${program}-${version}-source.tar.gz`,
      ]),
    );
    expect(packages().filter((file) => /^[^.]*-[0-9.]+-[a-z0-9_]+-[a-z]+$/.test(file))).toHaveLength(targets.length);
    const known = [...files(), "manifest.json", "plan.json", "ledger.jsonl", "PIPELINE.log", "REPORT.md"];
    const rest = readdirSync(join(first(), "releases", tag)).filter((name) => !known.includes(name));
    expect(rest.every((name) => name.endsWith(".asc") && known.includes(name.slice(0, -4)))).toBe(true);
    expect(done.stdout).toContain(`signed by ${fingerprint}`);
  });

  it("passes sha256sum -c, for each file and for all", () => {
    const single = run("sh", ["-c", "sha256sum -c -- *.sha256"], downloads);
    expect(single.trimEnd().split("\n").sort()).toEqual(
      packages()
        .map((file) => `${file}: OK`)
        .sort(),
    );
    expect(run("sha256sum", ["-c", "SHA256SUMS"], downloads).split("\n").sort()).toEqual(single.split("\n").sort());
  });

  it(
    "passes gpg --verify with the public key alone: every package, the sums and the manifest",
    () => {
      const signer = keyring(join(base, "gnupg"), join(base, "keys", "release-key.public.asc"));
      const signed = [...packages(), "SHA256SUMS", "manifest.json"];
      expect(
        readdirSync(downloads)
          .filter((name) => name.endsWith(".asc"))
          .sort(),
      ).toEqual(signed.map((file) => `${file}.asc`).sort());
      for (const file of signed) expect([file, signer(downloads, file)]).toEqual([file, fingerprint]);
    },
    minutes,
  );

  it(
    "installs as a .deb, and runs from there",
    () => {
      const deb = `${program}_${version}_${debian}.deb`;
      expect(run("dpkg-deb", ["-I", deb], downloads)).toContain(`Version: ${version}\n`);
      const entries = run("dpkg-deb", ["-c", deb], downloads).trimEnd().split("\n");
      expect(entries.filter((line) => !/^(drwxr-xr-x|-rwxr-xr-x|-rw-r--r--) root\/root /.test(line))).toEqual([]);
      const root = join(base, "system");
      mkdirSync(root);
      const dpkg = emptySystem(root, input.depends);
      dpkg("--unpack", join(downloads, deb));
      dpkg("--configure", program);
      expect(dpkg("--verify", program)).toBe("");
      expect(run(join(root, "usr/bin", program), ["--version"], root)).toMatch(input.says);
      input.use(join(root, "usr/bin", program), sources);
      const manual = gunzipSync(readFileSync(join(root, `usr/share/man/man1/${program}.1.gz`)));
      expect(manual.equals(readFileSync(join(sources, input.man)))).toBe(true);
      run("bash", ["-n", join(root, "usr/share/bash-completion/completions", program)], root);
    },
    minutes,
  );

  it(
    "is a .deb without errors of lintian but those that stand",
    () => {
      expect(lintianErrors(`${program}_${version}_${debian}.deb`, downloads)).toEqual([]);
    },
    2 * minutes,
  );

  it("unpacks to the same files with tar and unzip, and runs from there", () => {
    const name = `${program}-${version}-${host}`;
    const folders = ["tar", "zip"].map((kind) => join(base, `from-${kind}`));
    const [fromTar = "", fromZip = ""] = folders;
    for (const folder of folders) mkdirSync(folder);
    expect(run("tar", ["-tvzf", `${name}.tar.gz`], downloads)).not.toMatch(
      /^(?!(drwxr-xr-x|-rwxr-xr-x|-rw-r--r--) root\/root )./m,
    );
    run("tar", ["-xzf", join(downloads, `${name}.tar.gz`)], fromTar);
    run("unzip", ["-q", join(downloads, `${name}.zip`)], fromZip);
    run("diff", ["-r", fromTar, fromZip], base);
    const folder = join(fromZip, name);
    expect(readdirSync(folder)).toEqual(expect.arrayContaining(["README.md", "completions", "man", program]));
    expect(readdirSync(folder).some((file) => file.startsWith("LICENSE"))).toBe(true);
    expect(statSync(join(folder, program)).mode & 0o777).toBe(0o755);
    expect(run(join(folder, program), ["--version"], base)).toMatch(input.says);
    input.use(join(folder, program), sources);
    expect(readFileSync(join(folder, "completions", `${program}.bash`), "utf8")).toBe(
      run(join(folder, program), input.bashCompletion, base),
    );
  });

  it("has a bare program that runs as it is downloaded", () => {
    const [bare = ""] = files().filter((file) => file === `${program}-${version}-${architecture}-linux`);
    chmodSync(join(downloads, bare), 0o755);
    input.use(join(downloads, bare), sources);
  });

  it("has a source archive of exactly the tag's tree", () => {
    const folder = join(base, "from-source");
    mkdirSync(folder);
    run("tar", ["-xzf", join(downloads, `${program}-${version}-source.tar.gz`)], folder);
    const tree = join(folder, `${program}-${version}`);
    const git = ["--git-dir", join(first(), ".git"), "--work-tree", tree];
    expect(run("git", [...git, "diff", "--stat", tag], tree)).toBe("");
    expect(run("git", [...git, "ls-files", "--others"], tree)).toBe("");
  });

  it("has a formula that Ruby reads, with the archives' own sums", () => {
    expect(run("ruby", ["-c", `${program}.rb`], downloads)).toBe("Syntax OK\n");
    const formula = readFileSync(join(downloads, `${program}.rb`), "utf8");
    const sums = [...formula.matchAll(/^ *url ".*\/([^"/]+)"\n *sha256 "([0-9a-f]{64})"$/gm)];
    const archives = manifest.artifacts.filter(({ format, kind }) => format === "tar.gz" && kind === "archive");
    expect(Object.fromEntries(sums.map(([, file, sum]) => [file, sum]))).toEqual(
      Object.fromEntries(archives.map(({ file, sha256 }) => [file, sha256])),
    );
  });

  const who = sameUser === null ? "as another user, with the toolchain under another path, " : "";
  it(
    `is bit for bit the same when it is cut again ${who}in another folder, umask, time zone and locale, with empty caches`,
    async () => {
      const { folder, variables, through, give } = elsewhere(base, input.toolchain());
      const second = join(folder, "second");
      execFileSync("git", ["clone", "--quiet", "--no-hardlinks", first(), second], { stdio: "pipe" });
      const key = join(folder, "key.asc");
      cpSync(secret(), key);
      give(folder);
      const again = await cut(second, input, { ...variables, GGEN_RELEASE_KEY_FILE: key }, through);
      if (again.exit !== 0) throw new Error(again.stderr);
      expect(again.stderr).not.toMatch(/differs at every build|there already/);
      const release = join(second, "releases", tag);
      for (const file of ["manifest.json", ...files()])
        expect([file, readFileSync(join(release, file)).equals(readFileSync(join(downloads, file)))]).toEqual([
          file,
          true,
        ]);
      if (sameUser === null) expect(statSync(join(release, "manifest.json")).uid).not.toBe(process.getuid?.());
      expect(readdirSync(join(second, ".ggen-release", "work"))).toEqual([]);
    },
    10 * minutes,
  );

  if (sameUser !== null) {
    describe(`cut by another user: not run, ${sameUser}`, () => {
      it.todo("is bit for bit the same");
    });
  }
}

describeWith([...plainTools, "cargo", "rustc", "cc"], "fd 10.2.0, from the Rust registry", () => {
  acceptance({
    program: "fd",
    version: "10.2.0",
    toolchain: () => execFileSync("rustc", ["--print", "sysroot"], { encoding: "utf8" }).trim(),
    warm: () => ({}),
    sources: (scratch) => crate("fd-find", "10.2.0", scratch),
    configuration: [
      "maintainer: Jane Doe <jane@tool.org>",
      "builds:",
      "  - builder: cargo",
      `    targets: [${architecture}-linux-gnu]`,
      "    no-default-features: true",
      "    features: [completions]",
      "documents:",
      "  man: [doc/fd.1]",
      '  completions: { command: [--gen-completions, "{shell}"] }',
      "packages: { zip: true }",
    ],
    host: `${architecture}-linux-gnu`,
    targets: [`${architecture}-linux-gnu`],
    man: "doc/fd.1",
    bashCompletion: ["--gen-completions", "bash"],
    says: /^fd 10\.2\.0\n$/,
    depends: ["libc6", "libgcc-s1"],
    use: (program, folder) => expect(run(program, ["--type=file", "^cli"], folder)).toBe("src/cli.rs\n"),
  });
});

describeWith([...plainTools, "go"], "fzf 0.65.2, from the Go module proxy", () => {
  const targets = ["x86_64-linux", "aarch64-linux", "x86_64-darwin", "aarch64-darwin"];
  acceptance({
    program: "fzf",
    version: "0.65.2",
    toolchain: () => execFileSync("go", ["env", "GOROOT"], { encoding: "utf8" }).trim(),
    warm: () => ({ GOCACHE: execFileSync("go", ["env", "GOCACHE"], { encoding: "utf8" }).trim() }),
    sources: (scratch) => goModule("github.com/junegunn/fzf", "v0.65.2", scratch),
    configuration: [
      "summary: Command-line fuzzy finder",
      "description: fzf filters any list as one types, in a terminal or a pipe.",
      "license: MIT",
      "maintainer: Jane Doe <jane@tool.org>",
      "builds:",
      "  - builder: go",
      `    targets: [${targets.join(", ")}]`,
      "    ldflags: -s -w -X main.version={version} -X main.revision={commit}",
      "documents:",
      "  man: [man/man1/fzf.1]",
      '  completions: { command: ["--{shell}"] }',
      "packages: { zip: true }",
    ],
    host: `${architecture}-linux`,
    targets,
    man: "man/man1/fzf.1",
    bashCompletion: ["--bash"],
    says: /^0\.65\.2 \([0-9a-f]{40}\)\n$/,
    depends: [],
    use: (program, folder) =>
      expect(run(program, ["--filter=rdm"], folder, "LICENSE\nREADME.md\n")).toBe("README.md\n"),
  });
});
