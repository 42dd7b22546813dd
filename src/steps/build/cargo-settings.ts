/**
 * Cargo's configuration files (https://doc.rust-lang.org/cargo/reference/config.html) that are not the project's.
 * Invariant: of the machine's own settings those pass that say where crates come from and which linker there is; flags,
 * profiles and replaced sources, which would change the bytes on this machine alone, do not.
 */
import { dirname, isAbsolute, join } from "node:path";
import { parse, stringify, TomlDate, type TomlTable } from "smol-toml";
import { ReleaseError } from "../../domain/errors/index.ts";
import type { BuildJob } from "../../ports/builder.ts";
import type { Files } from "../../ports/files.ts";

/** Tables that pass, without the secrets in them. */
const origins = ["source", "registries", "registry", "http", "net"];
/** Tables that change what is compiled, and how. */
const makers = ["build", "env", "host", "patch", "paths", "profile", "target", "unstable"];
/** Settings of `[build]` that change no byte, or are overridden here. */
const harmless = ["jobs", "target", "target-dir", "build-dir", "incremental", "rustc-wrapper", "dep-info-basedir"];

/**
 * Makes cargo's home for this build under `downloads`: registry and git checkouts that are kept between runs, and the
 * machine's settings as far as they may count. The user's own home is not used, since cargo never looks again at sources
 * that it has unpacked, and somebody may have edited them.
 */
export async function makeCargoHome(job: BuildJob): Promise<string> {
  const { files, reporter } = job.ports;
  const home = join(job.downloads, "cargo");
  const caller = job.environment["CARGO_HOME"];
  const found = caller === undefined ? null : await readSettings(files, caller);
  const dropped = found === null ? [] : changing(found.table);
  if (found !== null && dropped.length > 0) {
    reporter.report({
      type: "note",
      message: `${found.path} sets ${dropped.join(", ")} for this machine alone: left out of the build.`,
    });
  }
  await files.write(
    join(home, "config.toml"),
    found === null ? "" : stringify(passing(found.table, dirname(caller ?? ""))),
  );
  return home;
}

/** Cargo also reads `.cargo/config.toml` in every folder above the clone, which no option can keep it from. */
export async function requireNoSettingsAbove(job: BuildJob): Promise<void> {
  for (let folder = dirname(job.source); ; folder = dirname(folder)) {
    const found = await readSettings(job.ports.files, join(folder, ".cargo"));
    const dropped = found === null ? [] : changing(found.table);
    if (found !== null && dropped.length > 0) {
      throw new ReleaseError("BUILD_MACHINE_SETTINGS", {
        what: `cargo would read ${found.path}, above the folder of the build, which sets ${dropped.join(", ")}.`,
        next: `Point TMPDIR at a folder outside of ${folder}, or take these settings out of the file.`,
      });
    }
    if (folder === dirname(folder)) return;
  }
}

interface Settings {
  readonly path: string;
  readonly table: TomlTable;
}

/** Cargo prefers the old name without extension where both are there. */
async function readSettings(files: Files, folder: string): Promise<Settings | null> {
  for (const name of ["config", "config.toml"]) {
    const path = join(folder, name);
    const status = await files.status(path);
    if (status === null || status.kind === "folder") continue;
    try {
      return { path, table: parse(await files.readText(path)) };
    } catch (error) {
      throw new ReleaseError(
        "BUILD_MACHINE_SETTINGS",
        { what: `${path} cannot be read as TOML.`, next: "Mend it: cargo itself cannot read it either." },
        { cause: error },
      );
    }
  }
  return null;
}

/** Names of the settings that would change the bytes, `build.rustflags` for example. */
function changing(table: TomlTable): readonly string[] {
  return makers.flatMap((maker) => {
    const value = table[maker];
    if (!isTable(value)) return value === undefined ? [] : [maker];
    if (maker === "build")
      return Object.keys(value)
        .filter((key) => !harmless.includes(key))
        .map((key) => `build.${key}`);
    if (maker !== "target") return [maker];
    return Object.entries(value).flatMap(([triple, keys]) =>
      isTable(keys)
        ? Object.keys(keys)
            .filter((key) => key !== "linker")
            .map((key) => `target.${triple}.${key}`)
        : [],
    );
  });
}

function passing(table: TomlTable, base: string): TomlTable {
  const kept = Object.fromEntries(origins.flatMap((name) => (name in table ? [[name, table[name]]] : []))) as TomlTable;
  const linkers = Object.entries(isTable(table["target"]) ? table["target"] : {}).flatMap(([triple, keys]) =>
    isTable(keys) && typeof keys["linker"] === "string" ? [[triple, { linker: keys["linker"] }] as const] : [],
  );
  return cleaned(linkers.length === 0 ? kept : { ...kept, target: Object.fromEntries(linkers) }, base);
}

/** Without secrets, and with paths that hold where the file is written to: they are relative to its grandparent folder. */
function cleaned(table: TomlTable, base: string): TomlTable {
  return Object.fromEntries(
    Object.entries(table)
      .filter(([key]) => key !== "token" && !key.startsWith("secret-key"))
      .map(([key, value]) => {
        if (isTable(value)) return [key, cleaned(value, base)];
        const isPath = ["directory", "local-registry", "cainfo", "linker"].includes(key);
        return [
          key,
          isPath && typeof value === "string" && value.includes("/") && !isAbsolute(value) ? join(base, value) : value,
        ];
      }),
  );
}

function isTable(value: unknown): value is TomlTable {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof TomlDate);
}
