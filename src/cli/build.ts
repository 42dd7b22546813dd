import { Command, Option } from "clipanion";
import { build, planBuild } from "../operations/build.ts";
import { artifactTable } from "./artifact-table.ts";
import { ProjectCommand, type Outcome } from "./command.ts";
import type { World } from "./context.ts";

export class BuildCommand extends ProjectCommand {
  static override paths = [["build"]];
  static override usage = Command.Usage({
    description: "Build and package, touching no channel and needing no key",
    details: `
      With --snapshot the version is made up from the last one and the commit: the command for pull requests.

      With --only TARGET a part is made, with a partial manifest; --merge DIR joins parts that other machines made from
      the same plan, and cut goes on with the whole. A part that is missing is refused, not built. Parts of different
      targets may be made at the same moment in one clone.

      --out DIR is to be empty, or to hold a build of the same project, which is replaced; other files in it stay.
    `,
    examples: [
      ["Try the packages of what is checked out", "ggen-release build --snapshot"],
      ["Make one target's part", "ggen-release build v1.2.3 --only aarch64-darwin --out part"],
      ["Join the parts", "ggen-release build v1.2.3 --merge part-linux --merge part-darwin"],
    ],
  });

  tag = Option.String({ name: "version", required: false });
  snapshot = Option.Boolean("--snapshot", false, { description: "Make up a version from the last one and the commit" });
  dryRun = Option.Boolean("--dry-run,-n", false, { description: "Show what would be made; build nothing" });
  only = Option.Array("--only", { description: "Only this target; may be repeated" });
  merge = Option.Array("--merge", { description: "Join a part from this folder; may be repeated" });
  out = Option.String("--out", { description: "Folder to put the files in (default: below .ggen-release/build)" });

  protected async act(world: World): Promise<Outcome> {
    const options = {
      tag: this.tag ?? null,
      snapshot: this.snapshot,
      only: this.only ?? [],
      merge: this.merge ?? [],
      tagRequired: false,
      allowBackport: true,
      ...(this.out === undefined ? {} : { out: this.out }),
      ...(this.config === undefined ? {} : { config: this.config }),
    };
    if (this.dryRun) {
      const planned = await planBuild(world, options);
      const files = planned.artifacts.filter(({ kind }) => kind !== "checksum").map(({ file }) => `  ${file}`);
      const lines = [`It would make in ${planned.folder}, each with .sha256:`, ...files, "Dry run: nothing was built."];
      return { result: planned, lines };
    }
    const { manifest, folder } = await build(world, options);
    return {
      result: { folder, manifest },
      lines: [artifactTable(manifest.artifacts), "", `In ${folder}`],
    };
  }
}
