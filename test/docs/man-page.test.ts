/** The man page tells of every command and of every option that is alike everywhere, and of none that is not there. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { commands } from "../../src/cli/commands.ts";
import { helpText } from "../../src/cli/help.ts";

const page = readFileSync(join(import.meta.dirname, "..", "..", "packaging", "ggen-release.1"), "utf8");

/** The terms of a section: the line behind each .TP, without macros, quotes and arguments. */
function termsOf(section: string): readonly string[] {
  const [, text = ""] = new RegExp(`^\\.SH ${section}\\n([^]*?)^\\.SH `, "m").exec(page) ?? [];
  return [...text.matchAll(/^\.TP\n\.\w+ (?:"([^"]+)"|([^\s"]+(?: [^\s"]+)*))/gm)].map(([, quoted, plain = ""]) =>
    (quoted ?? plain).replaceAll("\\-", "-"),
  );
}

it("names every command, in the order of the help, and no other", () => {
  expect(termsOf("COMMANDS")).toEqual([...commands.map(({ path }) => path.join(" ")), "help"]);
});

it("names the options that the help names as alike everywhere", () => {
  const [, line = ""] = /^Alike everywhere: (.*)\.$/m.exec(helpText("1.2.3")) ?? [];
  const options = line.match(/--[a-z-]+/g) ?? [];
  expect(options).toContain("--json");
  expect(termsOf("OPTIONS").toSorted()).toEqual([...options].toSorted());
});
