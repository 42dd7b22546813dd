/**
 * Folders out of a Rust program's bytes: panic messages, debug information and C code's __FILE__ name the files that they
 * come from. Invariant: where the clone, the registry, the target folder and the toolchain lie changes no byte.
 */
import { join } from "node:path";
import { shellWord, shellWords } from "../../formats/shell-words.ts";
import type { BuildJob } from "../../ports/builder.ts";

/** What stands in the program → the folder that it stands for; a later entry wins over an earlier one. */
export type PathNames = ReadonlyMap<string, string>;

/**
 * Writes a wrapper for rustc that renames the paths, and answers the variables that make cargo and the `cc` crate use it.
 *
 * Not through RUSTFLAGS: cargo takes flags from one place only (RUSTFLAGS, or the target's in its configuration, or the
 * build's), so flags of ours would put the project's own out of force.
 */
export async function renamePaths(job: BuildJob, triple: string, names: PathNames): Promise<Record<string, string>> {
  const wrapper = join(job.scratch, "rustc");
  const inner = (job.environment["RUSTC_WRAPPER"] ?? "").trim();
  const flags = [...names].map(([folder, name]) => `--remap-path-prefix=${folder}=${name}`);
  const call = `${inner === "" ? "" : `${shellWord(inner)} `}"$@" ${shellWords(flags)}`;
  await job.ports.files.write(wrapper, `#!/bin/sh\nexec ${call}\n`, 0o755);
  return { RUSTC_WRAPPER: wrapper, ...cFlags(job, triple, names) };
}

/** Under the names that only the `cc` crate reads, so that nobody's default flags are replaced; it splits at spaces. */
function cFlags({ environment }: BuildJob, triple: string, names: PathNames): Record<string, string> {
  if ([...names.keys()].some((folder) => /\s/.test(folder))) return {};
  const flags = [...names].map(([folder, name]) => `-ffile-prefix-map=${folder}=${name}`);
  const suffix = triple.replaceAll("-", "_");
  return Object.fromEntries(
    ["CFLAGS", "CXXFLAGS"].map((kind) => {
      const given = [`${kind}_${triple}`, `${kind}_${suffix}`, `TARGET_${kind}`, kind].map((name) => environment[name]);
      return [`${kind}_${suffix}`, [given.find((value) => value !== undefined) ?? "", ...flags].join(" ").trim()];
    }),
  );
}
