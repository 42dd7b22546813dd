import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { parseTarget } from "../../domain/target.ts";
import { cargo, type CargoSection } from "./cargo.ts";
import { readMetadata, resolvePrograms } from "./cargo-programs.ts";

const schema = v.strictObject(cargo.entries);
const plan = (keys: object, target = "x86_64-linux-gnu", binaries: readonly string[] = ["ggen"]): string =>
  cargo.plan(v.parse(schema, keys) as CargoSection, parseTarget(target), binaries).commands.join("\n");

describe("builder cargo", () => {
  it("shows the command as one would type it", () => {
    expect(plan({})).toBe("cargo build --release --locked --bin ggen --target x86_64-unknown-linux-gnu");
    expect(plan({ package: "ggen-cli-lib", bin: "ggen-cli", toolchain: "1.95.0" }, "aarch64-linux")).toBe(
      "cargo +1.95.0 build --release --locked --package ggen-cli-lib --bin ggen-cli --target aarch64-unknown-linux-musl",
    );
    expect(plan({ profile: "dist", features: ["a", "b/c"], "all-features": true, "no-default-features": true })).toBe(
      "cargo build --profile=dist --locked --bin ggen --target x86_64-unknown-linux-gnu --features a,b/c --all-features --no-default-features",
    );
  });

  it("builds several programs at once, each by its name in Cargo.toml", () => {
    expect(plan({}, "x86_64-linux-gnu", ["a", "b"])).toContain("--bin a --bin b");
    expect(plan({ bin: { a: "x", b: "y" } }, "x86_64-linux-gnu", ["a", "b"])).toContain("--bin x --bin y");
    expect(() => plan({ bin: "x" }, "x86_64-linux-gnu", ["a", "b"])).toThrow("for all of the binaries a, b");
  });

  it("refuses a target that Rust has no name for", () => {
    expect(() => plan({}, "universal-darwin")).toThrow("BUILD_TARGET_UNSUPPORTED");
  });

  it.each([
    { package: "--manifest-path=/x" },
    { bin: "a b" },
    { features: ["$(id)"] },
    { profile: "-x" },
    { toolchain: "+x" },
    { bin: { ggen: "../x" } },
  ])("refuses %j", (keys) => expect(v.safeParse(schema, keys).success).toBe(false));
});

describe("the programs of a workspace", () => {
  const packageOf = (name: string, ...targets: (readonly [string, string])[]): object => ({
    id: `path+file:///w/${name}#1.0.0`,
    name,
    targets: targets.map(([kind, target]) => ({ name: target, kind: [kind] })),
  });
  const metadata = (...packages: object[]): ReturnType<typeof readMetadata> =>
    readMetadata(JSON.stringify({ packages, workspace_root: "/w" }));
  const resolve = (packages: object[], bin: string, only?: string): unknown =>
    resolvePrograms(metadata(...packages), new Map([["tool", bin]]), only);

  it("are found whatever package makes them", () => {
    const packages = [
      packageOf("ggen", ["lib", "ggen"]),
      packageOf("ggen-cli-lib", ["lib", "ggen_cli"], ["bin", "ggen"]),
    ];
    expect(resolve(packages, "ggen")).toEqual([
      { binary: "tool", bin: "ggen", package: "ggen-cli-lib", packageId: "path+file:///w/ggen-cli-lib#1.0.0" },
    ]);
  });

  it("are not guessed", () => {
    const packages = [packageOf("a", ["bin", "tool"]), packageOf("b", ["bin", "tool"], ["example", "demo"])];
    expect(() => resolve(packages, "tool")).toThrow("2 packages of the workspace make a program tool");
    expect(resolve(packages, "tool", "b")).toMatchObject([{ package: "b" }]);
    expect(() => resolve(packages, "demo")).toThrow("No package of the workspace makes a program demo");
    expect(() => resolve(packages, "tool", "c")).toThrow("The workspace has no package c");
    expect(() => resolve([packageOf("a", ["lib", "a"])], "a", "a")).toThrow("Package a makes no program a");
  });
});
