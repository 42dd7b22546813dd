import { createHash } from "node:crypto";
import { linkSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { realPorts, scratchFolder } from "../../../test/scratch.ts";
import { folderStorage } from "./folder.ts";

describe("a tree in a folder", () => {
  it("is written over what a killed run of the same number has left, and not into it", async () => {
    const folder = await scratchFolder("tree");
    const { processes } = realPorts(folder);
    const of = "by-hash/x";
    await folderStorage(folder, processes).write([{ path: of, lifetime: "immutable", content: Buffer.from("used") }]);
    for (const number of [0, 1, 2]) linkSync(join(folder, of), join(folder, `.${process.pid}.${number}.part`));
    const source = join(await scratchFolder("source"), "a.deb");
    writeFileSync(source, "package");
    const sha256 = createHash("sha256").update("package").digest("hex");
    const again = folderStorage(folder, processes);
    await again.write([
      { path: "named", lifetime: "mutable", content: { of } },
      { path: "bytes", lifetime: "mutable", content: Buffer.from("new") },
    ]);
    const file = { path: "a.deb", from: source, size: 7, sha256 };
    expect(await again.admit([file], { link: false })).toEqual([]);
    expect(readFileSync(join(folder, of), "utf8")).toBe("used");
    expect(readFileSync(join(folder, "named"), "utf8")).toBe("used");
    expect(readFileSync(join(folder, "bytes"), "utf8")).toBe("new");
    expect(readFileSync(join(folder, "a.deb"), "utf8")).toBe("package");
  });
});
