import { describe, expect, it } from "vitest";
import { maintainerScripts, type Snippet } from "./snippet.ts";

const first: Snippet = { script: "postinst", for: "users", commands: "make-users\n" };
const service: Snippet = { script: "postinst", for: "systemd", commands: "start\n", ofService: true };
const last: Snippet = { script: "postinst", for: "files", commands: "make-files\n" };
const marked = (cause: string, commands: string): string =>
  `# Automatically added by ggen-release/${cause}\n${commands}# End automatically added section\n`;

function script(own: string | undefined, snippets: readonly Snippet[], name: Snippet["script"] = "postinst"): string {
  const content = own === undefined ? undefined : new TextEncoder().encode(own);
  const given = content === undefined ? {} : { [name]: { path: `debian/${name}`, content } };
  return new TextDecoder().decode(maintainerScripts("tool", given, snippets)[name]);
}

describe("a maintainer script", () => {
  it("is made where commands are needed, services last", () => {
    expect(script(undefined, [first, service, last])).toBe(
      `#!/bin/sh\nset -e\n${marked("users", "make-users\n")}${marked("files", "make-files\n")}${marked("systemd", "start\n")}`,
    );
  });

  it("of a removal goes the other way round", () => {
    const removal = [first, service, last].map((one) => ({ ...one, script: "prerm" as const }));
    expect(script(undefined, removal, "prerm").match(/(?<=release\/)\w+/g)).toEqual(["systemd", "files", "users"]);
  });

  it("is not made where nothing is needed", () => {
    expect(maintainerScripts("tool", {}, [])).toEqual({});
    expect(maintainerScripts("tool", {}, [first])).not.toHaveProperty("prerm");
  });

  it("of the project gets the commands where it says #DEBHELPER#, and keeps the rest", () => {
    expect(script("#!/bin/sh\nset -e\necho #PACKAGE#\n#DEBHELPER#\nexit 0\n", [first])).toBe(
      `#!/bin/sh\nset -e\necho tool\n${marked("users", "make-users\n")}exit 0\n`,
    );
    expect(script("#!/bin/sh\nset -e\n#DEBHELPER#\n", [])).toBe("#!/bin/sh\nset -e\n\n");
  });

  it("keeps what looks like a pattern of replacement in the commands", () => {
    const odd = { ...first, commands: "echo $& $1 $$\n" };
    expect(script("#!/bin/sh\nset -e\n#DEBHELPER#\n", [odd])).toContain("echo $& $1 $$\n");
  });

  it("that has no place for needed commands is refused, with the commands", () => {
    expect(() => script("#!/bin/sh\nset -e\n", [first])).toThrow(/PACKAGE_SCRIPT_INVALID.*no line #DEBHELPER#/);
    expect(() => script("#!/usr/bin/perl\n#DEBHELPER#\n", [first])).toThrow(/no shell script/);
    expect(script("#!/usr/bin/perl\n1;\n", [])).toBe("#!/usr/bin/perl\n1;\n");
  });

  it("with a token that only debhelper knows is refused", () => {
    expect(() => script("#!/bin/sh\nset -e\necho #DEB_HOST_MULTIARCH#\n", [])).toThrow(
      /PACKAGE_SCRIPT_INVALID.*#DEB_HOST_MULTIARCH#/,
    );
  });

  it("is checked before anything is put into it", () => {
    expect(() => script("#!/bin/sh\necho\n#DEBHELPER#\n", [first])).toThrow(/debian\/postinst does not say `set -e`/);
  });
});
