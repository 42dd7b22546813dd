/**
 * `binary`: the bare program, for whoever wants to download one file and run it. Its name says what it runs on; the
 * libc is left out where it is glibc, which most people have and few can name.
 */
import { strictObject } from "valibot";
import { ReleaseError } from "../../domain/errors/index.ts";
import type { Project } from "../../domain/project.ts";
import type { Target } from "../../domain/target.ts";
import { programFile } from "../../engines/archive/layout.ts";
import { regularFile } from "../../engines/archive/inside.ts";
import { exactSize } from "../../formats/exact-size.ts";
import type { Packager } from "../../ports/packager.ts";
import { targetBuilds } from "./targets.ts";

export const binary: Packager<Record<string, never>> = {
  format: "binary",
  section: strictObject({}),
  defaults: () => ({}),
  plan: (project) =>
    targetBuilds(project).flatMap(({ target, programs }) =>
      programs.map(({ name, build }) => ({
        id: artifactId(target.id, name),
        kind: "binary" as const,
        format: "binary",
        file: binaryFile(name, project, target),
        target: target.id,
        from: [build],
      })),
    ),
  async write({ id, target = "", from }, _section, inputs) {
    const built = from.flatMap((build) => inputs.binaries(build));
    const found = built.find(({ name }) => artifactId(target, name.replace(/\.exe$/i, "")) === id);
    if (found === undefined) {
      throw new ReleaseError("BUILD_OUTPUT_MISSING", {
        what: `${from.join(", ")} made ${built.map(({ name }) => name).join(", ") || "nothing"}, not the program of ${id}.`,
        next: "Mend `binaries` of that build in ggen-release.yaml.",
      });
    }
    const real = await regularFile(found.path, inputs.source, inputs.files);
    return exactSize(inputs.files.open(real), found.size, found.name);
  },
};

function artifactId(target: string, program: string): string {
  return `binary:${target}:${program}`;
}

function binaryFile(program: string, { version }: Pick<Project, "version">, target: Target): string {
  const libc = target.libc === undefined || target.libc === "gnu" ? "" : `-${target.libc}`;
  return programFile(`${program}-${version.text}-${target.architecture}-${target.system}${libc}`, target);
}
