/** What the command line makes of its words: the right command, the right help, and a usable answer to a wrong one. */
import fc from "fast-check";
import { expect, it, describe } from "vitest";
import { collectingReporter } from "../adapters/collecting-reporter.ts";
import type { Event } from "../domain/event.ts";
import { optionsOf } from "./command-help.ts";
import { commands, findCommand } from "./commands.ts";
import type { Context, World } from "./context.ts";
import { runCli } from "./run.ts";

interface Run {
  readonly exit: number;
  readonly stdout: string;
  readonly events: readonly Event[];
}

/** Runs with a world in which nothing can be done: what is looked at here is done before. */
async function run(...argv: readonly string[]): Promise<Run> {
  let stdout = "";
  const reporter = collectingReporter();
  const world = { ports: { reporter }, show: () => undefined, close: async () => undefined };
  const context = {
    version: "1.2.3",
    stdout: { write: (text: string) => (stdout += text) },
    open: async () => world as unknown as World,
  };
  const exit = await runCli(argv, context as unknown as Context);
  return { exit, stdout, events: reporter.events };
}

async function refusal(...argv: readonly string[]): Promise<{ readonly what: string; readonly next: string }> {
  const { exit, stdout, events } = await run(...argv);
  expect([exit, stdout, events.length]).toEqual([2, "", 1]);
  const [event] = events;
  if (event?.type !== "failed") throw new Error(`no failure but ${event?.type ?? "nothing"}`);
  expect(event.code).toBe("USAGE");
  return { what: event.what, next: event.next };
}

describe("help", () => {
  it("is what somebody gets who types nothing, or asks for it", async () => {
    const { exit, stdout } = await run();
    expect(exit).toBe(0);
    for (const { usage, summary } of commands)
      expect(stdout).toMatch(new RegExp(`^  ${usage} +${summary.slice(0, 20)}`, "m"));
    for (const asked of [["help"], ["--help"], ["-h"], ["--json", "--help"]])
      expect(await run(...asked)).toMatchObject({ exit: 0, stdout });
  });

  it.each(["version", "keys"])("lists the commands of %s", async (group) => {
    const { exit, stdout } = await run("help", group);
    expect(exit).toBe(0);
    for (const { path, usage } of commands)
      expect(stdout.includes(`  ${usage} `), usage).toBe(path[0] === group && path.length > 1);
    expect(await run(group, "--help")).toMatchObject({ exit: 0, stdout });
  });

  it.each(commands.map(({ path }) => [path.join(" "), path] as const))(
    "explains %s wherever it is asked",
    async (_, path) => {
      const { exit, stdout, events } = await run(...path, "--help");
      expect([exit, events]).toEqual([0, []]);
      expect(stdout).toMatch(new RegExp(`^[A-Z].*\\.\n\nUsage: ggen-release ${path.join(" ")}`));
      expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThan(110);
      expect(stdout).not.toMatch(/[^\x20-\x7e\n✗!]| $/m);
      for (const asked of [
        ["help", ...path],
        ["--help", ...path],
        [...path.slice(0, 1), "-h", ...path.slice(1)],
        [...path, "v1.2.3", "--help", "--json", "--no-such-option"],
      ])
        expect((await run(...asked)).stdout, asked.join(" ")).toBe(stdout);
      const options = optionsOf(await (findCommand(path)?.load() ?? Promise.reject(new Error(path.join(" ")))));
      for (const { names, description, value } of options) {
        for (const name of names) expect(stdout, name).toContain(name);
        expect(description, names[0]).toMatch(/^[A-Z]/);
        expect(value, names[0]).not.toBe("VALUE");
      }
    },
  );

  it("gives examples of commands and options that there are", async () => {
    for (const { path, load } of commands) {
      const { stdout } = await run(...path, "--help");
      const known = optionsOf(await load()).flatMap(({ names }) => names);
      const examples = [...stdout.matchAll(/^ {4}.*?\bggen-release (.*?)(?:\)| > .*)?$/gm)].map(
        ([, words = ""]) => words,
      );
      expect(examples.length, path.join(" ")).toBeGreaterThan(0);
      for (const example of examples) {
        const words = example.replace(/"[^"]*"/g, "x").split(" ");
        expect(findCommand(words)?.path, example).toEqual(path);
        for (const word of words.filter((one) => one.startsWith("-"))) expect(known, example).toContain(word);
      }
    }
  });
});

describe("a command line that is not understood", () => {
  it.each([
    [["plann", "v1"], 'There is no command "plann".', "Did you mean: ggen-release plan"],
    [["version", "chekc"], 'There is no command "version chekc".', "Did you mean: ggen-release version check"],
    [["key"], 'There is no command "key".', "Did you mean: ggen-release keys"],
    [["something-else"], 'There is no command "something-else".', "Run: ggen-release help"],
    [["help", "plann"], 'There is no command "plann".', "Did you mean: ggen-release plan"],
    [["--jsno", "plan"], 'There is no option "--jsno" that could stand before a command.', "Run: ggen-release help"],
    [["--json"], "No command is named.", "Run: ggen-release help"],
    [["plan"], "plan needs one more word: <version>.", "Run: ggen-release plan v1.2.3"],
    [["plan", "a", "b"], 'plan takes no further word: "b".', "Run: ggen-release plan --help"],
    [["plan", "v1", "--jsno"], 'plan has no option "--jsno".', "Did you mean: --json"],
    [["plan", "v1", "-x"], 'plan has no option "-x".', "Run: ggen-release plan --help"],
    [["plan", "v1", "-qx"], 'plan has no option "-qx".', "Run: ggen-release plan --help"],
    [["plan", "v1", "--json=yes"], "plan --json takes no value.", "Run: ggen-release plan --help"],
    [["plan", "v1", "--config"], "plan --config needs a value: --config FILE", "Run: ggen-release plan --help"],
    [["plan", "v1", "-f", "--json"], "plan -f needs a value: -f FILE", "Run: ggen-release plan --help"],
    [["verify", "v1", "--dry-run"], 'verify has no option "--dry-run".', "Run: ggen-release verify --help"],
    [
      ["keys", "new"],
      "keys new needs --user-id NAME: Whose key it is: Name <mail@host>.",
      "Run: ggen-release keys new --help",
    ],
  ])("%j is told what is wrong and what is near", async (argv, what, next) => {
    expect(await refusal(...argv)).toEqual({ what, next });
  });

  it.each(["version", "keys"])("%s alone is shown what may follow", async (group) => {
    const { events } = await run(group);
    const [event] = events;
    const details = event?.type === "failed" ? event.details : [];
    expect(details.map((line) => line.split(" ")[1])).toEqual(
      commands.filter(({ path }) => path.length > 1 && path[0] === group).map(({ path }) => path[1]),
    );
  });

  it("is answered in a bounded text without control characters, whatever it holds", async () => {
    const hostile = fc.oneof(
      fc.string({ unit: "binary", maxLength: 40 }),
      fc.constantFrom(
        "\u001b[2J\u001b]0;title\u0007",
        "a\nb",
        "\u202egpj",
        "x".repeat(10_000),
        `--${"y".repeat(10_000)}`,
        "",
      ),
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom([], ["plan"], ["version"], ["plan", "v1"]), hostile, async (path, word) => {
        fc.pre(!["help", "--help", "-h", "-v", "--version", "--", "-"].includes(word));
        const { events } = await run(...path, word, "--no-such-option");
        expect(events).toHaveLength(1);
        const [event] = events;
        if (event?.type !== "failed") throw new Error("no failure");
        const said = `${event.what}${event.next}`;
        expect(said).not.toMatch(/[^\x20-\x7e…<>]/);
        expect(said.length).toBeLessThan(400);
      }),
    );
  });
});

it("takes options that are alike everywhere before the command as well as behind it", async () => {
  expect(await refusal("--json", "-q", "plan")).toMatchObject({ what: "plan needs one more word: <version>." });
  expect(await refusal("-f", "other.yaml", "plan")).toMatchObject({ what: "plan needs one more word: <version>." });
  expect(await refusal("--config=other.yaml", "schema")).toMatchObject({ what: 'schema has no option "--config".' });
});

it("tells its version", async () => {
  expect(await run("--version")).toMatchObject({ exit: 0, stdout: "1.2.3\n" });
  expect(await run("-v")).toMatchObject({ exit: 0, stdout: "1.2.3\n" });
});

it("calls what is not its user's fault a fault of its own", async () => {
  const { exit, events } = await run("check");
  expect(exit).toBe(70);
  expect(events).toMatchObject([{ type: "failed", code: "BUG" }]);
});
