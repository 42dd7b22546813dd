/** This program's own version, without a file being read for it where it is bundled. */
declare const __GGEN_RELEASE_VERSION__: string | undefined;

/** The bundler puts the version in the constant's place; run from its sources, the program looks into package.json. */
export function programVersion(): string {
  if (typeof __GGEN_RELEASE_VERSION__ === "string") return __GGEN_RELEASE_VERSION__;
  const manifest = new URL("../../package.json", import.meta.url);
  return (JSON.parse(process.getBuiltinModule("node:fs").readFileSync(manifest, "utf8")) as { version: string })
    .version;
}
