/**
 * Failures that happened to the first user with versions, and with runs that were not finished: each played on a small
 * project, and what its user sees in its stead.
 */
import { spawn } from "node:child_process";
import { existsSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { eventsIn, machineEnvironment, programWords } from "../cli.ts";
import { describeWith } from "../requires.ts";
import {
  commandBuild,
  compile,
  expectNothingPublished,
  expectRefusal,
  expectSuccess,
  toolSource,
  userProject,
  type UserProject,
} from "./first-user-scene.ts";

const cargo = (version: string, more = ""): string =>
  `[package]\nname = "tool"\nversion = "${version}"\nedition = "2021"\n${more}`;

describeWith(["git", "cc"], "places that name another version", () => {
  it("are listed with file and line before a tag is made, and mended by one command", async () => {
    const ggen = await userProject({
      config: ["name: tool", ...commandBuild()],
      files: {
        "Cargo.toml": cargo("5.0.2"),
        "src/main.rs": "",
        VERSION: "4.0.0\n",
        "Formula/tool.rb": 'class Tool < Formula\n  desc "Tool"\n  version "5.0.1"\nend\n',
      },
    });
    const cut = await ggen.run(["cut", "v5.0.2"]);
    expectRefusal(
      cut,
      8,
      "VERSION_DISAGREES",
      /VERSION:1 +4\.0\.0 +5\.0\.2/,
      /Formula\/tool\.rb:3 +5\.0\.1 +5\.0\.2/,
      "version set 5.0.2",
    );
    expect(ggen.git("tag")).toBe("");
    expect(existsSync(join(ggen.folder, "releases"))).toBe(false);
    expectSuccess(await ggen.run(["version", "set", "5.0.2"]));
    ggen.commit("agree");
    expectSuccess(await ggen.run(["cut", "v5.0.2"]));
    expect(ggen.git("for-each-ref", "--format=%(objecttype) %(refname:short)", "refs/tags")).toBe("tag v5.0.2");
  });

  it("only warn in a document, and hide no other warning, such as of a key that ends soon", async () => {
    const tool = await userProject({ files: { "CHANGELOG.md": "# Changelog\n\n## 4.0.0\n\n- new\n" } });
    const key = ["--user-id", "Jane Doe <jane@tool.org>", "--folder", tool.site, "--days", "10"];
    expectSuccess(await tool.run(["keys", "new", ...key]));
    const config = readFileSync(join(tool.folder, "ggen-release.yaml"), "utf8");
    await tool.write({ "ggen-release.yaml": config.replace("sign: none", 'sign: { key: "env:GGEN_RELEASE_KEY" }') });
    tool.commit("sign");
    const variables = { GGEN_RELEASE_KEY_FILE: join(tool.site, "release-key.signing.asc") };
    const plan = await tool.run(["plan", "v5.0.2"], variables);
    expectSuccess(plan);
    expect(plan.stderr).toMatch(/^warning: CHANGELOG\.md:3 \(document\) says 4\.0\.0, not 5\.0\.2/m);
    expect(plan.stderr).toMatch(/^warning: Key [0-9A-F]{40} expires on /m);
    await tool.write({ "CHANGELOG.md": "# Changelog\n\n## 5.0.2\n\n- new\n" });
    tool.commit("agree");
    expect((await tool.run(["plan", "v5.0.2"], variables)).stderr).toMatch(/^warning: Key [0-9A-F]{40} expires on /m);
  });

  /** A release of 26.7.2 in four places, then a bump of one of them. */
  async function bumpedByHand(): Promise<UserProject> {
    const files = (version: string): Record<string, string> => ({
      "Cargo.toml": cargo(version, '[workspace]\nmembers = ["ggen-lsp"]\n'),
      "src/lib.rs": "",
      "ggen-lsp/Cargo.toml": cargo("26.7.2").replace('"tool"', '"ggen-lsp"'),
      "ggen-lsp/src/lib.rs": "",
      "package.json": '{ "name": "@ggen/node", "version": "26.7.2" }\n',
      VERSION: "26.7.2\n",
    });
    const ggen = await userProject({ config: ["name: tool", ...commandBuild()], files: files("26.7.2") });
    ggen.git("tag", "--annotate", "--message", "26.7.2", "v26.7.2");
    await ggen.write(files("26.7.3"));
    ggen.commit("bump");
    return ggen;
  }

  it("are all found when a bump touched one of four", async () => {
    const ggen = await bumpedByHand();
    const cut = await ggen.run(["cut", "v26.7.3"]);
    expectRefusal(
      cut,
      8,
      "VERSION_DISAGREES",
      "3 places name another version",
      "ggen-lsp/Cargo.toml:3",
      "package.json:1",
      "VERSION:1",
    );
    expect(ggen.git("tag")).toBe("v26.7.2");
    const check = await ggen.run(["version", "check", "26.7.3"]);
    expect([check.exit, check.stdout]).toEqual([8, expect.stringContaining("3 disagree")]);
  });

  it("are set all at once, and then agree", async () => {
    const ggen = await bumpedByHand();
    expectSuccess(await ggen.run(["version", "set", "26.7.3"]));
    expectSuccess(await ggen.run(["version", "check", "26.7.3"]));
    ggen.commit("agree");
    expectSuccess(await ggen.run(["cut", "v26.7.3"]));
    expect(ggen.published()).toContain("v26.7.3/manifest.json");
  });

  it("are set all or none: one that cannot be read stops the command, and nothing has changed", async () => {
    const ggen = await userProject({
      config: ["name: tool", ...commandBuild()],
      files: {
        "Cargo.toml": cargo("5.0.2"),
        "src/lib.rs": "",
        VERSION: "5.0.2\n",
        "package.json": '{ "version": "5.0.2",\n',
      },
    });
    expectRefusal(await ggen.run(["version", "set", "5.1.0"]), 2, "VERSION_PLACE_UNREADABLE", "package.json");
    expect(ggen.git("status", "--porcelain")).toBe("");
  });

  it("are set all or none: one whose file is gone stops the command, and nothing has changed", async () => {
    const place = "version: { places: [{ file: helm/Chart.yaml, pattern: 'appVersion: {version}', role: manifest }] }";
    const ggen = await userProject({
      config: ["name: tool", place, ...commandBuild()],
      files: { "Cargo.toml": cargo("5.0.2"), "src/lib.rs": "" },
    });
    expectRefusal(await ggen.run(["version", "set", "5.1.0"]), 2, "VERSION_PLACE_UNREADABLE", "helm/Chart.yaml");
    expect(ggen.git("status", "--porcelain")).toBe("");
    expectRefusal(await ggen.run(["cut", "v5.0.2"]), 2, "VERSION_PLACE_UNREADABLE", "helm/Chart.yaml");
    expect(ggen.git("tag")).toBe("");
  });

  it("in recipes are edited by what they mean, not by their digits", async () => {
    const place =
      "version: { places: [{ file: release.sh, pattern: 'gh release create v{version}', role: manifest }] }";
    const recipe = 'PORT=5.0.2\ngh release create v5.0.2 "ggen_5.0.2-1_amd64.deb"\nsleep 15.0.21\n';
    const ggen = await userProject({
      config: ["name: tool", place, ...commandBuild()],
      files: {
        "Cargo.toml": cargo("5.0.2", '[dependencies]\nother = { version = "5.0.2", optional = true }\n'),
        "src/lib.rs": "",
        "release.sh": recipe,
      },
    });
    expectSuccess(await ggen.run(["version", "set", "26.5.19"]));
    const read = (path: string): string => readFileSync(join(ggen.folder, path), "utf8");
    expect(read("release.sh")).toBe(recipe.replace("create v5.0.2", "create v26.5.19"));
    expect(read("Cargo.toml")).toBe(
      cargo("26.5.19", '[dependencies]\nother = { version = "5.0.2", optional = true }\n'),
    );
  });

  it("are not looked for among dependencies", async () => {
    const dependencies = [
      '[dependencies.serde]\nversion = "1.0.0"\noptional = true\n',
      '[workspace.dependencies]\nremoved = "4.0.0"\n',
      '[target."cfg(unix)".dependencies.libc]\nversion = "0.2.100"\noptional = true\n',
      '[package.metadata.tool]\nversion = "9.9.9"\n',
    ];
    const ggen = await userProject({
      config: ["name: tool", ...commandBuild()],
      files: { "Cargo.toml": cargo("5.0.2", dependencies.join("\n")), "src/lib.rs": "" },
    });
    const check = await ggen.run(["version", "check", "v5.0.2"]);
    expectSuccess(check);
    expect(check.stdout).toContain("Cargo.toml:3");
    expect(check.stdout).not.toMatch(/serde|removed|libc|9\.9\.9/);
    expectSuccess(await ggen.run(["cut", "v5.0.2"]));
  });
});

describeWith(["git", "cc"], "the order of versions", () => {
  const calendar = ["version: { scheme: calendar }", ...commandBuild()];

  it("has no month 15", async () => {
    const ggen = await userProject({ config: calendar });
    expectRefusal(await ggen.run(["cut", "v26.15.2"]), 2, "VERSION_CALENDAR_INVALID", "month 15 does not exist");
    expectRefusal(
      await ggen.run(["version", "set", "26.15.2"]),
      2,
      "VERSION_CALENDAR_INVALID",
      "month 15 does not exist",
    );
    expect([ggen.git("tag"), ...ggen.published()]).toEqual([""]);
  });

  it("proposes the month of today, and warns of a month 15 that exists", async () => {
    const ggen = await userProject({ config: calendar });
    for (const tag of ["v26.7.1", "v26.15.2"]) ggen.git("tag", "--annotate", "--message", tag, tag);
    const next = await ggen.run(["version", "next"]);
    const today = new Date();
    const [year, month] = [today.getUTCFullYear() % 100, today.getUTCMonth() + 1];
    expect(next.stdout).toBe(year > 26 || (year === 26 && month > 7) ? `${year}.${month}.0\n` : "26.7.2\n");
    expect(next.stderr).toContain('"v26.15.2" is not a calendar version and outranks');
  });

  it("does not go backwards unnoticed", async () => {
    const ggen = await userProject();
    for (const tag of ["v5.1.0", "v5.2.0"]) ggen.git("tag", "--annotate", "--message", tag, tag);
    const cut = await ggen.run(["cut", "v5.1.1"]);
    expectRefusal(cut, 8, "VERSION_BACKWARDS", "5.1.1 is not higher than v5.2.0", "--allow-backport");
    expect(ggen.git("tag").split("\n")).toEqual(["v5.1.0", "v5.2.0"]);
    expectNothingPublished(ggen);
  });

  it("goes back for a hotfix that is asked for, and leaves the pointer to the latest where it is", async () => {
    const ggen = await userProject();
    for (const version of ["v5.1.0", "v5.2.0"]) expectSuccess(await ggen.run(["cut", version]));
    expectSuccess(await ggen.run(["cut", "v5.1.1", "--allow-backport"]));
    expect(ggen.published()).toContain("v5.1.1/manifest.json");
    expect(readlinkSync(join(ggen.site, "latest"))).toBe("v5.2.0");
    expectRefusal(await ggen.run(["cut", "v5.1.0-rc.1", "--allow-backport"]), 8, "VERSION_BACKWARDS", "v5.2.0");
  });
});

describeWith(["git", "cc"], "a run that was not finished", () => {
  /** Kills the run when it reports that it has begun what the pattern names; false where it was done before it was hit. */
  async function killedAt(project: UserProject, tag: string, pattern: RegExp): Promise<boolean> {
    const [program, ...words] = [...programWords, "cut", tag, "--json"];
    const child = spawn(program, words, {
      cwd: project.folder,
      env: machineEnvironment(),
      stdio: ["ignore", "pipe", "ignore"],
    });
    let printed = "";
    child.stdout.on("data", (chunk: Buffer) => {
      printed += chunk.toString();
      if (eventsIn(printed).some((event) => event.type === "task-started" && pattern.test(event.task)))
        child.kill("SIGKILL");
    });
    return (await new Promise((resolve) => child.on("close", (_, by) => resolve(by)))) === "SIGKILL";
  }

  /** On a busy machine a short release may be over before the signal comes: then another one is begun. */
  async function killedProject(pattern: RegExp): Promise<UserProject> {
    for (let tries = 0; tries < 10; tries++) {
      const project = await userProject({ config: commandBuild(`sleep 1; ${compile}`) });
      if (await killedAt(project, "v5.0.2", pattern)) return project;
    }
    throw new Error("every run was done before it could be killed");
  }

  const sums = (project: UserProject): string => readFileSync(join(project.site, "v5.0.2", "SHA256SUMS"), "utf8");

  it.each([
    ["in a build", /^command:/],
    ["while it staged", /^local:create:/],
    ["while it published", /^folder:create:.*\.tar\.gz$/],
    ["before it let the release appear", /^folder:move:v5/],
    ["before it moved the pointer", /^folder:move:latest/],
  ])("%s is finished by the same command, and a third run changes nothing", async (_, pattern) => {
    const tool = await killedProject(pattern);
    expectSuccess(await tool.run(["cut", "v5.0.2"]));
    expect(readlinkSync(join(tool.site, "latest"))).toBe("v5.0.2");
    expect(tool.published()).toContain("v5.0.2/manifest.json");
    expect(existsSync(join(tool.site, ".staged", "v5.0.2"))).toBe(false);
    const before = sums(tool);
    const third = await tool.run(["cut", "v5.0.2"]);
    expectSuccess(third);
    expect(third.stdout).toContain("Nothing was to be done: all of it is there");
    expect(sums(tool)).toBe(before);
  });

  it("for a mistake in the sources is done by the same command once that is mended", async () => {
    const tool = await userProject({ files: { "tool.c": "int main(void) { return 1 }\n" } });
    expectRefusal(await tool.run(["cut", "v5.0.2"]), 7, "BUILD_FAILED", "tool.c:1", "run the same command again");
    expect(tool.git("tag")).toBe("");
    await tool.write({ "tool.c": toolSource });
    tool.commit("mend");
    expectSuccess(await tool.run(["cut", "v5.0.2"]));
    expect(tool.git("rev-parse", "v5.0.2^{commit}")).toBe(tool.git("rev-parse", "HEAD"));
  });
});
