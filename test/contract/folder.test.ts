import { lstat, readFile, readlink, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { mkdir } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { folder, localStore } from "../../src/channels/folder.ts";
import type { Channel } from "../../src/ports/channel.ts";
import { realPorts, scratchFolder } from "../scratch.ts";
import { bound, contextOf, keepsTheContract, type ChannelUnderTest } from "./channel.ts";

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

  it("finds in preflight that the path is a file", async () => {
    const path = await scratchFolder();
    await writeFile(join(path, "file"), "");
    const findings = await folder
      .open("site", { path: join(path, "file") } as never)
      .preflight(contextOf(realPorts(path)));
    expect(findings).toMatchObject([{ verdict: "fail", code: "PERMISSION" }]);
  });
});

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
