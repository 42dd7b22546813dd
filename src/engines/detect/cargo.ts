/**
 * What a Cargo workspace says: which of its packages makes the program, wherever that lies, and what it is called.
 * (https://doc.rust-lang.org/cargo/reference/manifest.html)
 */
import { projectNameFrom } from "../values/names.ts";
import { about, addressFrom, licenseField, maintainerFrom, repositoryName, summaryFrom } from "./about.ts";
import { type CargoBinary, binariesOf } from "./cargo-binaries.ts";
import { type CargoPackage, cargoPackages } from "./cargo-members.ts";
import type { Detection, Ecosystem, Note, Table, TreeView } from "./detected.ts";
import { lockNote, versionNote } from "./notes.ts";
import { asTable, asText, asTexts } from "./tree-view.ts";

interface Maker {
  readonly package: CargoPackage;
  readonly binaries: readonly CargoBinary[];
}

export const cargo: Ecosystem = {
  id: "cargo",
  targets: ["x86_64-linux-gnu"],
  recognises: (tree) => tree.has("Cargo.toml"),
  async detect(tree) {
    const packages = await cargoPackages(tree);
    const shared = asTable(asTable((await tree.toml("Cargo.toml"))?.["workspace"])["package"]);
    const address = firstText([...packages.map((one) => inherited(one, shared, "repository")), shared["repository"]]);
    const wanted = [repositoryName(addressFrom(address)), packages.find(({ folder }) => folder === "")?.name];
    const makers = chooseMakers(tree, packages, wanted);
    const binaries = makers.flatMap((maker) => maker.binaries.map(({ name }) => name));
    const name = projectNameFrom(
      chooseName(
        binaries,
        wanted.filter((one) => one !== undefined),
      ),
    );
    const described = packages.find((one) => one.name === name);
    // What the package of the program does not say, the one at the top or the workspace may.
    const saying = [described, makers[0]?.package, packages[0]].filter((one) => one !== undefined);
    const field = (key: string): unknown =>
      [...saying.map((one) => inherited(one, shared, key)), shared[key]].find((value) => value !== undefined);
    const version = firstText([makers[0]?.package, ...saying].map((one) => inherited(one, shared, "version")));
    return {
      manifest: "Cargo.toml",
      ...(name === undefined ? {} : { name }),
      ...(version === undefined ? {} : { version }),
      ...about({
        summary: summaryFrom(asText(field("description"))),
        homepage: addressFrom(asText(field("homepage"))),
        repository: addressFrom(asText(field("repository")) ?? address),
        license: licenseField(asText(field("license"))),
        maintainer: asTexts(field("authors")).map(maintainerFrom).find(Boolean),
      }),
      builds: binaries.length === 0 ? [] : [build(makers, binaries)],
      notes: await notesOn(tree, packages, makers, version),
    } satisfies Detection;
  },
};

function build(makers: readonly Maker[], binaries: readonly string[]) {
  const [maker] = makers;
  const named = makers.length === 1 && maker !== undefined && maker.package.folder !== "";
  return {
    builder: "cargo",
    section: named ? { package: maker.package.name } : {},
    binaries,
  };
}

/** The program's own name; several that are not called like the project are packed under the project's. */
function chooseName(binaries: readonly string[], wanted: readonly string[]): string {
  const namesake = binaries.find((name) => wanted.includes(name));
  return namesake ?? (binaries.length > 1 ? wanted[0] : undefined) ?? binaries[0] ?? "";
}

function firstText(values: readonly unknown[]): string | undefined {
  return values.map(asText).find((value) => value !== undefined);
}

function inherited(one: CargoPackage | undefined, shared: Table, key: string): unknown {
  const value = asTable(one?.manifest["package"])[key];
  return asTable(value)["workspace"] === true ? shared[key] : value;
}

/**
 * The package that makes a program called like the project; without one, what `cargo build` makes, or the members that
 * make anything, the project's own tools last.
 */
function chooseMakers(
  tree: TreeView,
  packages: readonly CargoPackage[],
  wanted: readonly (string | undefined)[],
): readonly Maker[] {
  const makers = packages
    .map((one) => ({ package: one, binaries: binariesOf(tree, one).filter(({ missing }) => missing.length === 0) }))
    .filter(({ binaries }) => binaries.length > 0);
  const products = makers.filter((maker) => !isTool(maker.package));
  const [first = [], ...others] = [
    makers.filter((maker) => maker.package.folder === "" && maker.package.isDefault),
    products.filter((maker) => maker.package.isDefault),
    products,
    makers,
  ].filter((list) => list.length > 0);
  const namesake = [first, ...others].flat().find(({ binaries }) => binaries.some(({ name }) => wanted.includes(name)));
  return namesake === undefined ? first : [namesake];
}

function isTool({ folder, name }: CargoPackage): boolean {
  return (
    /(?:^|\/)(?:xtasks?|examples?|tests?|benches|benchmarks?|fuzz|tools?|scripts?|ci)(?:\/|$)/.test(folder) ||
    /^xtask|[-_](?:tests?|bench(?:es|mark)?|fuzz|codegen|examples?)$/.test(name)
  );
}

async function notesOn(
  tree: TreeView,
  packages: readonly CargoPackage[],
  makers: readonly Maker[],
  version: string | undefined,
): Promise<readonly Note[]> {
  const notes: Note[] = [];
  const [maker, ...more] = makers;
  if (maker === undefined) {
    notes.push({
      message: `No package of Cargo.toml makes a program: ${packages.map(({ name }) => name).join(", ") || "it names none"}.`,
      until: "builds",
      next: "Add a [[bin]], or commit the sources of the program, or name another builder under builds.",
    });
  } else if (maker.package.folder !== "" && more.length === 0) {
    notes.push({
      message: `The program comes from the member ${maker.package.name} (${maker.package.folder}).`,
      until: "builds",
    });
  }
  notes.push(...leftOut(tree, packages, makers));
  return [
    ...notes,
    ...(await lockNote(tree, "Cargo.lock", "cargo generate-lockfile")),
    ...versionNote("Cargo.toml", version),
  ];
}

function leftOut(tree: TreeView, packages: readonly CargoPackage[], makers: readonly Maker[]): readonly Note[] {
  const chosen = new Set(makers.flatMap(({ binaries }) => binaries.map(({ name }) => name)));
  const others = packages.flatMap((one) => binariesOf(tree, one)).filter(({ name }) => !chosen.has(name));
  if (chosen.size === 0 && others.length === 0) return [];
  const words = others.map(({ name, missing }) =>
    missing.length === 0 ? name : `${name} (needs feature ${missing.join(", ")})`,
  );
  if (words.length === 0) return [];
  return [
    {
      message: `Left out: ${words.join(", ")}.`,
      next: "Add those that users should get under binaries.",
      until: "builds",
    },
  ];
}
