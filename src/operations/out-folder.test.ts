import { mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { realPorts, scratchFolder } from "../../test/scratch.ts";
import type { Artifact } from "../domain/artifact.ts";
import type { Manifest } from "../domain/manifest.ts";
import type { Plan } from "../domain/plan.ts";
import { openOutFolder, requireOutFolder } from "./out-folder.ts";

const { files } = realPorts("/");

function planOf(project: string, ...names: readonly string[]): Plan {
  const artifacts = names.map((file) => ({ id: file, kind: "binary", format: "binary", file, from: [] }) as const);
  const [schema, version, tag, commit] = [1, "1.2.3", "v1.2.3", "0".repeat(40)] as const;
  return { schema, project, version, tag, commit, overrides: {}, builds: [], artifacts, signer: null, mutations: [] };
}

function manifestOf({ project, version, tag, commit, artifacts }: Plan): Manifest {
  const made = artifacts.map((planned): Artifact => ({ ...planned, size: 1, sha256: "0".repeat(64) as never }));
  return { schema: 1, project, version, tag, commit, plan: "0".repeat(64) as never, artifacts: made };
}

/** Builds as `build` does; killed before the manifest where `unfinished`. */
async function fill(folder: string, plan: Plan, { unfinished = false, name = "manifest.json" } = {}): Promise<void> {
  const out = await openOutFolder(files, folder, plan);
  for (const { file } of plan.artifacts) await files.write(join(folder, file), "x");
  if (!unfinished) await out.finish(name, manifestOf(plan));
}

const plan = planOf("tool", "tool-1.2.3", "SHA256SUMS");
const refused = (what: string): object => ({
  code: "BUILD_FOLDER_FOREIGN",
  exit: 2,
  what: expect.stringContaining(what),
});

describe("a folder to build into", () => {
  it("may be absent or empty, or hold nothing but what a run that was killed at its very beginning left", async () => {
    const folder = await scratchFolder();
    await requireOutFolder(files, join(folder, "absent"), plan);
    await requireOutFolder(files, folder, plan);
    await writeFile(join(folder, ".ggen-release.lock"), "{}");
    await writeFile(join(folder, ".ggen-release.lock.7.stale"), "{}");
    await writeFile(join(folder, "..ggen-release.unfinished.7.0.part"), "{}");
    await requireOutFolder(files, folder, plan);
  });

  it.each(["SHA256SUMS", "manifest.json", "notes.txt", ".hidden"])(
    "is refused when somebody else's %s is in it, which stays as it is",
    async (name) => {
      const folder = await scratchFolder();
      await writeFile(join(folder, name), '{"name": "a site"}');
      await expect(requireOutFolder(files, folder, plan)).rejects.toMatchObject(refused(`"${name}"`));
      expect(await readFile(join(folder, name), "utf8")).toBe('{"name": "a site"}');
    },
  );

  it("is refused when it holds a release, or the build of another project", async () => {
    for (const name of ["ledger.jsonl", "plan.json", "manifest.json.asc"]) {
      const folder = await scratchFolder();
      await fill(folder, plan);
      await writeFile(join(folder, name), "");
      await expect(requireOutFolder(files, folder, plan)).rejects.toMatchObject(refused("a release"));
    }
    const folder = await scratchFolder();
    await fill(folder, planOf("other", "other-1"));
    await expect(requireOutFolder(files, folder, plan)).rejects.toMatchObject(refused('build of "other"'));
  });

  it.each([
    ["a build", {}],
    ["a part", { name: "part.json" }],
    ["what a killed build left", { unfinished: true }],
  ])("that holds %s of ours is filled anew, and other people's files stay", async (_, how) => {
    const folder = await scratchFolder();
    await fill(folder, planOf("tool", "tool-1.2.2", "SHA256SUMS"), how);
    await writeFile(join(folder, "notes.txt"), "mine");
    await mkdir(join(folder, "more"));
    await requireOutFolder(files, folder, plan);
    await fill(folder, plan);
    expect((await readdir(folder)).sort()).toEqual(["SHA256SUMS", "manifest.json", "more", "notes.txt", "tool-1.2.3"]);
    expect(await readFile(join(folder, "notes.txt"), "utf8")).toBe("mine");
  });

  it("that holds a build of ours is refused where somebody else put a file under a name that is to be written", async () => {
    const folder = await scratchFolder();
    await fill(folder, planOf("tool", "tool-1.2.2"));
    await writeFile(join(folder, "tool-1.2.3"), "mine");
    await expect(requireOutFolder(files, folder, plan)).rejects.toMatchObject(refused('"tool-1.2.3"'));
  });

  it("gives up no file outside of it, and no folder, that a list names", async () => {
    const [folder, outside] = [await scratchFolder(), await scratchFolder()];
    await writeFile(join(outside, "kept"), "");
    await mkdir(join(folder, "sub"));
    await symlink(outside, join(folder, "link"));
    const list = { project: "tool", files: [`../${outside.slice(5)}/kept`, "sub", "link", "."] };
    await writeFile(join(folder, ".ggen-release.unfinished"), JSON.stringify(list));
    await fill(folder, plan);
    expect(await readdir(outside)).toEqual(["kept"]);
    expect((await readdir(folder)).sort()).toEqual(["SHA256SUMS", "link", "manifest.json", "sub", "tool-1.2.3"]);
  });
});
