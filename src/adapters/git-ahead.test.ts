/** What is read of a repository before it is asked for, and what is told with it. */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { testRepository } from "../../test/repository.ts";
import { describeWith } from "../../test/requires.ts";
import type { Command, Processes } from "../ports/processes.ts";
import { collectingReporter } from "./collecting-reporter.ts";
import { gitCli } from "./git-cli.ts";
import { nodeFiles } from "./node-files.ts";
import { nodeProcesses } from "./node-processes.ts";
import { systemEnvironment } from "./system-environment.ts";

describeWith(["git"], "a repository that is read ahead", () => {
  it("is there when it is asked for, and read anew the next time", async () => {
    const repository = await testRepository({ a: "first\n" });
    const first = repository.commit();
    const { git, begun } = watchedGit();
    git.lookAhead(repository.folder);
    const looked = begun.length;
    const opened = await git.repository(repository.folder);
    expect(opened).toMatchObject({ folder: repository.folder, head: first });
    expect(begun.length).toBe(looked);
    await rm(join(repository.folder, "a"));
    const second = repository.commit();
    expect(second).not.toBe(first);
    expect((await git.repository(repository.folder))?.head).toBe(second);
  });

  it("is not taken for another folder's", async () => {
    const [one, other] = [await testRepository({ a: "1\n" }), await testRepository({ a: "2\n" })];
    one.commit();
    const wanted = other.commit();
    const { git } = watchedGit();
    git.lookAhead(one.folder);
    expect((await git.repository(other.folder))?.head).toBe(wanted);
  });

  it("harms nobody where it cannot be read and nobody asks", async () => {
    const failing: Processes = {
      run: async () => Promise.reject(new Error("no processes")),
      stream() {
        throw new Error("no processes");
      },
      find: async () => null,
    };
    const git = gitCli(failing, systemEnvironment(), nodeFiles());
    git.lookAhead("/");
    await new Promise((wake) => setImmediate(wake));
    await expect(git.repository("/")).rejects.toThrow("no processes");
  });

  it("tells its tags without another process, with or without a commit, and those that are made later", async () => {
    const repository = await testRepository();
    const { git, begun } = watchedGit();
    const unborn = await git.repository(repository.folder);
    expect(unborn?.head).toBeNull();
    if (unborn !== null) expect(await git.tags(unborn)).toEqual([]);
    const commit = repository.commit();
    repository.git("tag", "v1.0.0");
    repository.git("tag", "team/v2.0.0");
    const opened = await git.repository(repository.folder);
    if (opened === null) throw new Error("there is one");
    const before = begun.length;
    expect([...(await git.tags(opened))].sort()).toEqual(["team/v2.0.0", "v1.0.0"]);
    expect(begun.length).toBe(before);
    await git.createTag(opened, "v3.0.0", commit, "three");
    expect([...(await git.tags(opened))].sort()).toEqual(["team/v2.0.0", "v1.0.0", "v3.0.0"]);
  });
});

/** The real git, and the arguments of what was started. */
function watchedGit() {
  const begun: Command[] = [];
  const processes = nodeProcesses(collectingReporter());
  const git = gitCli(
    {
      ...processes,
      run(command) {
        begun.push(command);
        return processes.run(command);
      },
    },
    systemEnvironment({ ...process.env, GIT_COMMITTER_NAME: "Jane Doe", GIT_COMMITTER_EMAIL: "jane@tool.org" }),
    nodeFiles(),
  );
  return { git, begun };
}
