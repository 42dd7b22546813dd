/** The tag and its tree, on real git: what is told apart, and what each is told as. */
import { execFileSync } from "node:child_process";
import { chmod, lstat, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { SourceSpec } from "../../src/domain/project.ts";
import { cloneSource } from "../../src/steps/source/clone.ts";
import { checkSource } from "../../src/steps/source/check.ts";
import { requireOwnFolders } from "../../src/steps/source/own-folders.ts";
import { openRepository, requireTag, resolveSource, type Source } from "../../src/steps/source/resolve.ts";
import type { Finding } from "../../src/domain/finding.ts";
import { author, testRepository, type TestRepository } from "../repository.ts";
import { realPorts, scratchFolder } from "../scratch.ts";

const lenient: SourceSpec = { strict: false, overlay: {} };
const strict: SourceSpec = { strict: true, overlay: {} };

describe("the tag", () => {
  it("stands for HEAD until it is made, and is required in CI (missing tag)", async () => {
    const repository = await testRepository({ "a.txt": "a" });
    repository.git("tag", "v1.2.2");
    const source = await sourceOf(repository, "v1.2.3");
    expect(source).toMatchObject({ tag: null, commit: repository.git("rev-parse", "HEAD") });
    await expect(requireTag(realPorts(repository.folder), source)).rejects.toMatchObject({
      code: "GIT_TAG_MISSING",
      exit: 2,
      message: expect.stringContaining("did you mean v1.2.2"),
    });
  });

  it("is built from, wherever HEAD is, detached or ahead (bad input 17, bad input 25)", async () => {
    const repository = await testRepository({ "a.txt": "tagged" });
    const tagged = repository.git("rev-parse", "HEAD");
    repository.git("tag", "-a", "-m", "one", "v1.0.0");
    await repository.write({ "a.txt": "later" });
    repository.commit();
    repository.git("checkout", "--quiet", "--detach");
    const source = await sourceOf(repository, "v1.0.0");
    expect(source.commit).toBe(tagged);
    expect(await source.tree.readText("a.txt")).toBe("tagged");
  });

  it("is refused when it is no tag that a release can have, before git sees it (bad input 11)", async () => {
    const repository = await testRepository({ "a.txt": "a" });
    for (const tag of [
      "v1;$(id)",
      "v1`id`",
      "v1${{x}}",
      "--upload-pack=x",
      "v1..2",
      "v1\n",
      "v1.0.0/",
      "",
      "v1.０.0",
    ]) {
      await expect(sourceOf(repository, tag)).rejects.toMatchObject({ code: "VERSION_INVALID", exit: 2 });
    }
  });

  it("is warned of when lightweight or unsigned, and refused under strict (bad input 20)", async () => {
    const repository = await testRepository({ "a.txt": "a" });
    repository.git("tag", "v1.0.0");
    repository.git("tag", "-a", "-m", "two", "v2.0.0");
    expect(await findings(repository, "v1.0.0")).toMatchObject([{ verdict: "warn", code: "GIT_TAG_NOT_ANNOTATED" }]);
    expect(await findings(repository, "v2.0.0")).toMatchObject([{ verdict: "warn", code: "GIT_TAG_UNSIGNED" }]);
    expect(await findings(repository, "v1.0.0", strict)).toMatchObject([
      { verdict: "fail", code: "GIT_TAG_NOT_ANNOTATED" },
    ]);
  });

  it("is not nagged about once a release of it was begun, but for under strict", async () => {
    const repository = await testRepository({ "a.txt": "a" });
    repository.git("tag", "-a", "-m", "one", "v1.0.0");
    expect(await findings(repository, "v1.0.0", lenient, false, true)).toEqual([]);
    expect(await findings(repository, "v1.0.0", strict, false, true)).toMatchObject([
      { verdict: "fail", code: "GIT_TAG_UNSIGNED" },
    ]);
  });

  it("is refused when origin holds another one of its name (bad input 19)", async () => {
    const repository = await testRepository({ "a.txt": "a" });
    const origin = await scratchFolder("origin");
    execFileSync("git", ["clone", "--quiet", "--bare", repository.folder, origin]);
    repository.git("remote", "add", "origin", origin);
    repository.git("tag", "-a", "-m", "one", "v1.0.0");
    repository.git("push", "--quiet", "origin", "v1.0.0");
    expect(await findings(repository, "v1.0.0", lenient, true)).toMatchObject([
      { code: "GIT_TAG_UNSIGNED", next: expect.stringMatching(/^Others have this tag, so leave it(?!.* -[fd] )/) },
    ]);
    expect(await findings(repository, "v1.0.0")).toMatchObject([
      { code: "GIT_TAG_UNSIGNED", next: expect.stringMatching(/^If nobody has the tag yet: git tag -d (?!.* -f )/) },
    ]);
    repository.git("tag", "-f", "-a", "-m", "again", "v1.0.0");
    const found = await findings(repository, "v1.0.0", lenient, true);
    expect(found.find(({ verdict }) => verdict === "fail")).toMatchObject({ code: "GIT_TAG_DIFFERS_FROM_REMOTE" });
  });

  it("tells that origin could not be asked instead of taking silence for agreement", async () => {
    const repository = await testRepository({ "a.txt": "a" });
    repository.git("remote", "add", "origin", join(repository.folder, "nowhere"));
    repository.git("tag", "-a", "-m", "one", "v1.0.0");
    expect(await findings(repository, "v1.0.0", lenient, true)).toContainEqual(
      expect.objectContaining({ id: "source:remote-tag", verdict: "not-run" }),
    );
  });

  it("is warned of when its commit is not on the protected branch (bad input 22)", async () => {
    const repository = await testRepository({ "a.txt": "a" });
    repository.git("checkout", "--quiet", "-b", "side");
    await repository.write({ "b.txt": "b" });
    repository.commit();
    repository.git("tag", "-a", "-m", "one", "v1.0.0");
    const found = await findings(repository, "v1.0.0", { ...lenient, branch: "main" });
    expect(found).toContainEqual(
      expect.objectContaining({
        verdict: "warn",
        code: "GIT_TAG_OFF_BRANCH",
        message: expect.stringContaining("is not on main"),
      }),
    );
    expect(await findings(repository, "v1.0.0", { ...lenient, branch: "release" })).toContainEqual(
      expect.objectContaining({ message: expect.stringContaining("no branch release") }),
    );
  });

  it("is never made over another commit", async () => {
    const repository = await testRepository({ "a.txt": "a" });
    const first = repository.git("rev-parse", "HEAD");
    await repository.write({ "a.txt": "b" });
    const second = repository.commit();
    const ports = realPorts(repository.folder, { ...process.env, ...author });
    const opened = await openRepository(ports);
    await ports.git.createTag(opened, "v1.0.0", first, "one\n");
    await ports.git.createTag(opened, "v1.0.0", first, "one\n");
    await expect(ports.git.createTag(opened, "v1.0.0", second, "one\n")).rejects.toMatchObject({
      code: "GIT_TAG_MOVED",
      exit: 4,
    });
    expect(repository.git("cat-file", "-t", "v1.0.0")).toBe("tag");
  });
});

describe("the tag's author", () => {
  it("is asked for where git knows none", async () => {
    const repository = await testRepository({ "a.txt": "a" });
    const nobody = {
      PATH: process.env["PATH"],
      HOME: repository.folder,
      GIT_CONFIG_GLOBAL: "/dev/null",
      GIT_CONFIG_SYSTEM: "/dev/null",
    };
    repository.git("config", "user.useConfigOnly", "true");
    const ports = realPorts(repository.folder, nobody);
    const opened = await openRepository(ports);
    const refused = { code: "GIT_IDENTITY_MISSING", exit: 7, next: expect.stringContaining("git config user.name") };
    await expect(ports.git.requireIdentity(opened, "v1.0.0")).rejects.toMatchObject(refused);
    const making = ports.git.createTag(opened, "v1.0.0", repository.git("rev-parse", "HEAD"), "one\n");
    await expect(making).rejects.toMatchObject(refused);
    repository.git("config", "user.name", "Jane Doe");
    repository.git("config", "user.email", "jane@tool.org");
    await expect(ports.git.requireIdentity(opened, "v1.0.0")).resolves.toBeUndefined();
  });
});

describe("the repository", () => {
  it("is told to be none, or to be without a commit", async () => {
    const folder = await scratchFolder();
    await expect(openRepository(realPorts(folder))).rejects.toMatchObject({ code: "GIT_NOT_A_REPOSITORY", exit: 2 });
    const empty = await testRepository();
    await expect(sourceOf(empty, "v1.0.0")).rejects.toMatchObject({ code: "GIT_NO_COMMIT", exit: 2 });
  });

  it("is refused when it is a shallow clone (bad input 23)", async () => {
    const repository = await testRepository({ "a.txt": "a" });
    repository.commit();
    const shallow = await scratchFolder("shallow");
    execFileSync("git", ["clone", "--quiet", "--depth=1", `file://${repository.folder}`, shallow]);
    const ports = realPorts(shallow);
    await expect(resolveSource(ports, await openRepository(ports), "v1.0.0")).rejects.toMatchObject({
      code: "GIT_SHALLOW",
      exit: 7,
      next: expect.stringContaining("--unshallow"),
    });
  });

  it("runs nothing that its configuration names (bad input 29)", async () => {
    const repository = await testRepository({ "a.txt": "a", ".gitattributes": "a.txt diff=evil filter=evil\n" });
    const canary = join(repository.folder, "..", `canary-${process.pid}`);
    const script = join(repository.folder, ".git", "evil.sh");
    await writeFile(script, `#!/bin/sh\ntouch '${canary}'\ncat\n`);
    await chmod(script, 0o755);
    for (const setting of [
      "core.fsmonitor",
      "core.pager",
      "core.editor",
      "diff.external",
      "diff.evil.command",
      "diff.evil.textconv",
      "core.sshCommand",
      "gpg.program",
      "credential.helper",
      "filter.evil.clean",
      "filter.evil.smudge",
      "filter.evil.process",
    ]) {
      repository.git("config", setting, script);
    }
    for (const hook of ["post-checkout", "reference-transaction", "post-index-change", "pre-commit"]) {
      await writeFile(join(repository.folder, ".git", "hooks", hook), `#!/bin/sh\ntouch '${canary}'\n`);
      await chmod(join(repository.folder, ".git", "hooks", hook), 0o755);
    }
    // Of the same length, so that git has to read it to see the change.
    await repository.write({ "a.txt": "b" });
    const source = await sourceOf(repository, "v1.0.0");
    const ports = realPorts(repository.folder, { ...process.env, ...author });
    await checkSource(ports, source, { spec: lenient, askRemote: false });
    await ports.git.createTag(source.repository, "v1.0.0", source.commit, "one\n");
    await cloneSource(ports, { source, overlay: new Map(), folder: join(repository.folder, "clone") });
    await expect(lstat(canary)).rejects.toThrow("ENOENT");
  });

  it.each(["include.path", "worktree"])(
    "runs no filter that its configuration takes from elsewhere (%s)",
    async (way) => {
      const repository = await testRepository({ "a.txt": "a", ".gitattributes": "a.txt filter=evil\n" });
      const canary = join(repository.folder, ".git", "canary");
      const settings = `[filter "evil"]\n\tclean = touch '${canary}'; cat\n`;
      if (way === "worktree") {
        repository.git("config", "extensions.worktreeConfig", "true");
        await writeFile(join(repository.folder, ".git", "config.worktree"), settings);
      } else {
        repository.git("config", way, "elsewhere");
        await writeFile(join(repository.folder, ".git", "elsewhere"), settings);
      }
      await repository.write({ "a.txt": "b" });
      await findings(repository, "v1.0.0");
      await expect(lstat(canary)).rejects.toThrow("ENOENT");
      repository.git("status");
      await lstat(canary);
    },
  );
});

describe("the tree", () => {
  it("is warned of when the working directory differs, and refused under strict (bad input 15)", async () => {
    const repository = await testRepository({ "a.txt": "a" });
    await repository.write({ "a.txt": "changed", "new file.txt": "n" });
    expect(await findings(repository, "v1.0.0")).toMatchObject([
      { verdict: "warn", code: "GIT_TREE_DIRTY", message: expect.stringContaining("a.txt, new file.txt") },
    ]);
    expect(await findings(repository, "v1.0.0", strict)).toMatchObject([{ verdict: "fail" }]);
  });

  it("tells a dangling symlink from one that leaves the tree, and leaves good ones alone (bad input 32)", async () => {
    const repository = await testRepository({ "docs/a.md": "a" });
    await symlink("a.md", join(repository.folder, "docs/good.md"));
    await symlink("../docs", join(repository.folder, "docs/folder"));
    await symlink("gone.md", join(repository.folder, "docs/dangling.md"));
    await symlink("/etc/passwd", join(repository.folder, "docs/absolute"));
    await symlink("../../outside", join(repository.folder, "docs/upwards"));
    repository.commit();
    const found = await findings(repository, "v1.0.0");
    expect(found.map(({ code, message }) => `${code}: ${message}`).sort()).toEqual([
      "GIT_SYMLINK_DANGLING: docs/dangling.md links to gone.md, which is not there",
      "GIT_SYMLINK_ESCAPES: docs/absolute links out of the tree, to /etc/passwd",
      "GIT_SYMLINK_ESCAPES: docs/upwards links out of the tree, to ../../outside",
    ]);
  });

  it("is refused when it holds LFS pointers in the place of files (bad input 27)", async () => {
    const pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n";
    const repository = await testRepository({
      ".gitattributes": "*.bin filter=lfs diff=lfs merge=lfs -text\n",
      "logo.bin": pointer,
      "notes.md": `about ${pointer}`,
    });
    expect(await findings(repository, "v1.0.0")).toMatchObject([
      { verdict: "fail", code: "GIT_LFS_POINTER", message: expect.stringMatching(/^logo\.bin: /) },
    ]);
  });

  it("is refused when a submodule is not checked out, or at a commit that is not there (bad input 24)", async () => {
    const inner = await testRepository({ "lib.txt": "lib" });
    const repository = await testRepository({ "a.txt": "a" });
    repository.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", inner.folder, "vendor/lib");
    repository.commit();
    const good = await sourceOf(repository, "v1.0.0");
    const ports = realPorts(repository.folder);
    await cloneSource(ports, {
      source: good,
      overlay: new Map(),
      folder: join(repository.folder, ".ggen-release/source"),
    });
    expect(await readFile(join(repository.folder, ".ggen-release/source/vendor/lib/lib.txt"), "utf8")).toBe("lib");

    repository.git("update-index", "--cacheinfo", `160000,${"1".repeat(40)},vendor/lib`);
    repository.git("commit", "--quiet", "--message", "nowhere");
    const lost = await sourceOf(repository, "v1.0.0");
    await expect(
      cloneSource(ports, { source: lost, overlay: new Map(), folder: join(repository.folder, ".ggen-release/source") }),
    ).rejects.toMatchObject({ code: "GIT_SUBMODULE_MISSING", exit: 2 });

    await rm(join(repository.folder, "vendor/lib"), { recursive: true });
    expect((await findings(repository, "v1.0.0")).find(({ verdict }) => verdict === "fail")).toMatchObject({
      code: "GIT_SUBMODULE_MISSING",
      next: expect.stringContaining("submodule update --init"),
    });
  });

  it("is warned of when two names fold to one (bad input 28), and refused for a line break in a name (bad input 34)", async () => {
    const repository = await testRepository({ "readme.md": "a", "README.md": "b" });
    expect(await findings(repository, "v1.0.0")).toMatchObject([
      { verdict: "warn", message: expect.stringContaining("README.md and readme.md are one file") },
    ]);
    await repository.write({ "line\nbreak": "x" });
    repository.commit();
    expect((await findings(repository, "v1.0.0")).find(({ verdict }) => verdict === "fail")).toMatchObject({
      code: "SOURCE_FILE_NAME",
    });
  });
});

describe("the folders that are written to and cleared", () => {
  it("are not taken from the repository, nor through a link in their place", async () => {
    const elsewhere = await scratchFolder("elsewhere");
    for (const [path, committed] of [
      [".ggen-release", true],
      [".ggen-release", false],
      ["releases", true],
      ["releases/v1.0.0", true],
    ] as const) {
      const repository = await testRepository({ "a.txt": "a", "releases-notes/b.txt": "b" });
      const ports = realPorts(repository.folder, { ...process.env, ...author });
      await requireOwnFolders(ports, await sourceOf(repository, "v1.0.0"));
      await ports.files.link(elsewhere, join(repository.folder, path));
      if (committed) repository.commit();
      await expect(requireOwnFolders(ports, await sourceOf(repository, "v1.0.0"))).rejects.toMatchObject({
        code: "GIT_SYMLINK_ESCAPES",
        exit: 2,
      });
    }
  });
});

describe("the source archive", () => {
  it("is said to differ from the tree where attributes leave out or rewrite files (bad input 26)", async () => {
    const repository = await testRepository({ "a.txt": "a", ".gitattributes": "# export-ignore\n*.md text\n" });
    const told = async (): Promise<readonly string[]> => {
      const ports = realPorts(repository.folder, { ...process.env, ...author });
      const source = await sourceOf(repository, "v1.0.0");
      const found = await checkSource(ports, source, { spec: lenient, askRemote: false });
      return found.filter(({ id }) => id === "source:archive").map(({ message }) => message);
    };
    expect(await told()).toEqual([]);
    await repository.write({ "docs/.gitattributes": "*.md export-ignore\n" });
    repository.commit();
    expect(await told()).toEqual([
      "the source archive differs from the tag's tree where docs/.gitattributes says export-ignore or export-subst",
    ]);
  });
});

describe("the clean clone", () => {
  it("holds what the commit holds and nothing that lies about, with the tag for tools that ask git (bad input 16)", async () => {
    const repository = await testRepository({ "a.txt": "a", "src/b.txt": "b" });
    await repository.write({ "src/untracked.txt": "u", "a.txt": "dirty" });
    const ports = realPorts(repository.folder);
    const folder = join(await scratchFolder(), "source");
    await cloneSource(ports, { source: await sourceOf(repository, "v1.0.0"), overlay: new Map(), folder });
    expect(await readFile(join(folder, "a.txt"), "utf8")).toBe("a");
    await expect(lstat(join(folder, "src/untracked.txt"))).rejects.toThrow("ENOENT");
    expect(execFileSync("git", ["describe", "--tags"], { cwd: folder, encoding: "utf8" }).trim()).toBe("v1.0.0");
    expect(repository.git("tag", "--list")).toBe("");
  });

  it("gets the overlay's files and no others", async () => {
    const repository = await testRepository({ "a.txt": "a" });
    await repository.write({ "release/Cargo.lock": "locked" });
    const folder = join(await scratchFolder(), "source");
    await cloneSource(realPorts(repository.folder), {
      source: await sourceOf(repository, "v1.0.0"),
      overlay: new Map([["Cargo.lock", join(repository.folder, "release/Cargo.lock")]]),
      folder,
    });
    expect(await readFile(join(folder, "Cargo.lock"), "utf8")).toBe("locked");
  });

  it("is refused when a checkout differs from its commit", async () => {
    const repository = await testRepository({ "crlf.txt": "a\r\nb\r\n" });
    await repository.write({ ".gitattributes": "*.txt text eol=lf\n" });
    repository.git("add", ".gitattributes");
    repository.git("commit", "--quiet", "--message", "attributes");
    const folder = join(await scratchFolder(), "source");
    await expect(
      cloneSource(realPorts(repository.folder), {
        source: await sourceOf(repository, "v1.0.0"),
        overlay: new Map(),
        folder,
      }),
    ).rejects.toMatchObject({ code: "SOURCE_CLONE_UNCLEAN", exit: 3 });
  });
});

async function sourceOf(repository: TestRepository, tag: string): Promise<Source> {
  const ports = realPorts(repository.folder, { ...process.env, ...author });
  return resolveSource(ports, await openRepository(ports), tag);
}

async function findings(
  repository: TestRepository,
  tag: string,
  spec: SourceSpec = lenient,
  askRemote = false,
  begun = false,
): Promise<readonly Finding[]> {
  const ports = realPorts(repository.folder, { ...process.env, ...author });
  const found = await checkSource(ports, await sourceOf(repository, tag), { spec, askRemote, begun });
  return found.filter(({ verdict }) => verdict !== "pass");
}
