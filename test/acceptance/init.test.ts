/** `init`, `check` and `schema` in real repositories: plain ones, odd ones and hostile ones. */
import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { check } from "../../src/operations/check.ts";
import { init } from "../../src/operations/init.ts";
import { runCommand } from "../cli.ts";
import { author, testRepository, type TestRepository } from "../repository.ts";
import { describeWith } from "../requires.ts";
import { realPorts } from "../scratch.ts";

const environment = { ...process.env, ...author };
const rust = {
  "Cargo.toml": `[package]
name = "hello"
version = "1.2.3"
description = "Greets whoever asks"
license = "MIT"
repository = "https://github.com/jane/hello"
authors = ["Jane Doe <jane@tool.org>"]
`,
  "Cargo.lock": "version = 4\n",
  "src/main.rs": "fn main() {}\n",
  "README.md": "# hello\n",
};

async function initIn(repository: TestRepository, force = false) {
  return init(realPorts(repository.folder, environment), { force });
}

async function checkIn(repository: TestRepository, config?: string) {
  return check(realPorts(repository.folder, environment), config === undefined ? {} : { config });
}

function read(repository: TestRepository, path: string): Promise<string> {
  return readFile(join(repository.folder, path), "utf8");
}

async function failing(repository: TestRepository): Promise<readonly string[]> {
  const { findings } = await checkIn(repository);
  return findings.filter(({ verdict }) => verdict === "fail").map(({ message }) => message);
}

describeWith(["git"], "init", () => {
  it("writes a short configuration that check accepts, and says what to type next", async () => {
    const repository = await testRepository(rust);
    const result = await initIn(repository);
    expect(result.text).toBe(await read(repository, "ggen-release.yaml"));
    expect(result.text.split("\n").length).toBeLessThanOrEqual(16);
    expect(await read(repository, ".gitignore")).toBe("/.ggen-release/\n/releases/\n");
    expect(result.notes).toEqual([]);
    expect(result.next).toBe(
      'git add ggen-release.yaml .gitignore && git commit -m "Say what is released" && ggen-release plan v1.2.3',
    );
    expect(result.project?.about.summary).toBe("Greets whoever asks");
    repository.commit();
    expect(await failing(repository)).toEqual([]);
    expect((await checkIn(repository)).findings.filter(({ verdict }) => verdict === "warn")).toEqual([]);
  });

  it("works from a folder below the top, and before the first commit", async () => {
    const repository = await testRepository();
    await repository.write(rust);
    const result = await init(realPorts(join(repository.folder, "src"), environment), { force: false });
    expect(result.file).toBe(join(repository.folder, "ggen-release.yaml"));
    expect(result.project?.builds[0]?.binaries).toEqual(["hello"]);
  });

  it("does not write over what somebody decided, unless it is forced to", async () => {
    const repository = await testRepository({ ...rust, "ggen-release.yaml": "name: mine\n" });
    await expect(initIn(repository)).rejects.toMatchObject({ code: "CONFIG_EXISTS", exit: 2 });
    expect(await read(repository, "ggen-release.yaml")).toBe("name: mine\n");
    expect(repository.git("status", "--porcelain")).toBe("");
    await initIn(repository, true);
    expect(await read(repository, "ggen-release.yaml")).toContain("name: hello");
  });

  it("leaves .gitignore as it is but for what is missing, once", async () => {
    const repository = await testRepository({ ...rust, ".gitignore": "target\r\nreleases/\r\n" });
    expect((await initIn(repository)).ignored).toEqual(["/.ggen-release/"]);
    expect((await initIn(repository, true)).ignored).toEqual([]);
    expect(await read(repository, ".gitignore")).toBe("target\r\nreleases/\r\n/.ggen-release/\r\n");
  });

  it("leaves a .gitignore alone that is a link", async () => {
    const repository = await testRepository({ ...rust, "ignore.txt": "target\n" });
    await symlink("ignore.txt", join(repository.folder, ".gitignore"));
    const { notes } = await initIn(repository);
    expect(notes.at(-1)?.message).toContain("not a file of its own");
    expect(await read(repository, "ignore.txt")).toBe("target\n");
  });

  it("writes nothing where a manifest cannot be read", async () => {
    const repository = await testRepository({ "Cargo.toml": "[package\n" });
    await expect(initIn(repository)).rejects.toMatchObject({ code: "MANIFEST_INVALID" });
    expect(repository.git("status", "--porcelain")).toBe("");
  });

  it("writes nothing that would be refused: a placeholder address in the manifest", async () => {
    const repository = await testRepository({
      ...rust,
      "Cargo.toml": rust["Cargo.toml"].replace("github.com/jane", "artifacts.example.com"),
    });
    await expect(initIn(repository)).rejects.toMatchObject({ code: "CONFIG_URL_RESERVED" });
    expect(repository.git("status", "--porcelain")).toBe("");
  });

  it("outside of a repository says what to do", async () => {
    await expect(init(realPorts("/", environment), { force: false })).rejects.toMatchObject({
      code: "GIT_NOT_A_REPOSITORY",
    });
  });
});

describeWith(["git"], "init in an odd repository", () => {
  it("finds the program in a member, where the default member is only a library", async () => {
    const repository = await testRepository({
      "Cargo.toml":
        '[workspace]\nmembers = ["crates/*"]\n[package]\nname = "ggen"\nversion = "5.0.2"\ndescription = "x y z"\nauthors = ["J <j@g.dev>"]\n',
      "Cargo.lock": "",
      "src/lib.rs": "",
      "crates/cli/Cargo.toml":
        '[package]\nname = "ggen-cli-lib"\nversion = "5.0.2"\n[[bin]]\nname = "ggen"\npath = "src/main.rs"\n',
      "crates/cli/src/main.rs": "",
    });
    const { text, project } = await initIn(repository);
    expect(text).toContain('name: ggen # made by the package "ggen-cli-lib"\n');
    expect(project?.builds).toMatchObject([{ section: { package: "ggen-cli-lib" }, binaries: ["ggen"] }]);
  });

  it("names several programs", async () => {
    const main = "package main\n\nvar version string\n\nfunc main() {}\n";
    const repository = await testRepository({
      "go.mod": "module suite.dev/suite\n",
      "cmd/one/main.go": main,
      "cmd/two/main.go": main,
    });
    const { text, project } = await initIn(repository);
    expect(text).toContain("main: ./cmd/{binary}\n");
    expect(project?.builds).toMatchObject([{ binaries: ["one", "two"] }]);
    expect(project?.name).toBe("suite");
  });

  it("says which line keeps the lock file out", async () => {
    const { "Cargo.lock": _, ...unlocked } = rust;
    const repository = await testRepository({ ...unlocked, ".gitignore": "target\nCargo.lock\n" });
    await repository.write({ "Cargo.lock": "version = 4\n" });
    const { notes } = await initIn(repository);
    expect(notes).toMatchObject([
      {
        message: expect.stringContaining("line 2 of .gitignore keeps it out"),
        next: expect.stringContaining("git add -f Cargo.lock"),
      },
    ]);
  });

  it("declares a manifest whose version only git knows", async () => {
    const repository = await testRepository({ ...rust, "Cargo.toml": rust["Cargo.toml"].replace("1.2.3", "0.0.0") });
    repository.git("tag", "-a", "-m", "x", "0.9.0");
    const { text, next } = await initIn(repository);
    expect(text).toContain('tag-prefix: ""');
    expect(text).toContain('{file: "**/Cargo.toml", role: placeholder}');
    expect(next).toContain("ggen-release plan 0.9.1");
  });

  it("finds maintainer and repository in git where no manifest names them", async () => {
    const repository = await testRepository({
      "go.mod": "module tool.dev/tool\n",
      "main.go": "package main\n\nvar version string\n\nfunc main() {}\n",
    });
    repository.git("remote", "add", "origin", "https://user:hunter2@github.com/jane/tool.git");
    const { text } = await initIn(repository);
    expect(text).toContain("maintainer: Jane Doe <jane@tool.org> # the author of the last commit\n");
    expect(text).toContain("repository: https://github.com/jane/tool # where git's origin is\n");
    expect(text).toContain("# summary: What the program does, in one line   # fill in: deb");
    expect(text).not.toContain("hunter2");
  });

  it("leaves the build to its owner where no tool is known", async () => {
    const repository = await testRepository({ Makefile: "all:\n", LICENSE: "MIT License\n" });
    const { text, project, next } = await initIn(repository);
    expect(project).toBeNull();
    expect(text).toContain("#   - builder: command");
    expect(next).toContain("ggen-release check");
    await writeFile(
      join(repository.folder, "ggen-release.yaml"),
      `${text}builds:\n  - builder: command\n    run: make\n    output: build/tool\n    targets: [x86_64-linux]\n    binaries: [tool]\n`,
    );
    expect(await failing(repository)).toEqual([]);
  });

  it("leaves open what a Node program's bin does not tell, and names the file that is meant", async () => {
    const repository = await testRepository({
      "package.json": JSON.stringify({
        name: "svgo",
        version: "4.0.0",
        description: "Optimises vector graphics",
        bin: "./bin/svgo",
      }),
      "package-lock.json": "{}",
    });
    const { project, text, next, notes } = await initIn(repository);
    expect(project).toBeNull();
    expect(text).toContain("#   - builder: node\n#     entry: …   # fill in: Name what the bundler writes");
    expect(notes.map(({ message }) => message)).toContainEqual(
      expect.stringContaining('"bin/svgo" is not a JavaScript'),
    );
    expect(next).toContain("ggen-release check");
    await expect(checkIn(repository)).rejects.toMatchObject({ next: expect.stringContaining("entry: dist/cli.mjs") });
    const filled = text
      .replace(/^# (builds:| {2}- builder: node)$/gm, "$1")
      .replace(/^# ( {4})entry: ….*$/m, "$1entry: dist/svgo.mjs")
      .replace(/^# ( {4}(?:targets|binaries): .*)$/gm, "$1");
    await writeFile(join(repository.folder, "ggen-release.yaml"), filled);
    expect((await checkIn(repository)).project.builds).toMatchObject([
      { binaries: ["svgo"], section: { entry: "dist/svgo.mjs" } },
    ]);
  });

  it("says that releases/ is in use", async () => {
    const repository = await testRepository({ ...rust, "releases/notes.md": "x" });
    expect((await initIn(repository)).notes.at(-1)?.next).toContain("--releases");
  });
});

describeWith(["git"], "check", () => {
  it("lists the files that a release would consist of", async () => {
    const repository = await testRepository(rust);
    const { file, files, findings } = await checkIn(repository);
    expect(file).toBeNull();
    expect(files).toContain("hello-1.2.3-x86_64-linux-gnu.tar.gz");
    expect(new Set(files).size).toBe(files.length);
    expect(findings.find(({ message }) => message.startsWith("The commit has no ggen-release.yaml"))?.verdict).toBe(
      "warn",
    );
  });

  it("says each thing in sentences that do not run together", async () => {
    const repository = await testRepository({ "go.mod": "module tool.dev/tool\n", "main.go": "package main\n" });
    const { notes } = await initIn(repository);
    expect(notes.length).toBeGreaterThan(1);
    expect(notes.filter(({ message }) => !message.endsWith("."))).toEqual([]);
    const { findings } = await checkIn(repository);
    // The command line puts a stop or a new line behind each.
    expect(findings.filter(({ message }) => message.endsWith("."))).toEqual([]);
    const shown = (await runCommand(repository.folder, ["check"])).stdout;
    for (const { message, next } of findings) if (next !== undefined) expect(shown).not.toContain(`${message} ${next}`);
  });

  it("warns of a configuration that the tag would not have", async () => {
    const repository = await testRepository(rust);
    await repository.write({ "ggen-release.yaml": "name: hello\n" });
    const warned = async () =>
      (await checkIn(repository)).findings.filter(({ id }) => id === "config:committed").map(({ message }) => message);
    expect(await warned()).toEqual(["ggen-release.yaml is not committed; a release reads its tag's"]);
    repository.commit();
    expect(await warned()).toEqual([]);
    await repository.write({ "ggen-release.yaml": "name: hallo\n" });
    expect(await warned()).toEqual(["ggen-release.yaml differs from the last commit; a release reads its tag's"]);
  });

  it("fails, with a proposal, for files that are not there", async () => {
    const repository = await testRepository(rust);
    await repository.write({
      "ggen-release.yaml":
        "documents: { files: [READNE.md], man: [doc/*.1], completions: { bash: c } }\nversion: { places: [{ file: VERSION }] }\nsource: { overlay: { Cargo.lock: lock/Cargo.lock } }\n",
    });
    const { findings } = await checkIn(repository);
    const failed = findings.filter(({ verdict }) => verdict === "fail");
    expect(failed.map(({ id, code }) => `${id} ${code}`)).toEqual([
      "documents.files PACKAGE_FILE_MISSING",
      "documents.man PACKAGE_FILE_MISSING",
      "documents.completions.bash PACKAGE_FILE_MISSING",
      "version.places VERSION_PLACE_UNREADABLE",
      "source:overlay SOURCE_OVERLAY_MISSING",
    ]);
    expect(failed[0]?.next).toContain("Did you mean README.md?");
  });

  it("fails for a Go package that is not there, and so does a release before anything is built", async () => {
    const repository = await testRepository({
      "go.mod": "module tool.dev/tool\n",
      "cmd/tool/main.go": "package main\n\nvar version string\n\nfunc main() {}\n",
      "ggen-release.yaml": "builds: [{ builder: go, main: ./cmd/tol, binaries: [tool] }]\n",
    });
    const { findings } = await checkIn(repository);
    expect(findings.filter(({ verdict }) => verdict === "fail")).toMatchObject([
      { message: expect.stringContaining('"cmd/tol"'), next: expect.stringContaining("Did you mean cmd/tool?") },
    ]);
    const shown = await runCommand(repository.folder, ["check"]);
    expect(shown.exit).toBe(2);
    expect(shown.stdout).toMatch(/"cmd\/tol", and the tree has no such folder\.?\s+Did you mean cmd\/tool\?/);
    expect(shown.stdout).not.toContain("is right");
    const planned = await runCommand(repository.folder, ["plan", "v1.0.0"]);
    expect(planned.exit).toBe(2);
    expect(planned.stderr).toContain('"cmd/tol"');
  });

  it("tells who has not committed the configuration to do so, not to write one", async () => {
    const repository = await testRepository({ "tool.sh": "echo" });
    await repository.write({
      "ggen-release.yaml":
        "name: t\nbuilds: [{ builder: command, run: make, output: t, targets: [x86_64-linux], binaries: [t] }]\n",
    });
    const planned = await runCommand(repository.folder, ["plan", "v1.0.0"]);
    expect(planned.exit).toBe(2);
    expect(planned.stderr).toMatch(/CONFIG_MISSING[^]*next: Run: git add ggen-release\.yaml && git commit/);
    expect(planned.stderr).not.toContain("ggen-release init");
    await repository.write(rust);
    repository.git("add", "Cargo.toml", "Cargo.lock", "src");
    repository.git("commit", "-q", "-m", "x");
    expect((await runCommand(repository.folder, ["plan", "v1.2.3"])).stderr).toContain("git add ggen-release.yaml");
    repository.commit();
    expect((await runCommand(repository.folder, ["plan", "v1.2.3"])).stderr).not.toContain("git add");
  });

  it("lets no release begin whose documents are not in the tag's tree", async () => {
    const repository = await testRepository({ ...rust, "ggen-release.yaml": "documents: { man: [doc/hello.1] }\n" });
    const planned = await runCommand(repository.folder, ["plan", "v1.2.3"]);
    expect(planned.exit).toBe(2);
    expect(planned.stderr).toMatch(/"doc\/hello\.1"[^]*PACKAGE_FILE_MISSING/);
  });

  it("names every build and package that is not possible", async () => {
    const repository = await testRepository(rust);
    await repository.write({
      "ggen-release.yaml": "name: h\nbuilds: [{ builder: cargo, targets: [universal-darwin, x86_64-linux-gnu] }]\n",
    });
    const failed = (await checkIn(repository)).findings
      .filter(({ verdict }) => verdict === "fail")
      .map(({ code }) => code);
    expect(failed).toContain("DEB_NAME_INVALID");
    expect(failed).toContain("BUILD_TARGET_UNSUPPORTED");
  });

  it("reads another file when it is named, and no file of another name by itself", async () => {
    const repository = await testRepository({ ...rust, "ggen-release.yml": "name: x\n" });
    expect(await failing(repository)).toEqual(["ggen-release.yml is not read"]);
    await mkdir(join(repository.folder, "conf"));
    await repository.write({ "conf/other.yaml": "name: other\n" });
    expect((await checkIn(repository, "conf/other.yaml")).project.name).toBe("other");
    await expect(checkIn(repository, "conf/missing.yaml")).rejects.toMatchObject({ code: "FILE_MISSING" });
  });

  it("fails with every problem of the file, and exit code 2", async () => {
    const repository = await testRepository(rust);
    await repository.write({ "ggen-release.yaml": "nam: x\nhomepage: https://u:hunter2@x.org\n" });
    await expect(checkIn(repository)).rejects.toMatchObject({
      code: "CONFIG_INVALID",
      exit: 2,
      details: expect.arrayContaining([expect.stringContaining('There is no key "nam"')]),
    });
  });
});
