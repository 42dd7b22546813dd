/**
 * What a program is built with, for its copyright file: the lists that Cargo, Go and npm lock, and licence files of what is
 * vendored in the tree. A list that cannot be read is passed over here; the build itself will not take it.
 */
import { join } from "node:path";
import type { Dependency, VendoredLicense } from "../../formats/debian-copyright.ts";
import type { PackageInputs } from "../../ports/packager.ts";

type Inputs = Pick<PackageInputs, "source" | "files" | "project">;

/** In the order of their names, each once. */
export async function dependencies(inputs: Inputs): Promise<readonly Dependency[]> {
  const found = new Map<string, Dependency>();
  for (const builder of new Set(inputs.project.builds.map((build) => build.builder))) {
    for (const one of (await readers[builder]?.(inputs)) ?? []) found.set(`${one.name} ${one.version}`, one);
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, dependency]) => dependency);
}

const readers: Readonly<Record<string, (inputs: Inputs) => Promise<readonly Dependency[]>>> = {
  cargo: fromCargo,
  go: fromGo,
  node: fromNpm,
};

async function fromCargo(inputs: Inputs): Promise<readonly Dependency[]> {
  const { parse } = await import("smol-toml");
  const lock = parsed(await textOf("Cargo.lock", inputs), parse);
  return records(lock?.["package"]).flatMap(({ name, version, source }) =>
    // What has no source lies in the tree itself.
    typeof source === "string" ? dependency(name, version) : [],
  );
}

/** Lines such as `golang.org/x/sys v0.20.0 // indirect`, in a block or after `require`. */
async function fromGo(inputs: Inputs): Promise<readonly Dependency[]> {
  const text = (await textOf("go.mod", inputs)) ?? "";
  const lines = text.matchAll(
    /^[ \t]*(?:require[ \t]+)?([a-z0-9][^\s()]*\.[^\s()]+)[ \t]+(v[0-9][^\s]*)[ \t]*(?:\/\/.*)?$/gm,
  );
  return [...lines].flatMap(([, name, version]) => dependency(name, version));
}

async function fromNpm(inputs: Inputs): Promise<readonly Dependency[]> {
  const lock = parsed(await textOf("package-lock.json", inputs), (text) => JSON.parse(text) as unknown);
  const packages = lock?.["packages"];
  if (typeof packages !== "object" || packages === null) return [];
  return Object.entries(packages as Record<string, unknown>).flatMap(([path, value]) => {
    const name = path.split("node_modules/").at(-1);
    const [entry] = records([value]);
    if (entry === undefined || !path.includes("node_modules/") || entry["dev"] === true || entry["link"] === true)
      return [];
    return dependency(name, entry["version"], entry["license"]);
  });
}

function dependency(name: unknown, version: unknown, license?: unknown): readonly Dependency[] {
  if (typeof name !== "string" || typeof version !== "string") return [];
  return [{ name, version, ...(typeof license === "string" ? { license } : {}) }];
}

const licenseFile = /^(?:licen[cs]e|copying|unlicense|notice)/i;
const mostVendored = 500;
const deepest = 8;

/** Licence files below `vendor/`, where `go mod vendor` and `cargo vendor` put what they copy. */
export async function vendoredLicenses({ source, files }: Inputs): Promise<readonly VendoredLicense[]> {
  const found: VendoredLicense[] = [];
  const walk = async (folder: string, depth: number): Promise<void> => {
    const texts: { name: string; text: string }[] = [];
    for (const name of await files.list(join(source, folder))) {
      const path = join(source, folder, name);
      const status = await files.status(path);
      if (status?.kind === "folder" && depth < deepest) await walk(`${folder}/${name}`, depth + 1);
      if (status?.kind === "file" && licenseFile.test(name) && status.size < 256 * 1024) {
        texts.push({ name, text: await files.readText(path) });
      }
    }
    if (texts.length > 0 && folder !== "vendor" && found.length < mostVendored) found.push({ folder, texts });
  };
  await walk("vendor", 0);
  return found.sort((a, b) => (a.folder < b.folder ? -1 : 1));
}

async function textOf(name: string, { source, files }: Inputs): Promise<string | undefined> {
  const path = join(source, name);
  return (await files.status(path))?.kind === "file" ? files.readText(path) : undefined;
}

function parsed(text: string | undefined, parse: (text: string) => unknown): Record<string, unknown> | undefined {
  if (text === undefined) return undefined;
  try {
    return records([parse(text)])[0];
  } catch {
    return undefined;
  }
}

function records(value: unknown): readonly Record<string, unknown>[] {
  if (!Array.isArray(value)) return [];
  return value.filter((one): one is Record<string, unknown> => typeof one === "object" && one !== null);
}
