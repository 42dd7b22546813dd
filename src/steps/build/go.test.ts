import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { ReleaseError } from "../../domain/errors/index.ts";
import { parseTarget } from "../../domain/target.ts";
import { readRefusal } from "../../engines/values/parsed.ts";
import { go, type GoSection } from "./go.ts";

const schema = v.strictObject(go.entries);
const section = (keys: object): GoSection => v.parse(schema, keys) as GoSection;
const linux = parseTarget("x86_64-linux");

function refusal(keys: object): string {
  const message = v.safeParse(schema, keys).issues?.[0].message ?? "";
  return readRefusal(message, "").code;
}

describe("builder go", () => {
  it("shows the command as one would type it", () => {
    expect(go.plan(section({}), linux, ["yq"]).commands).toEqual([
      "CGO_ENABLED=${CGO_ENABLED:-0} GOOS=linux GOARCH=amd64 go build -trimpath -buildvcs=true '-ldflags=-s -w -X main.version={version}' -o yq .",
    ]);
  });

  it("builds for another system and architecture by its names in Go", () => {
    const command = (target: string): string => go.plan(section({}), parseTarget(target), ["yq"]).commands[0] ?? "";
    expect(command("aarch64-darwin")).toContain("GOOS=darwin GOARCH=arm64 go");
    expect(command("armv7-linux-gnu")).toContain("GOOS=linux GOARCH=arm GOARM=7 go");
    expect(command("x86_64-windows")).toContain("-o yq.exe .");
    expect(() => command("universal-darwin")).toThrow("BUILD_TARGET_UNSUPPORTED");
  });

  it("finds each program's package", () => {
    const both = ["age", "age-keygen"];
    const packages = (main: unknown): (string | undefined)[] =>
      go.plan(section({ main }), linux, both).commands.map((command) => command.split(" ").at(-1));
    expect(packages("./cmd/{binary}")).toEqual(["./cmd/age", "./cmd/age-keygen"]);
    expect(packages({ age: "cmd/age", "age-keygen": "./keygen" })).toEqual(["./cmd/age", "./keygen"]);
    expect(() => packages("./cmd/age")).toThrow("for all of the binaries age, age-keygen");
    expect(() => packages({ age: "./cmd/age" })).toThrow("main says nothing of age-keygen");
    expect(() => packages({ age: "./cmd/age", "age-keygen": ".", other: "." })).toThrow('main speaks of "other"');
  });

  it("takes a folder without ./ for a folder and an import path for what it is", () => {
    expect(section({ main: "cmd/yq" }).main).toBe("./cmd/yq");
    expect(section({ main: "github.com/mikefarah/yq/v4" }).main).toBe("github.com/mikefarah/yq/v4");
    expect(section({ main: "." }).main).toBe(".");
  });

  it("names the folders of the tree that it builds from, and no module of others", () => {
    const sources = (main: unknown, ...binaries: string[]) => go.sources?.(section({ main }), binaries);
    expect(sources("./cmd/{binary}", "a", "b")).toEqual(["cmd/a", "cmd/b"]);
    expect(sources("cmd/yq/", "yq")).toEqual(["cmd/yq"]);
    expect(sources(".", "yq")).toEqual([""]);
    expect(sources("./", "yq")).toEqual([""]);
    expect(sources({ a: "./x", b: "github.com/jane/b" }, "a", "b")).toEqual(["x"]);
  });

  it.each(["../other", "/usr/lib/go", "cmd/../../x"])("refuses package %j, which leads out of the tree", (main) => {
    expect(refusal({ main })).toBe("CONFIG_PATH_ESCAPES");
  });

  it.each(["-o=/etc/passwd", "", "a b", "$(id)", "a\nb", "--"])("refuses package %j, which is none", (main) => {
    expect(refusal({ main })).toBe("CONFIG_INVALID");
  });

  it.each([{ tags: ["a,b"] }, { tags: ["-x"] }, { flags: [""] }, { toolchain: "latest" }, { toolchain: "local" }])(
    "refuses %j",
    (keys) => {
      expect(v.safeParse(schema, keys).success).toBe(false);
    },
  );

  it("says what is wrong and what to do", () => {
    try {
      go.plan(section({}), parseTarget("universal-darwin"), ["x"]);
    } catch (error) {
      expect(error).toBeInstanceOf(ReleaseError);
      expect((error as ReleaseError).next).toContain("go tool dist list");
    }
    expect.assertions(2);
  });
});
