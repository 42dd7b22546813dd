import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { sampleInputs } from "../../../test/deb-package.ts";
import type { PackageInputs } from "../../ports/packager.ts";
import { dependencies, vendoredLicenses } from "./deb-dependencies.ts";

const work = mkdtempSync(join(tmpdir(), "ggen-release-dependencies-"));
afterAll(() => rmSync(work, { recursive: true, force: true }));
let count = 0;

function inputs(builder: string, tree: Readonly<Record<string, string>>): PackageInputs {
  const folder = join(work, String(count++));
  mkdirSync(join(folder, "source"), { recursive: true });
  const made = sampleInputs({ tree }, folder);
  return { ...made, project: { ...made.project, builds: made.project.builds.map((build) => ({ ...build, builder })) } };
}
const names = async (of: PackageInputs): Promise<readonly string[]> =>
  (await dependencies(of)).map(({ name, version, license }) => [name, version, license].filter(Boolean).join(" "));

it("are Cargo's that come from elsewhere", async () => {
  const lock = `version = 4
[[package]]
name = "tool"
version = "1.2.3"
[[package]]
name = "serde"
version = "1.0.200"
source = "registry+https://github.com/rust-lang/crates.io-index"
`;
  expect(await names(inputs("cargo", { "Cargo.lock": lock }))).toEqual(["serde 1.0.200"]);
});

it("are those that go.mod requires, direct and indirect, and not what it replaces or excludes", async () => {
  const mod = `module github.com/a/tool

go 1.24.0

require github.com/b/one v1.2.3
require (
	golang.org/x/sys v0.20.0 // indirect
	gopkg.in/yaml.v3 v3.0.1
)
replace golang.org/x/sys => ../sys
`;
  expect(await names(inputs("go", { "go.mod": mod }))).toEqual([
    "github.com/b/one v1.2.3",
    "golang.org/x/sys v0.20.0",
    "gopkg.in/yaml.v3 v3.0.1",
  ]);
});

it("are npm's that are not for development only, with their licences", async () => {
  const packages = {
    "": { name: "tool", version: "1.2.3" },
    "node_modules/yaml": { version: "2.9.0", license: "ISC" },
    "node_modules/a/node_modules/@b/c": { version: "1.0.0", license: "MIT" },
    "node_modules/vitest": { version: "5.1.0", dev: true },
  };
  expect(await names(inputs("node", { "package-lock.json": JSON.stringify({ packages }) }))).toEqual([
    "@b/c 1.0.0 MIT",
    "yaml 2.9.0 ISC",
  ]);
});

it.each([
  ["cargo", { "Cargo.lock": "= no TOML" }],
  ["cargo", { "Cargo.lock": "package = 1" }],
  ["node", { "package-lock.json": "{" }],
  ["node", { "package-lock.json": '{"packages": {"node_modules/a": null}}' }],
  ["go", {}],
  ["prebuilt", { "go.mod": "require github.com/b/one v1.2.3" }],
])("are none of what says none: %s %j", async (builder, tree) => {
  expect(await names(inputs(builder, tree as Record<string, string>))).toEqual([]);
});

it("have their licence files found where they are vendored", async () => {
  const found = await vendoredLicenses(
    inputs("go", {
      "vendor/github.com/a/b/LICENSE": "one",
      "vendor/github.com/a/b/b.go": "",
      "vendor/c/COPYING.txt": "two",
    }),
  );
  expect(found).toEqual([
    { folder: "vendor/c", texts: [{ name: "COPYING.txt", text: "two" }] },
    { folder: "vendor/github.com/a/b", texts: [{ name: "LICENSE", text: "one" }] },
  ]);
});
