/** What a manifest says and its builder cannot take: valid for the manifest's own tool, and still not what is built. */
import * as v from "valibot";
import type { ReleaseError } from "../../domain/errors/index.ts";
import type { DetectedBuild } from "../../engines/detect/detected.ts";
import { readRefusal } from "../../engines/values/parsed.ts";
import type { Builder } from "../../ports/builder.ts";
import { pathText } from "./problem.ts";

export interface UnfitKey extends Pick<ReleaseError, "what" | "next"> {
  /** Key of the builder's section. */
  readonly key: string;
}

export type FitSection =
  | { readonly fits: true; readonly section: Readonly<Record<string, unknown>> }
  | { readonly fits: false; readonly unfit: UnfitKey };

/** The detected section as its builder reads it, defaults filled in; or the first key that it refuses. */
export function fitSection({ section }: DetectedBuild, { entries }: Builder): FitSection {
  const parsed = v.safeParse(v.object(entries), section);
  if (parsed.success) return { fits: true, section: parsed.output };
  const [issue] = parsed.issues;
  const key = pathText((issue.path ?? []).slice(0, 1).map((item) => item.key as string));
  const { what, next } = readRefusal(issue.message, `Write ${key} as the builder takes it.`);
  return { fits: false, unfit: { key, what, next } };
}
