import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { realPorts, scratchFolder } from "../../../test/scratch.ts";
import { parseTarget } from "../../domain/target.ts";
import type { BuildJob } from "../../ports/builder.ts";
import { go } from "./go.ts";
import { isModule } from "./node-package.ts";

const afterwards = "run the same command again (where tag v1.2.3 exists already, under the next version)";

async function jobIn(files: Readonly<Record<string, string>>): Promise<BuildJob> {
  const folder = await scratchFolder();
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  // Of the tools' answers nothing is needed here.
  const failed = { exitCode: 1, signal: null, timedOut: false, stdout: "", stderr: "", milliseconds: 0 };
  const ports = { ...realPorts(folder), processes: { run: async () => failed } };
  return {
    source: folder,
    folder,
    target: parseTarget("x86_64-linux"),
    tag: "v1.2.3",
    ports,
    environment: { HOME: folder },
    binaries: [],
  } as never;
}

describe("what is to be committed is followed by the same command, where the tag is not made yet", () => {
  it("for a go.mod that is missing", async () => {
    await expect(go.build({ main: "." } as never, await jobIn({}))).rejects.toMatchObject({
      code: "PROJECT_UNKNOWN",
      next: expect.stringContaining(`Run go mod init, commit go.mod and ${afterwards}`),
    });
  });

  it("for a package.json that cannot be read", async () => {
    const job = await jobIn({ "package.json": "{" });
    await expect(isModule(job, join(job.folder, "tool.js"))).rejects.toMatchObject({
      code: "PROJECT_UNKNOWN",
      next: `Mend it, commit it and ${afterwards}.`,
    });
  });
});
