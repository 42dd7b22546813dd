import { createHash } from "node:crypto";
import { lstat, mkdir, readdir, readFile, readlink, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { folder, localStore } from "../../src/channels/folder.ts";
import type { Mutation } from "../../src/domain/mutation.ts";
import type { Channel, ChannelContext } from "../../src/ports/channel.ts";
import { realPorts, scratchFolder } from "../scratch.ts";
import { bound, contextOf, keepsTheContract, release, type ChannelUnderTest } from "./channel.ts";

const kinds: readonly (readonly [string, (path: string) => Channel])[] = [
  ["the folder channel", (path) => folder.open("site", { path } as never)],
  ["the local store", localStore],
];

for (const [name, make] of kinds) {
  describe(name, () => {
    keepsTheContract(() => tested(make));
  });
}

describe("the folder channel", () => {
  it("shows nothing of a release before it is published, and all of it afterwards", async () => {
    const path = await scratchFolder();
    const ports = realPorts(path);
    const channel = folder.open("site", { path } as never);
    for (const mutation of bound(channel, "v1.0.0")) {
      if (mutation.phase !== "stage") continue;
      await channel.apply(mutation, contextOf(ports));
      await expect(lstat(join(path, "v1.0.0"))).rejects.toThrow("ENOENT");
    }
    for (const mutation of bound(channel, "v1.0.0"))
      if (mutation.phase === "publish") await channel.apply(mutation, contextOf(ports));
    expect(await readFile(join(path, "v1.0.0", "SHA256SUMS"), "utf8")).toBe("content of SHA256SUMS");
    expect((await lstat(join(path, "v1.0.0", "tool"))).mode & 0o777).toBe(0o755);
  });

  it("points latest to the release by a relative link, in one step", async () => {
    const path = await scratchFolder();
    const ports = realPorts(path);
    const channel = folder.open("site", { path } as never);
    await symlink("v0.9.0", join(path, "latest"));
    for (const mutation of bound(channel, "v1.0.0")) await channel.apply(mutation, contextOf(ports));
    expect(await readlink(join(path, "latest"))).toBe("v1.0.0");
  });

  it("concedes latest to a newer version and to nothing else", () => {
    const channel = folder.open("site", { path: "/x" } as never);
    const move = bound(channel, "v1.10.0").find(({ phase }) => phase === "promote");
    if (move === undefined) throw new Error("no pointer");
    expect(["v1.11.0", "v2.0.0-rc.1"].map((value) => channel.concedes?.(move, value))).toEqual([true, true]);
    expect(
      ["v1.9.0", "v1.10.0", "nightly", "", "v1.10.0-rc.9"].map((value) => channel.concedes?.(move, value)),
    ).toEqual([false, false, false, false, false]);
  });

  it("lets a release of a tag with a slash appear", async () => {
    const path = await scratchFolder();
    const channel = site(path);
    await applyAll(channel, "app/v1.0.0", contextOf(realPorts(path)));
    expect(await readFile(join(path, "app/v1.0.0", "tool"), "utf8")).toBe("content of tool");
  });

  it("keeps what two machines made of one tag apart, and lets only one of them appear", async () => {
    const path = await scratchFolder();
    const channel = site(path);
    const ours = contextOf(realPorts(path));
    const theirs = { ...ours, manifest: "f".repeat(64), content: othersContent };
    const mutations = bound(channel, "v1.0.0");
    for (const mutation of mutations.filter(({ phase }) => phase === "stage")) {
      await channel.apply(mutation, ours);
      await channel.apply(mutation, theirs);
    }
    const appear = mutations.find(({ phase }) => phase === "publish");
    if (appear === undefined) throw new Error("nothing is published");
    await channel.apply(appear, ours);
    expect(await channel.observe(appear, ours)).toEqual({ state: "at", value: "published" });
    expect(await channel.observe(appear, theirs)).toMatchObject({ state: "present" });
    await expect(channel.apply(appear, theirs)).rejects.toThrow("ENOTEMPTY");
    for (const { object } of mutations.filter(({ phase }) => phase === "stage"))
      expect(await readFile(join(path, "v1.0.0", object["file"] ?? ""), "utf8")).toBe(`content of ${object["file"]}`);
    await channel.tidy(release("v1.0.0"), theirs);
    expect(await readdir(join(path, ".staged/v1.0.0"))).toContain(theirs.manifest);
    await channel.tidy(release("v1.0.0"), ours);
    expect(await readdir(join(path, ".staged"))).toEqual([]);
  });

  it("lets nothing half written appear, though another machine publishes the same stage at that moment", async () => {
    const path = await scratchFolder();
    const channel = site(path);
    const ours = contextOf(realPorts(path));
    const mutations = bound(channel, "v1.0.0");
    const appear = mutations.find(({ phase }) => phase === "publish");
    const [first] = mutations;
    if (first === undefined || appear === undefined) throw new Error("nothing is planned");
    for (const mutation of mutations) if (mutation.phase === "stage") await channel.apply(mutation, ours);
    const content = async function* (file: string): AsyncIterable<Uint8Array> {
      yield new TextEncoder().encode("content ");
      await channel.apply(appear, ours);
      yield new TextEncoder().encode(`of ${file}`);
    };
    await channel.apply(first, { ...ours, content });
    const files = mutations.flatMap(({ object }) => (object["kind"] === "file" ? [object["file"] ?? ""] : []));
    expect(await readdir(join(path, "v1.0.0"))).toEqual([...files].sort((a, b) => (a < b ? -1 : 1)));
    expect(await channel.observe(first, ours)).toMatchObject({ state: "present", sha256: sha256Of(first) });
    await channel.tidy(release("v1.0.0"), ours);
    expect(await readdir(join(path, ".staged"))).toEqual([]);
  });

  it("goes on from a stage that is whole, and not from one that is not", async () => {
    const path = await scratchFolder();
    const channel = site(path);
    const ours = contextOf(realPorts(path));
    const looking = { ...ours, manifest: null };
    const stage = bound(channel, "v1.0.0").filter(({ phase }) => phase === "stage");
    for (const mutation of stage) {
      expect(await channel.read(release("v1.0.0"), "manifest.json", looking)).toBeNull();
      expect(await channel.read(release("v1.0.0"), "tool", looking)).toBeNull();
      await channel.apply(mutation, ours);
    }
    expect(await channel.read(release("v1.0.0"), "manifest.json", looking)).not.toBeNull();
    expect(await channel.read(release("v1.0.0"), "tool", looking)).not.toBeNull();
    expect(await channel.read(release("v1.0.0"), "tool", { ...ours, manifest: "f".repeat(64) })).toBeNull();
  });

  it("puts a file back that is missing in a release that users see", async () => {
    const path = await scratchFolder();
    const channel = site(path);
    const context = contextOf(realPorts(path));
    await applyAll(channel, "v1.0.0", context);
    await rm(join(path, "v1.0.0/tool"));
    const [first] = bound(channel, "v1.0.0");
    if (first === undefined) throw new Error("nothing planned");
    expect(await channel.observe(first, context)).toEqual({ state: "absent" });
    await channel.apply(first, context);
    expect(await readFile(join(path, "v1.0.0/tool"), "utf8")).toBe("content of tool");
  });

  it("takes a folder of somebody else's for no release, and a file for no pointer", async () => {
    const path = await scratchFolder();
    const channel = site(path);
    await mkdir(join(path, "v1.0.0"));
    await writeFile(join(path, "latest"), "v0.9.0");
    for (const mutation of bound(channel, "v1.0.0").filter(({ phase }) => phase !== "stage"))
      expect((await channel.observe(mutation, contextOf(realPorts(path)))).state, mutation.key).toBe("present");
  });

  it("finds in preflight that the path is a file", async () => {
    const path = await scratchFolder();
    await writeFile(join(path, "file"), "");
    const findings = await folder
      .open("site", { path: join(path, "file") } as never)
      .preflight(contextOf(realPorts(path)));
    expect(findings).toMatchObject([{ verdict: "fail", code: "PERMISSION" }]);
  });
});

describe("the local store", () => {
  const planOf = (mutations: readonly Mutation[]): string => JSON.stringify({ mutations });

  it("takes away what a run left unfinished that its own plan names, and no other file", async () => {
    const path = await scratchFolder();
    const channel = localStore(path);
    const context = contextOf(realPorts(path));
    const files = bound(channel, "v1.0.0").filter(({ phase }) => phase === "stage");
    await mkdir(join(path, "v1.0.0"));
    await writeFile(join(path, "v1.0.0/plan.json"), planOf(files));
    for (const mutation of files.slice(0, 2)) await channel.apply(mutation, context);
    await writeFile(join(path, "v1.0.0/SHA256SUMS"), "of somebody else");
    await writeFile(join(path, "v1.0.0/notes"), "of somebody else");
    await channel.tidy(release("v1.0.0"), { ...context, manifest: null });
    expect(await readdir(join(path, "v1.0.0"))).toEqual(["SHA256SUMS", "notes", "plan.json"]);
  });

  it.each(["", "{", "null", '{"mutations":[{"channel":"local"}]}', escaping()])(
    "takes nothing away by a plan that is none: %s",
    async (text) => {
      const path = await scratchFolder();
      await mkdir(join(path, "v1.0.0"));
      await writeFile(join(path, "outside"), "content of outside");
      await writeFile(join(path, "v1.0.0/plan.json"), text);
      const looking = { ...contextOf(realPorts(path)), manifest: null };
      await localStore(path).tidy(release("v1.0.0"), looking);
      expect(await readdir(path)).toEqual(["outside", "v1.0.0"]);
    },
  );

  function escaping(): string {
    const sha256 = createHash("sha256").update("content of outside").digest("hex");
    return JSON.stringify({ mutations: [{ channel: "local", change: { content: { file: "../outside", sha256 } } }] });
  }
});

function site(path: string): Channel {
  return folder.open("site", { path } as never);
}

async function applyAll(channel: Channel, tag: string, context: ChannelContext): Promise<void> {
  for (const mutation of bound(channel, tag)) await channel.apply(mutation, context);
}

function sha256Of({ change }: Mutation): string | undefined {
  return change.kind === "create" ? change.content.sha256 : undefined;
}

async function* othersContent(file: string): AsyncIterable<Uint8Array> {
  yield new TextEncoder().encode(`other content of ${file}`);
}

async function tested(make: (path: string) => Channel): Promise<ChannelUnderTest> {
  const path = await scratchFolder();
  return {
    channel: make(path),
    ports: realPorts(path),
    interfere: async (mutation) => {
      const file = join(path, mutation.object["tag"] ?? "", mutation.object["file"] ?? "");
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, "other bytes");
    },
  };
}
