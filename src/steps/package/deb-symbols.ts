/** `NAME-dbgsym`: the debug information of a package's programs, as debhelper makes it of Debian's own (dh_strip(1)). */
import { join } from "node:path";
import { ReleaseError } from "../../domain/errors/index.ts";
import type { Architecture } from "../../domain/target.ts";
import type { DataEntry } from "../../engines/deb/data-entries.ts";
import { splitProgram, type SplitProgram } from "../../engines/deb/debug-symbols.ts";
import type { DebPackage } from "../../engines/deb/write.ts";
import { formatDebianVersion } from "../../formats/debian-version.ts";
import type { PackageInputs } from "../../ports/packager.ts";
import { elves, type LinkedFile, programs } from "./deb-programs.ts";
import { controlData } from "./deb-identity.ts";
import type { DebPlan } from "./deb-plan.ts";

/** What binutils call each machine. */
const machines: Readonly<Partial<Record<Architecture, string>>> = {
  x86_64: "x86_64-linux-gnu",
  aarch64: "aarch64-linux-gnu",
  armv7: "arm-linux-gnueabihf",
  i686: "i686-linux-gnu",
  riscv64: "riscv64-linux-gnu",
  powerpc64le: "powerpc64le-linux-gnu",
  s390x: "s390x-linux-gnu",
};

/** Each program in its two parts. Throws DEB_SYMBOLS_MISSING, TOOL_MISSING. */
export async function split(
  linked: readonly LinkedFile[],
  { artifact, target }: DebPlan,
  { scratch, files, processes }: PackageInputs,
): Promise<readonly SplitProgram[]> {
  const machine = target === undefined ? undefined : machines[target.architecture];
  if (machine === undefined) throw new Error(`${artifact.id} has no machine`);
  const found: SplitProgram[] = [];
  for (const [index, { file, elf }] of linked.entries()) {
    const folder = join(scratch, artifact.id.replaceAll(":", "_"), String(index));
    found.push(await splitProgram(file, elf, { machine, folder, files, processes }));
  }
  return found;
}

/** `main`: the name of the package whose programs these are. */
export async function debSymbols(plan: DebPlan, main: string, inputs: PackageInputs): Promise<DebPackage> {
  const linked = await elves(await programs(plan.artifact, inputs), plan, inputs);
  if (linked.length === 0) {
    throw new ReleaseError("DEB_SYMBOLS_MISSING", {
      what: `packages.deb.dbgsym asks for debug symbols, and none of the programs of ${main} is machine code.`,
      next: "Write dbgsym: false under packages.deb.",
    });
  }
  // Two programs of one build id are one program.
  const parts = [...new Map((await split(linked, plan, inputs)).map((part) => [part.buildId, part])).values()];
  const { name } = plan.identity;
  const version = formatDebianVersion(plan.identity.version);
  const { architecture, maintainer } = controlData(inputs.project, plan, []);
  const data: DataEntry[] = [
    { kind: "symlink", path: `/usr/share/doc/${name}`, target: main },
    ...parts.map(({ symbols: { at, path, size } }): DataEntry => {
      return { kind: "file", path: at, size, executable: false, content: inputs.files.open(path) };
    }),
  ];
  return {
    data,
    scripts: {},
    control: {
      name,
      source: main,
      version,
      architecture,
      maintainer,
      section: "debug",
      priority: "optional",
      ...(plan.section["multi-arch"] === "same" ? { multiArch: "same" } : {}),
      summary: `debug symbols for ${main}`,
      debugSymbols: { buildIds: parts.map(({ buildId }) => buildId).sort() },
      relations: { depends: [`${main} (= ${version})`] },
    },
  };
}
