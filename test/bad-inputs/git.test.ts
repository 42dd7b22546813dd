/** Repositories as they are found: moved tags, odd histories, attributes and settings that would change what is released. */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { appendFile, chmod, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { gnuPgHome, revoke, type GnuPgHome } from "../acceptance/gnupg.ts";
import { describeWith } from "../requires.ts";
import { scratchFolder } from "../scratch.ts";
import { copyOf, expectRefusal, releaseIn, toolScene, type Scene } from "./scene.ts";

const strict = "source: { strict: true, branch: main }\n";
const annotated = ["tag", "--annotate", "--message", "one"];

describe("a tag that moved since the release was made (bad input 18)", () => {
  it("is refused, with both commits, and nothing of the release is touched", async () => {
    const scene = await toolScene();
    expect((await scene.run(["cut", "v1.2.3"])).exit).toBe(0);
    const folder = join(scene.repository.folder, "releases/v1.2.3");
    const [release, first] = [await releaseIn(folder), scene.repository.git("rev-parse", "HEAD")];
    await scene.repository.write({ "later.txt": "later" });
    const second = scene.repository.commit("later");
    scene.repository.git(...annotated, "--force", "v1.2.3");
    expectRefusal(await scene.run(["cut", "v1.2.3"]), {
      exit: 4,
      code: "GIT_TAG_MOVED",
      what: new RegExp(`${second.slice(0, 12)}.*${first.slice(0, 12)}`),
      next: "next version",
    });
    expect(await releaseIn(folder)).toEqual(release);
  });
});

describe("source.strict", () => {
  it("refuses what is only warned of without it: a dirty tree, a lightweight tag, a tag off the branch (bad input 15, bad input 20, bad input 22)", async () => {
    const cases = [
      { code: "GIT_TREE_DIRTY", odd: (scene: Scene) => scene.repository.write({ "README.md": "# changed\n" }) },
      { code: "GIT_TAG_NOT_ANNOTATED", odd: (scene: Scene) => scene.repository.git("tag", "v1.2.3") },
      {
        code: "GIT_TAG_OFF_BRANCH",
        odd: async (scene: Scene) => {
          scene.repository.git("checkout", "--quiet", "-b", "side");
          await scene.repository.write({ "side.txt": "side" });
          scene.repository.commit("side");
        },
      },
    ] as const;
    for (const { code, odd } of cases) {
      for (const config of [strict, "source: { branch: main }\n"]) {
        const scene = await toolScene({ config });
        await odd(scene);
        const run = await scene.run(["plan", "v1.2.3"]);
        if (config === strict) expectRefusal(run, { exit: 8, code });
        else expect([run.exit, run.stderr], code).toEqual([0, expect.stringContaining("warning: ")]);
      }
    }
  });
});

describe("source.strict before the first cut", () => {
  it("refuses to release, or to plan, without a tag, since the one that cut makes is not signed (bad input 20)", async () => {
    const scene = await toolScene({ config: strict });
    for (const args of [
      ["cut", "v1.2.3"],
      ["cut", "1.2.3", "--dry-run"],
      ["plan", "v1.2.3"],
    ])
      expectRefusal(await scene.run(args), {
        exit: 2,
        code: "GIT_TAG_MISSING",
        what: "no tag v1.2.3, and source.strict wants a signed one",
        next: `git tag -s v1.2.3 ${scene.repository.git("rev-parse", "HEAD").slice(0, 12)}`,
      });
    expect([scene.repository.git("tag", "--list"), await scene.left()]).toEqual(["", []]);
  });

  it("lets builds that are not published be made, and snapshots of a side branch with changes", async () => {
    const scene = await toolScene({ config: strict });
    expect((await scene.run(["build", "v1.2.3"])).exit).toBe(0);
    scene.repository.git("checkout", "--quiet", "-b", "side");
    await scene.repository.write({ "side.txt": "side" });
    scene.repository.commit("side");
    await scene.repository.write({ "README.md": "# changed\n" });
    const run = await scene.run(["build", "--snapshot"]);
    expect([run.exit, run.stderr]).toEqual([0, expect.stringContaining("is not on main")]);
  });
});

describe("what is built", () => {
  it("is the tag's commit, wherever HEAD is, and nothing that lies about (bad input 16, bad input 17, bad input 25)", async () => {
    const scene = await toolScene({
      config: "documents: { files: [README.md, LICENSE, docs/*] }\n",
      files: { "docs/a.md": "a" },
    });
    scene.repository.git(...annotated, "v1.2.3");
    const clean = await copyOf(scene);
    await scene.repository.write({ "docs/untracked.md": "untracked", "README.md": "# dirty\n" });
    scene.repository.git("commit", "--quiet", "--allow-empty", "--message", "ahead");
    scene.repository.git("checkout", "--quiet", "--detach");
    for (const one of [scene, clean]) expect((await one.run(["cut", "v1.2.3"])).exit).toBe(0);
    const releases = await Promise.all(
      [scene, clean].map((one) => releaseIn(join(one.repository.folder, "releases/v1.2.3"))),
    );
    expect(releases[0]).toEqual(releases[1]);
  });

  it("is refused of a shallow clone, with the command that mends it (bad input 23)", async () => {
    const scene = await toolScene();
    scene.repository.commit("second");
    const shallow = await scratchFolder("shallow");
    execFileSync("git", ["clone", "--quiet", "--depth=1", `file://${scene.repository.folder}`, shallow]);
    const run = await scene.run(["plan", "v1.2.3"], {}, ["sh", "-c", `cd '${shallow}' && exec "$@"`, "sh"]);
    expectRefusal(run, { exit: 7, code: "GIT_SHALLOW", next: "git fetch --unshallow" });
  });

  it("is refused without its submodules (bad input 24) or with LFS pointers in it (bad input 27)", async () => {
    const inner = await toolScene();
    const outer = await toolScene();
    outer.repository.git(
      "-c",
      "protocol.file.allow=always",
      "submodule",
      "--quiet",
      "add",
      inner.repository.folder,
      "lib",
    );
    outer.repository.commit("submodule");
    await rm(join(outer.repository.folder, "lib"), { recursive: true });
    expectRefusal(await outer.run(["cut", "v1.2.3"]), {
      exit: 2,
      code: "GIT_SUBMODULE_MISSING",
      next: "submodule update",
    });
    const files = {
      ".gitattributes": "*.bin filter=lfs diff=lfs merge=lfs -text\n",
      "logo.bin": "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n",
    };
    const pointers = await toolScene({ files });
    expectRefusal(await pointers.run(["cut", "v1.2.3"]), { exit: 3, code: "GIT_LFS_POINTER", what: "logo.bin" });
    expect(pointers.repository.git("tag", "--list")).toBe("");
  });
});

describe("the source archive", () => {
  it("follows the tag's attributes and nobody's own, so that it is the same everywhere (bad input 26)", async () => {
    const scene = await toolScene({
      files: {
        ".gitattributes": "secret.txt export-ignore\nstamp.txt export-subst\n",
        "secret.txt": "s",
        "stamp.txt": "$Format:%H$\n",
      },
    });
    const elsewhere = await copyOf(scene);
    const { folder } = elsewhere.repository;
    await mkdir(join(folder, ".git/info"), { recursive: true });
    await appendFile(join(folder, ".git/info/attributes"), "README.md export-ignore\n");
    await mkdir(join(elsewhere.home, ".config/git"), { recursive: true });
    await writeFile(join(elsewhere.home, ".config/git/attributes"), "LICENSE export-ignore\n* text eol=crlf\n");
    elsewhere.repository.git("config", "tar.umask", "0077");
    const own = { GIT_CONFIG_GLOBAL: undefined };
    for (const one of [scene, elsewhere]) expect((await one.run(["cut", "v1.2.3"], own)).exit).toBe(0);
    const [here, there] = await Promise.all(
      [scene, elsewhere].map((one) => releaseIn(join(one.repository.folder, "releases/v1.2.3"))),
    );
    expect(there).toEqual(here);
    const archive = join(scene.repository.folder, "releases/v1.2.3/tool-1.2.3-source.tar.gz");
    const read = (...words: readonly string[]): string => execFileSync("tar", [...words], { encoding: "utf8" });
    const names = read("-tzf", archive).split("\n");
    expect(names).toContain("tool-1.2.3/README.md");
    expect(names).not.toContain("tool-1.2.3/secret.txt");
    expect(read("-xzOf", archive, "tool-1.2.3/stamp.txt").trim()).toBe(scene.repository.git("rev-parse", "HEAD"));
  });

  it("keeps names that fold to one, with a warning (bad input 28)", async () => {
    const scene = await toolScene({ files: { "readme.md": "another\n" } });
    const run = await scene.run(["plan", "v1.2.3"]);
    expect([run.exit, run.stderr]).toEqual([0, expect.stringContaining("README.md and readme.md are one file")]);
  });
});

describe("settings of a hostile repository (bad input 29)", () => {
  it("run nothing, whatever they name, during a whole release", async () => {
    const scene = await toolScene({ files: { ".gitattributes": "README.md diff=evil filter=evil\n" } });
    const { folder } = scene.repository;
    const git = (...words: readonly string[]): string => scene.repository.git(...words);
    const script = join(folder, ".git/evil.sh");
    await writeFile(script, `#!/bin/sh\necho "$0 $*" >> '${join(scene.home, "ran")}'\ncat\n`);
    await chmod(script, 0o755);
    // A tag that is signed in each of the ways for which git starts another program.
    const tagged = git("rev-parse", "HEAD");
    const marker = "-----BEGIN SSH SIGNATURE-----\nAAAA\n-----END SSH SIGNATURE-----\n";
    const object = `object ${tagged}\ntype commit\ntag v1.2.3\ntagger J <j@tool.dev> 1700000000 +0000\n\none\n${marker}`;
    const id = execFileSync("git", ["hash-object", "-t", "tag", "-w", "--stdin"], {
      cwd: folder,
      input: object,
      encoding: "utf8",
    });
    git("update-ref", "refs/tags/v1.2.3", id.trim());
    const settings = [
      "core.fsmonitor",
      "core.pager",
      "core.editor",
      "diff.external",
      "diff.evil.textconv",
      "core.sshCommand",
    ];
    const programs = [
      "gpg.program",
      "gpg.ssh.program",
      "gpg.x509.program",
      "gpg.openpgp.program",
      "filter.evil.smudge",
      "filter.evil.clean",
    ];
    for (const setting of [...settings, ...programs]) git("config", setting, script);
    git("config", "gpg.ssh.allowedSignersFile", script);
    git("config", "log.showSignature", "true");
    for (const hook of ["post-checkout", "reference-transaction", "post-index-change", "pre-commit"]) {
      await writeFile(join(folder, ".git/hooks", hook), `#!/bin/sh\nexec '${script}'\n`);
      await chmod(join(folder, ".git/hooks", hook), 0o755);
    }
    await scene.repository.write({ "README.md": "# look\n" });
    const run = await scene.run(["cut", "v1.2.3"]);
    expect(run.exit, run.stderr).toBe(0);
    expect(existsSync(join(scene.home, "ran"))).toBe(false);
  });
});

describe("text of commits and branches (bad input 30)", () => {
  it("is nobody's command and draws nothing on the screen", async () => {
    const scene = await toolScene();
    const title = `Fix "quotes" and 'more'; $(touch ran) \`touch ran\`\n\n\u001b[31mred\u001b[0m\n\${{ secrets.X }}\n<script>`;
    scene.repository.git("checkout", "--quiet", "-b", 'fix/$(touch-ran);"q"\'');
    scene.repository.git("commit", "--quiet", "--allow-empty", "--message", title);
    scene.repository.git("tag", "--annotate", "--message", title, "v1.2.3");
    const run = await scene.run(["cut", "v1.2.3", "--verbose"]);
    expect(run.exit, run.stderr).toBe(0);
    expect(`${run.stdout}${run.stderr}`).not.toContain("\u001b");
    expect((await scene.left()).filter((path) => !/^(releases|\.ggen-release)/.test(path))).toEqual([]);
    const log = await readFile(join(scene.repository.folder, "releases/v1.2.3/PIPELINE.log"), "utf8");
    expect(log).not.toContain("\u001b");
  });
});

describeWith(["gpg"], "a tag that is signed by a key (bad input 21)", () => {
  const signedBy = async (
    spoil: (home: GnuPgHome, key: string) => void,
    config = "",
  ): Promise<Scene & { home: string }> => {
    const home = gnuPgHome();
    onTestFinished(() => home.remove());
    const key = home.makeKey("Jane Doe <jane@tool.dev>", "ed25519", { usage: "sign" });
    const scene = await toolScene({ config });
    execFileSync("git", ["-c", `user.signingKey=${key}`, "tag", "--sign", "--message", "one", "v1.2.3"], {
      cwd: scene.repository.folder,
      env: { ...process.env, ...home.variables, GIT_COMMITTER_NAME: "Jane Doe", GIT_COMMITTER_EMAIL: "jane@tool.dev" },
      stdio: "pipe",
    });
    spoil(home, key);
    return { ...scene, run: (args) => scene.run(args, { GNUPGHOME: home.variables["GNUPGHOME"] }) };
  };

  it("that is known and good is taken without a word", async () => {
    const scene = await signedBy(() => undefined);
    const run = await scene.run(["plan", "v1.2.3"]);
    expect([run.exit, run.stderr]).toEqual([0, expect.not.stringContaining("warning")]);
  });

  it("that is known and good is all that source.strict wants: the release is made", async () => {
    const scene = await signedBy(() => undefined, strict);
    for (const args of [
      ["cut", "v1.2.3"],
      ["cut", "v1.2.3"],
      ["verify", "v1.2.3"],
    ])
      expect((await scene.run(args)).exit, args.join(" ")).toBe(0);
  });

  it("that is revoked or has expired is refused, each with its own text", async () => {
    const revoked = await signedBy((home, key) => revoke(home, key));
    expectRefusal(await revoked.run(["cut", "v1.2.3"]), {
      exit: 3,
      code: "GIT_TAG_SIGNATURE_BAD",
      what: "a revoked key",
    });
    const expired = await signedBy((home, key) => {
      home.gpg(["--passphrase", "", "--quick-set-expire", key, "seconds=1"]);
      execFileSync("sleep", ["2"]);
    });
    expectRefusal(await expired.run(["cut", "v1.2.3"]), {
      exit: 3,
      code: "GIT_TAG_SIGNATURE_BAD",
      what: "has expired",
    });
    expect((await expired.left()).filter((path) => path.startsWith("releases"))).toEqual([]);
  });

  it("that nobody knows here is said to be not checked, and refused under source.strict", async () => {
    const forget = (home: GnuPgHome, key: string): void => void home.gpg(["--delete-secret-and-public-key", key]);
    const lenient = await (await signedBy(forget)).run(["plan", "v1.2.3"]);
    expect([lenient.exit, lenient.stderr]).toEqual([0, expect.stringContaining("its signature was not checked")]);
    const refused = await (await signedBy(forget, strict)).run(["plan", "v1.2.3"]);
    expectRefusal(refused, { exit: 3, code: "GIT_TAG_SIGNATURE_BAD", what: "not known here", next: "Import" });
  });
});
