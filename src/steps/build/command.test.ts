/** Builders `command` and `prebuilt`, in clones of small repositories. */
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { jobIn, repositoryOf, scene, type JobRequest, type Scene } from "../../../test/acceptance/build-scene.ts";
import { isReleaseError, type ReleaseError } from "../../domain/errors/index.ts";
import { parseTarget } from "../../domain/target.ts";
import type { Builder, BuiltFile } from "../../ports/builder.ts";
import { command } from "./command.ts";
import { prebuilt } from "./prebuilt.ts";

let world: Scene;
const request: JobRequest = { tag: "v1.0.0", binaries: ["tool"] };
let count = 0;
beforeAll(() => {
  world = scene();
});
afterAll(() => world.remove());

describe("builder command", () => {
  let repository = "";
  beforeAll(() => {
    repository = repositoryOf(null, join(world.folder, "command"), "v1.0.0", {
      "build.sh": "echo building $1; mkdir -p out/$1; printf '#!/bin/sh\\necho %s\\n' $2 > out/$1/tool\n",
    });
  });

  it("runs words as they are and a line by sh, with what differs between targets filled in", async () => {
    for (const run of [
      ["sh", "build.sh", "{target}", "{version}"],
      "sh build.sh {target} {version} && echo ${HOME:+at home}",
    ]) {
      const [file] = await build(command, repository, { run, output: "out/{target}/{binary}" });
      expect(readFileSync(file?.path ?? "", "utf8")).toBe("#!/bin/sh\necho 1.0.0\n");
      expect(file?.path).toMatch(/\/source\/out\/x86_64-linux\/tool$/);
    }
    const lines = world.ports.reporter.events.flatMap((event) => (event.type === "task-output" ? [event.line] : []));
    expect(lines).toEqual(["building x86_64-linux", "building x86_64-linux", "at home"]);
  });

  it("shows the exact command and its last lines when it fails", async () => {
    const run = "seq 100; printf '\\033[31mno\\033[0m %s\\n' $API_TOKEN >&2; exit 3";
    const error = await refusal(
      build(
        command,
        repository,
        { run, output: "x" },
        { environment: { grant: [], set: { API_TOKEN: "hunter2-hunter2" } } },
      ),
    );
    expect(error.code).toBe("BUILD_FAILED");
    expect(error.what).toContain("for x86_64-linux failed: sh -c 'seq 100;");
    expect(error.what).toContain("ended with exit code 3");
    expect(error.details).toHaveLength(20);
    expect(error.details).toContain("no ***");
  });

  it("says so when the command succeeds and makes nothing", async () => {
    const error = await refusal(build(command, repository, { run: "true", output: "out/{target}/tool" }));
    expect(error.code).toBe("BUILD_OUTPUT_MISSING");
    expect(error.what).toContain("out/x86_64-linux/tool");
  });

  it("refuses an output that a link leads out of the clone to", async () => {
    const error = await refusal(build(command, repository, { run: "ln -s /bin/sh tool", output: "tool" }));
    expect(error.code).toBe("CONFIG_PATH_ESCAPES");
  });

  it("names a program that is missing", async () => {
    const error = await refusal(build(command, repository, { run: ["no-such-program"], output: "x" }));
    expect(error.code).toBe("BUILD_TOOL_MISSING");
    expect(error.next).toContain("no-such-program");
  });

  it("asks for the tools' versions where it is told how", async () => {
    const job = await jobIn(world, repository, `c${count++}`, command, { run: "x", output: "y" }, request);
    const versionOf = (toolchain: unknown): Promise<string> =>
      command.toolchain({ run: "x", output: "y", toolchain } as never, job.target, job);
    expect(await versionOf(undefined)).toBe("");
    expect(await versionOf("echo gcc 12; echo make 4 >&2")).toBe("gcc 12\nmake 4\n");
    expect((await refusal(versionOf("exit 1"))).code).toBe("BUILD_TOOL_MISSING");
  });

  it.each([{ run: "", output: "x" }, { run: [], output: "x" }, { run: "x" }, { run: "x", output: "{tarket}/x" }])(
    "refuses %j",
    (keys) => expect(v.safeParse(v.strictObject(command.entries), keys).success).toBe(false),
  );

  it.each(["../x", "/usr/bin/x", "a/../../x"])("refuses output %s, which leads out of the tree", (output) => {
    const result = v.safeParse(v.strictObject(command.entries), { run: "x", output });
    expect(result.issues?.[0].message).toMatch(/^CONFIG_PATH_ESCAPES/);
  });

  it("refuses one output for two programs when the plan is made", () => {
    const plan = (output: string): unknown =>
      command.plan({ run: "make", output, toolchain: undefined } as never, parseTarget("x86_64-linux"), ["a", "b"]);
    expect(() => plan("out/a")).toThrow("for all of the binaries a, b");
    expect(plan("out/{binary}")).toMatchObject({ commands: ["make"] });
  });
});

describe("builder prebuilt", () => {
  let repository = "";
  beforeAll(() => {
    repository = repositoryOf(null, join(world.folder, "prebuilt"), "v1.0.0", {
      "prebuilt/x86_64-linux/tool": "bytes",
    });
  });
  const digest = createHash("sha256").update("bytes").digest("hex");

  it("takes a file of the tree", async () => {
    const [file] = await build(prebuilt, repository, { path: "prebuilt/{target}/{binary}" });
    expect(readFileSync(file?.path ?? "", "utf8")).toBe("bytes");
  });

  it("takes a pinned file from elsewhere with its mode, and no other bytes", async () => {
    const outside = join(world.folder, "elsewhere", "x86_64-linux");
    mkdirSync(outside, { recursive: true });
    writeFileSync(join(outside, "tool"), "bytes");
    chmodSync(join(outside, "tool"), 0o755);
    const keys = {
      path: join(world.folder, "elsewhere", "{target}", "tool"),
      sha256: { "x86_64-unknown-linux": digest },
    };
    const [file] = await build(prebuilt, repository, keys);
    expect(readFileSync(file?.path ?? "", "utf8")).toBe("bytes");
    expect(statSync(file?.path ?? "").mode & 0o777).toBe(0o755);

    writeFileSync(join(outside, "tool"), "other bytes");
    const error = await refusal(build(prebuilt, repository, keys));
    expect(error.code).toBe("SUM_MISMATCH");
    expect(error.what).toContain(digest);
  });

  it("refuses a file from elsewhere that no digest pins, when the plan is made", () => {
    const section = v.parse(v.strictObject(prebuilt.entries), {
      path: "/opt/tool",
      sha256: { "aarch64-linux": digest },
    });
    expect(() => prebuilt.plan(section as never, parseTarget("x86_64-linux"), ["tool"])).toThrow(
      "no sha256 says which bytes",
    );
    expect(prebuilt.plan(section as never, parseTarget("aarch64-linux"), ["tool"]).commands).toEqual([
      "cp /opt/tool tool",
    ]);
  });

  it("says where a missing file should lie", async () => {
    const error = await refusal(
      build(prebuilt, repository, { path: "prebuilt/{target}/tool" }, { target: "aarch64-darwin" }),
    );
    expect(error.code).toBe("PACKAGE_FILE_MISSING");
    expect(error.next).toContain("overlay: { prebuilt/aarch64-darwin/tool: PATH }");
  });

  it.each([
    { path: "../tool" },
    { path: "/opt/../tool" },
    { path: "x", sha256: { "x86_64-linux": "abc" } },
    { path: "x", sha256: { "x86_64-linux/a/b": digest } },
    { path: "x", sha256: { nowhere: digest } },
  ])("refuses %j", (keys) => expect(v.safeParse(v.strictObject(prebuilt.entries), keys).success).toBe(false));
});

async function build(
  builder: Builder,
  repository: string,
  keys: object,
  more: Partial<JobRequest> = {},
): Promise<readonly BuiltFile[]> {
  const section = v.parse(v.strictObject(builder.entries), keys) as never;
  return builder.build(
    section,
    await jobIn(world, repository, `c${count++}`, builder, section, { ...request, ...more }),
  );
}

async function refusal(attempt: Promise<unknown>): Promise<ReleaseError> {
  const error: unknown = await attempt.then(
    () => new Error("nothing was refused"),
    (thrown: unknown) => thrown,
  );
  if (!isReleaseError(error)) throw error;
  return error;
}
