/** What children are given, and what becomes of a run whose input fails. */
import { describe, expect, it } from "vitest";
import { collectingReporter } from "./collecting-reporter.ts";
import { nodeProcesses } from "./node-processes.ts";

const chunk = new Uint8Array(256 * 1024).fill(65);

function shell(script: string): {
  program: string;
  arguments: string[];
  folder: string;
  environment: Record<string, string>;
} {
  return {
    program: "sh",
    arguments: ["-c", script],
    folder: "/",
    environment: { PATH: process.env["PATH"] ?? "" },
  };
}

async function* chunks(count: number, failAfter = Infinity): AsyncIterable<Uint8Array> {
  for (let sent = 0; sent < count; sent++) {
    if (sent === failAfter) throw new Error("the disk went away");
    yield chunk;
  }
}

describe("a child's input", () => {
  it("is streamed whole", async () => {
    const run = nodeProcesses(collectingReporter());
    const { stdout, exitCode } = await run.run({ ...shell("wc -c"), input: chunks(40) });
    expect([stdout.trim(), exitCode]).toEqual([String(40 * chunk.length), 0]);
  });

  it("is not read ahead of the child", async () => {
    let read = 0;
    const counted = async function* (): AsyncIterable<Uint8Array> {
      for await (const piece of chunks(4000)) {
        read++;
        yield piece;
      }
    };
    await nodeProcesses(collectingReporter()).run({ ...shell("head -c 10 >/dev/null"), input: counted() });
    expect(read).toBeLessThan(100);
  });

  it("fails the run when it fails, whatever the child says", async () => {
    const run = nodeProcesses(collectingReporter()).run({ ...shell("cat >/dev/null; exit 0"), input: chunks(9, 3) });
    await expect(run).rejects.toThrow("the disk went away");
  });

  it("may be ignored by a child that succeeds without it", async () => {
    const { exitCode } = await nodeProcesses(collectingReporter()).run({ ...shell("exit 0"), input: chunks(400) });
    expect(exitCode).toBe(0);
  });
});

describe("a child's secret", () => {
  it("comes on descriptor 3 and stands in no report, argument or variable", async () => {
    const reporter = collectingReporter();
    const { stdout } = await nodeProcesses(reporter).run({
      ...shell("read -r word <&3; echo ${#word}; cat; env; tr '\\0' ' ' </proc/$$/cmdline"),
      input: "plain\n",
      secret: "canary-4711\n",
    });
    expect(stdout.split("\n").slice(0, 2)).toEqual(["11", "plain"]);
    expect(stdout).not.toContain("canary-4711");
    expect(JSON.stringify(reporter.events)).not.toContain("canary-4711");
  });

  it("leaves descriptor 3 closed where none is given", async () => {
    const { stdout } = await nodeProcesses(collectingReporter()).run(shell("ls /proc/$$/fd"));
    expect(stdout.split("\n")).not.toContain("3");
  });
});

it("ends at its time limit although a grandchild in another session holds the output open", async () => {
  const processes = nodeProcesses(collectingReporter());
  const begun = performance.now();
  const done = await processes.run({
    program: "sh",
    arguments: ["-c", "setsid sleep 15 & sleep 15"],
    folder: "/",
    environment: { PATH: process.env["PATH"] ?? "" },
    timeoutSeconds: 0.2,
  });
  expect(done.timedOut).toBe(true);
  expect(performance.now() - begun).toBeLessThan(6000);
});
