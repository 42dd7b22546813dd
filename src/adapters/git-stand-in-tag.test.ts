import { join } from "node:path";
import { expect, it } from "vitest";
import { testRepository } from "../../test/repository.ts";
import { realPorts, scratchFolder } from "../../test/scratch.ts";

const tag = "app/v1.2.3";

it("makes the same tag in the clone whoever builds and whenever, dated as the commit", async () => {
  const repository = await testRepository({ "README.md": "# tool\n" });
  const commit = repository.git("rev-parse", "HEAD");
  const seen: string[] = [];
  for (const [name, date] of [
    ["Jane", "2020-01-01T00:00:00Z"],
    ["John", "2030-06-01T12:00:00+0200"],
  ]) {
    const variables = { ...process.env, GIT_COMMITTER_NAME: name, GIT_COMMITTER_DATE: date };
    const { git } = realPorts(repository.folder, variables);
    const found = await git.repository(repository.folder);
    if (found === null) throw new Error("no repository");
    const folder = join(await scratchFolder("clone"), "source");
    await git.clone(found, commit, tag, folder);
    const ask = (...words: readonly string[]): string => repository.git("-C", folder, ...words);
    expect(await git.tag({ ...found, folder }, tag)).toMatchObject({ commit, annotated: true, signed: false });
    expect(ask("for-each-ref", "--format=%(taggerdate:unix) %(contents)", `refs/tags/${tag}`)).toBe(
      `${ask("show", "-s", "--format=%ct", commit)} ${tag}`,
    );
    expect([ask("describe"), ask("fsck", "--strict")]).toEqual([tag, ""]);
    seen.push(ask("rev-parse", `refs/tags/${tag}`));
  }
  expect(seen[1]).toBe(seen[0]);
  expect(repository.git("tag", "--list")).toBe("");
});

it("leaves a tag that is there as it is", async () => {
  const repository = await testRepository({ "README.md": "# tool\n" });
  repository.git("tag", "--annotate", "--message", "The first one", tag);
  const { git } = realPorts(repository.folder);
  const found = await git.repository(repository.folder);
  const folder = join(await scratchFolder("clone"), "source");
  if (found?.head == null) throw new Error("no commit");
  await git.clone(found, found.head, tag, folder);
  const object = repository.git("rev-parse", `refs/tags/${tag}`);
  expect(repository.git("-C", folder, "rev-parse", `refs/tags/${tag}`)).toBe(object);
});
