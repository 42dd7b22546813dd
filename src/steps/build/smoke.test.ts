import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { elfImage } from "../../../test/elf-image.ts";
import { collectingReporter } from "../../adapters/collecting-reporter.ts";
import { nodeFiles } from "../../adapters/node-files.ts";
import { nodeProcesses } from "../../adapters/node-processes.ts";
import { systemEnvironment } from "../../adapters/system-environment.ts";
import { ReleaseError } from "../../domain/errors/index.ts";
import type { SmokeSpec } from "../../domain/project.ts";
import { parseTarget, type Target } from "../../domain/target.ts";
import { smokeTest, type SmokePorts } from "./smoke.ts";

const folder = mkdtempSync(join(tmpdir(), "smoke-"));
const environment = systemEnvironment();
const host = parseTarget(environment.host);
const ports: SmokePorts = { files: nodeFiles(), processes: nodeProcesses(collectingReporter()), environment };
const given = { PATH: "/usr/bin:/bin", LC_ALL: "C" };
let count = 0;

// Scratch folders are made in a folder of this test's own, so that what is left behind shows.
const scratch = join(folder, "scratch");
const temporary = process.env["TMPDIR"];
beforeAll(async () => {
  await ports.files.makeFolder(scratch);
  process.env["TMPDIR"] = scratch;
});
afterAll(() => {
  if (temporary === undefined) delete process.env["TMPDIR"];
  else process.env["TMPDIR"] = temporary;
  rmSync(folder, { recursive: true });
});

function program(body: string): string {
  const path = join(folder, `program-${count++}`);
  writeFileSync(path, `#!/bin/sh\n${body}\n`);
  chmodSync(path, 0o755);
  return path;
}

function smoke(path: string, spec: Partial<SmokeSpec> = {}, target: Target = host, version = "5.0.2") {
  const whole: SmokeSpec = { arguments: ["--version"], version: true, timeoutSeconds: 20, ...spec };
  return smokeTest({ name: "ggen", path }, whole, version, target, ports, given);
}

async function refusal(made: Promise<unknown>): Promise<ReleaseError> {
  const thrown: unknown = await made.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(thrown).toBeInstanceOf(ReleaseError);
  return thrown as ReleaseError;
}

describe("a program that answers", () => {
  it("passes with what it said", async () => {
    const outcome = await smoke(process.execPath, {}, host, process.versions.node);
    expect(outcome).toMatchObject({ outcome: "passed", said: process.version });
  });

  it("may answer on stderr, in colours", async () => {
    const outcome = await smoke(program(String.raw`printf 'ggen \033[1m5.0.2\033[0m\n' >&2`));
    expect(outcome).toMatchObject({ outcome: "passed", said: "ggen 5.0.2" });
  });

  it("gets its arguments, the reduced environment, and an empty folder for itself, which is gone afterwards", async () => {
    const body = `echo 5.0.2 "$@"; ls -A; [ "$PWD" = "$HOME" ] && [ -d "$PWD" ] || exit 9; touch left-behind; env | grep -v -e PWD -e SHLVL -e _= -e HOME`;
    const outcome = await smoke(program(`exec 2>&1; { ${body}; } | tr '\\n' ' '`), {
      arguments: ["version", "--short"],
    });
    expect(outcome).toMatchObject({ said: "5.0.2 version --short PATH=/usr/bin:/bin LC_ALL=C" });
    expect(leftIn(scratch)).toEqual([]);
  });

  it("need not name the version where the configuration says so", async () => {
    expect(await smoke(program("echo hello"), { version: false })).toMatchObject({ outcome: "passed", said: "hello" });
  });
});

describe("a program that does not", () => {
  it("fails with its exit code and what it printed, made fit for a terminal", async () => {
    const error = await refusal(
      smoke(program(String.raw`echo 5.0.2; printf 'error: no \033]0;title\007such option\n' >&2; exit 3`)),
    );
    expect(error.code).toBe("SMOKE_FAILED");
    expect(error.what).toBe("`ggen --version` ended with exit code 3.");
    expect(error.details).toEqual(["5.0.2", "error: no such option"]);
  });

  it("fails with the signal that ended it", async () => {
    expect((await refusal(smoke(program("echo 5.0.2; kill -SEGV $$")))).what).toContain("was ended by SIGSEGV");
  });

  it("fails when it runs for too long", async () => {
    const error = await refusal(smoke(program("echo 5.0.2; exec sleep 30"), { timeoutSeconds: 0.3 }));
    expect(error.code).toBe("SMOKE_FAILED");
    expect(error.what).toContain("was still running after 0.3 s");
  });

  it.each(["exit 0", "echo; echo", String.raw`printf '\033[2J\r\n \t'`])("is silent when it does %j", async (body) => {
    expect((await refusal(smoke(program(body), { version: false }))).code).toBe("SMOKE_SILENT");
  });

  it("is refused when it names another version, which is shown", async () => {
    const error = await refusal(smoke(program("echo 'cli 15.0.21'; echo more")));
    expect(error.code).toBe("SMOKE_VERSION");
    expect(error.what).toContain("does not name 5.0.2. It printed: cli 15.0.21");
    expect(error.next).toContain("ldflags");
    expect(error.details).toEqual(["cli 15.0.21", "more"]);
  });

  it("shows the last lines of a long answer, each cut to fit", async () => {
    const error = await refusal(smoke(program(`for i in 1 2 3 4 5 6; do seq 10; done; printf 'x%.0s' $(seq 500)`)));
    expect(error.details).toHaveLength(20);
    expect(error.details.at(-1)).toBe(`${"x".repeat(200)}…`);
  });

  it("fails when the machine cannot start it", async () => {
    const path = program("echo 5.0.2");
    writeFileSync(path, "#!/no/such/interpreter\n");
    const error = await refusal(smoke(path));
    expect(error.code).toBe("SMOKE_FAILED");
    expect(error.what).toContain("could not be started");
    expect(leftIn(scratch)).toEqual([]);
  });
});

describe("a program that this machine cannot run", () => {
  it.each(["s390x-linux-gnu", "x86_64-windows", "aarch64-freebsd", "universal-windows"])(
    "is not run for %s, and says so",
    async (target) => {
      expect(await smoke(program("echo 5.0.2"), {}, parseTarget(target))).toEqual({
        outcome: "not-run",
        reason: `a program for ${target} does not run on this machine (${environment.host})`,
      });
    },
  );

  it("is not run when its loader is not here", async () => {
    const path = join(folder, "foreign");
    writeFileSync(path, elfImage({ interpreter: "/lib/ld-of-another-libc.so.1", needed: ["libc.so"] }), {
      mode: 0o755,
    });
    expect(await smoke(path)).toEqual({
      outcome: "not-run",
      reason: `its loader /lib/ld-of-another-libc.so.1 is not on this machine (${environment.host})`,
    });
  });
});

/** But for the list of children, which lives as long as this process does. */
function leftIn(path: string): readonly string[] {
  return readdirSync(path).filter((name) => !name.startsWith("ggen-release-children-"));
}
