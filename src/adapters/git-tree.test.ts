/** A commit's files read at once are the files read one by one. */
import { symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { testRepository } from "../../test/repository.ts";
import { describeWith } from "../../test/requires.ts";
import { realPorts } from "../../test/scratch.ts";

describeWith(["git"], "a commit's tree", () => {
  it("reads many files at once as it reads each", async () => {
    const many = Array.from(
      { length: 300 },
      (_, index) => [`many/${index}.txt`, `${index}\n`.repeat(index * 10)] as const,
    );
    const repository = await testRepository({ empty: "", "a b": "x\n\nblob 3\n", ...Object.fromEntries(many) });
    await writeFile(
      join(repository.folder, "binary"),
      Uint8Array.from({ length: 100_000 }, (_, index) => index % 256),
    );
    await symlink("a b", join(repository.folder, "link"));
    const commit = repository.commit();
    const { git } = realPorts(repository.folder);
    const tree = git.tree({ folder: repository.folder, head: commit, shallow: false }, commit);
    const entries = await tree.entries();
    const paths = entries.map(({ path }) => path);
    expect(paths).toEqual(
      repository.git("ls-tree", "-r", "-z", "--name-only", commit).split("\0").filter(Boolean).sort(),
    );
    expect(entries.filter(({ kind }) => kind === "symlink")).toEqual([{ path: "link", kind: "symlink" }]);
    const found = (await tree.readMany?.([...paths, "absent"])) ?? new Map<string, Uint8Array>();
    expect([...found.keys()].sort()).toEqual([...paths].sort());
    for (const path of ["empty", "a b", "binary", "link", "many/0.txt", "many/7.txt", "many/299.txt"])
      expect(Buffer.from(found.get(path) ?? []).equals((await tree.read(path)) ?? Buffer.from("missing")), path).toBe(
        true,
      );
  });
});
