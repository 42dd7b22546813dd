/** One process answers many questions, in their order, whatever the objects hold. */
import { randomBytes } from "node:crypto";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it, vi } from "vitest";
import { testRepository } from "../../test/repository.ts";
import { describeWith } from "../../test/requires.ts";
import { realPorts } from "../../test/scratch.ts";

describeWith(["git"], "objects of a repository", () => {
  it("are read by one process, which ends when nobody asks any more", async () => {
    const repository = await testRepository({ a: "first\n", b: "second\n" });
    const commit = repository.commit();
    const ports = realPorts(repository.folder);
    const batches: string[] = [];
    ports.reporter.attach((event) => {
      if (event.type === "command" && event.arguments[0] === "cat-file") batches.push(event.arguments.join(" "));
    });
    const { git } = ports;
    const opened = { folder: repository.folder, head: commit, shallow: false };
    const tree = git.tree(opened, commit);
    expect(await tree.readText("a")).toBe("first\n");
    expect(await tree.readText("b")).toBe("second\n");
    expect(await tree.readText("absent")).toBeNull();
    expect(await git.tag(opened, "v1.0.0")).toBeNull();
    expect(batches).toEqual([]);
    await vi.waitFor(() => expect(batches).toEqual(["cat-file --batch"]), 5000);
    expect(await tree.readText("a")).toBe("first\n");
    await vi.waitFor(() => expect(batches).toHaveLength(2), 5000);
  });

  it("come whole and in order, however large they are and whatever they hold", async () => {
    const repository = await testRepository({ small: "1\n", tricky: `${"0".repeat(40)} blob 5\nhello\n` });
    const large = randomBytes(3_000_000);
    await writeFile(join(repository.folder, "large"), large);
    const commit = repository.commit();
    const { git } = realPorts(repository.folder);
    const tree = git.tree({ folder: repository.folder, head: commit, shallow: false }, commit);
    const [first, big, tricky, again] = await Promise.all(
      ["small", "large", "tricky", "small"].map((path) => tree.read(path)),
    );
    expect(Buffer.from(first ?? []).toString()).toBe("1\n");
    expect(large.equals(big ?? new Uint8Array())).toBe(true);
    expect(Buffer.from(tricky ?? []).toString()).toContain("hello\n");
    expect(Buffer.from(again ?? []).toString()).toBe("1\n");
  });

  it("tell a tag's kind, its commit and whether it is signed", async () => {
    const repository = await testRepository({ a: "first\n" });
    const commit = repository.commit();
    const run = (...words: readonly string[]): string => repository.git(...words);
    run("tag", "light");
    run("tag", "-a", "-m", "one", "noted");
    run("tag", "-a", "-m", "two\n\n-----BEGIN SSH SIGNATURE-----\nAAAA\n-----END SSH SIGNATURE-----", "signed");
    run("-c", "advice.nestedTag=false", "tag", "-a", "-m", "three", "nested", "noted");
    run("tag", "blob", run("rev-parse", "HEAD:a"));
    const { git } = realPorts(repository.folder);
    const opened = { folder: repository.folder, head: commit, shallow: false };
    expect(await git.tag(opened, "light")).toMatchObject({ object: commit, commit, annotated: false, signed: false });
    expect(await git.tag(opened, "noted")).toMatchObject({ commit, annotated: true, signed: false });
    expect(await git.tag(opened, "signed")).toMatchObject({ commit, annotated: true, signed: true });
    expect(await git.tag(opened, "nested")).toMatchObject({ object: run("rev-parse", "nested"), commit });
    expect(await git.tag(opened, "not there")).toBeNull();
    await expect(git.tag(opened, "blob")).rejects.toThrow(/blob \(blob [0-9a-f]{12}\) does not stand for a commit/);
  });

  it("are asked for by themselves where they are missing, so that git says why", async () => {
    const repository = await testRepository({ a: "first\n" });
    const commit = repository.commit();
    const { git } = realPorts(repository.folder);
    const id = repository.git("rev-parse", "HEAD:a");
    await rm(join(repository.folder, ".git", "objects", id.slice(0, 2), id.slice(2)));
    const tree = git.tree({ folder: repository.folder, head: commit, shallow: false }, commit);
    await expect(tree.read("a")).rejects.toThrow(/git ended with exit code 128: .*/);
    expect((await tree.readMany?.(["a"]))?.size).toBe(0);
  });
});
