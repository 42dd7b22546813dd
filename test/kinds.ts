/** Small builders, packagers and channels for tests of the configuration: every form of entry that real ones have. */
import * as v from "valibot";
import type { Builder } from "../src/ports/builder.ts";
import type { ChannelKind } from "../src/ports/channel.ts";
import type { Packager } from "../src/ports/packager.ts";

const never = (): never => {
  throw new Error("not part of the configuration");
};

function builder(id: string, entries: Builder["entries"]): Builder {
  return { id, entries, plan: () => ({ commands: [], environment: [] }), toolchain: never, build: never };
}

function described<Schema extends v.GenericSchema>(schema: Schema, description: string) {
  return v.pipe(schema, v.description(description));
}

const deb: Packager<{ revision?: string; section: string }> = {
  format: "deb",
  section: v.strictObject({
    revision: v.exactOptional(described(v.string(), "Debian revision.")),
    section: v.exactOptional(described(v.picklist(["utils", "devel"]), "Section of the archive."), "utils"),
  }),
  needs: ["maintainer", "summary"],
  defaults: () => ({ section: "devel" }),
  plan: ({ name, version, builds }) => [
    { id: "deb", kind: "deb", format: "deb", file: `${name}_${version.text}.deb`, from: builds.map(({ id }) => id) },
  ],
  write: never,
};

const formula: Packager<object> = {
  format: "formula",
  section: v.strictObject({ class: v.exactOptional(described(v.string(), "Name of the class.")) }),
  needs: ["summary", ["repository", "homepage"], "license"],
  defaults: () => ({}),
  plan: ({ name }) => [{ id: "formula", kind: "formula", format: "formula", file: `${name}.rb`, from: [] }],
  write: never,
};

const tarGz: Packager<object> = {
  format: "tar.gz",
  section: v.strictObject({}),
  defaults: () => ({}),
  plan: ({ name, version }) => [
    { id: "tar.gz", kind: "archive", format: "tar.gz", file: `${name}-${version.text}.tar.gz`, from: [] },
  ],
  write: never,
};

/** Made only when it is asked for. */
const zip: Packager<{ level: number }> = {
  format: "zip",
  section: v.strictObject({ level: v.exactOptional(described(v.pipe(v.number(), v.maxValue(9)), "Level."), 6) }),
  defaults: () => null,
  absence: ({ builds }) => (builds.some(({ id }) => id === "zipless") ? "nobody unzips it" : undefined),
  plan: ({ name }) => [{ id: "zip", kind: "archive", format: "zip", file: `${name}.zip`, from: [] }],
  write: never,
};

const folder: ChannelKind<{ path: string }> = {
  channel: "folder",
  entries: { path: described(v.string(), "Where the folder is.") },
  open: never,
};

export const kinds = {
  builders: [
    builder("cargo", {
      package: v.exactOptional(described(v.string(), "The package.")),
      features: v.exactOptional(described(v.array(v.string()), "Features."), []),
    }),
    builder("go", { main: v.pipe(v.optional(v.string(), "."), v.description("The main package.")) }),
    builder("node", { entry: described(v.string(), "The bundled file.") }),
    builder("command", {
      run: described(v.array(v.string()), "The command."),
      outputs: v.exactOptional(
        described(v.union([v.string(), v.record(v.string(), v.string())]), "Files that it makes."),
      ),
    }),
  ],
  packagers: [tarGz, zip, deb, formula],
  channels: [folder],
};
