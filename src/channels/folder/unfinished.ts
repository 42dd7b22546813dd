/**
 * What a run that was killed left of a release that is made in place. Invariant: only what that run's own plan names with
 * this very digest is taken away; a file with other bytes is somebody else's.
 */
import { basename, join } from "node:path";
import * as v from "valibot";
import { manifestFile } from "../../domain/manifest.ts";
import type { Files } from "../../ports/files.ts";
import { contentAt } from "./things.ts";

/** The bound plan, which is written before anything is staged. */
const planFile = "plan.json";

/** `id`: the channel's, whose part of the plan counts. A release that became whole stays as it is. */
export async function removeUnfinished(id: string, folder: string, files: Files): Promise<void> {
  if ((await files.status(join(folder, planFile))) === null) return;
  if ((await files.status(join(folder, manifestFile))) !== null) return;
  for (const [file, sha256] of plannedContent(await files.readText(join(folder, planFile)), id)) {
    const path = join(folder, file);
    const seen = await contentAt(path, files);
    if (seen.state === "present" && seen.sha256 === sha256) await files.remove(path);
  }
}

const boundPlan = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    mutations: v.array(
      v.object({
        channel: v.string(),
        change: v.object({ content: v.optional(v.object({ file: v.string(), sha256: v.string() })) }),
      }),
    ),
  }),
);

/** File name and digest of what a bound plan writes in a channel; nothing where the text is no such plan. */
function plannedContent(text: string, id: string): readonly (readonly [string, string])[] {
  const plan = v.safeParse(boundPlan, text);
  if (!plan.success) return [];
  return plan.output.mutations.flatMap(({ channel, change: { content } }) =>
    channel === id && content !== undefined && basename(content.file) === content.file
      ? [[content.file, content.sha256] as const]
      : [],
  );
}
