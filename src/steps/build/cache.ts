/**
 * What is built already: `<folder>/<key>/<sha256>` and a manifest of the digests, written last. Invariant: what is taken
 * out has the digest that was put in; an entry that a crash cut off or somebody changed is not there.
 */
import { join } from "node:path";
import * as v from "valibot";
import type { Sha256 } from "../../domain/digest.ts";
import { isReleaseError } from "../../domain/errors/index.ts";
import type { PlannedBuild } from "../../domain/plan.ts";
import type { BuildSpec } from "../../domain/project.ts";
import { contentOf, digestOfText, digestOfValue, expecting } from "../../engines/hash.ts";
import { canonicalJson } from "../../formats/canonical-json.ts";
import type { Environment } from "../../ports/environment.ts";
import type { Files } from "../../ports/files.ts";

/** Raised when what builders do changes in a way that their commands do not show. */
const recipe = 1;

export interface BuildIdentity {
  readonly commit: string;
  readonly tag: string;
  readonly version: string;
  readonly epoch: number;
  /** Digests of what replaces or adds to the tag's tree. */
  readonly overrides: Readonly<Record<string, Sha256>>;
  readonly planned: PlannedBuild;
  readonly spec: BuildSpec;
  /** The toolchain's own words about its version. */
  readonly toolchain: string;
  readonly environment: Environment;
}

/** Everything that decides a build's bytes, as one digest. Values of granted variables enter as digests only. */
export function buildKey(identity: BuildIdentity): Sha256 {
  const { commit, tag, version, epoch, overrides, planned, spec, toolchain, environment } = identity;
  const granted = spec.environment.grant.map((name) => {
    const value = environment.get(name);
    return [name, value === undefined ? null : digestOfText(value)] as const;
  });
  return digestOfValue({
    recipe,
    host: environment.host,
    source: { commit, tag, version, epoch, overrides },
    build: {
      builder: spec.builder,
      section: spec.section,
      target: planned.target,
      binaries: planned.binaries,
      commands: planned.commands,
    },
    environment: { set: spec.environment.set, granted: Object.fromEntries(granted) },
    toolchain,
  });
}

/** A program's file, by the name that users call it by. */
interface KeptFile {
  readonly name: string;
  readonly path: string;
}

export interface BuildCache {
  /** Copies what is kept under the key to the paths given, executable. */
  take(key: Sha256, wanted: readonly KeptFile[]): Promise<"taken" | "absent" | "damaged">;
  keep(key: Sha256, made: readonly KeptFile[]): Promise<void>;
}

const schema = v.record(v.string(), v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)));

export function buildCache(files: Files, folder: string): BuildCache {
  const manifestOf = (key: Sha256): string => join(folder, key, "manifest.json");

  return {
    async take(key, wanted) {
      if ((await files.status(manifestOf(key))) === null) return "absent";
      const manifest = readManifest(await files.readText(manifestOf(key)));
      try {
        for (const { name, path } of wanted) {
          const sha256 = manifest?.[name];
          if (sha256 === undefined) return "damaged";
          await files.write(path, expecting(files.open(join(folder, key, sha256)), name, sha256), 0o755);
        }
      } catch (error) {
        if (isReleaseError(error) && ["ARTIFACT_CHANGED", "FILE_MISSING"].includes(error.code)) return "damaged";
        throw error;
      }
      return "taken";
    },
    async keep(key, made) {
      const digests: Record<string, Sha256> = {};
      for (const { name, path } of made) {
        const { sha256 } = await contentOf(files.open(path));
        await files.write(join(folder, key, sha256), expecting(files.open(path), name, sha256));
        digests[name] = sha256;
      }
      await files.write(manifestOf(key), canonicalJson(digests));
    },
  };
}

function readManifest(text: string): Readonly<Record<string, Sha256>> | undefined {
  const result = v.safeParse(v.pipe(v.string(), v.parseJson(), schema), text);
  return result.success ? result.output : undefined;
}
