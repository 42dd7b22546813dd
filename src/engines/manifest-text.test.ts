import { describe, expect, it } from "vitest";
import type { Manifest } from "../domain/manifest.ts";
import type { Plan } from "../domain/plan.ts";
import { canonicalJson } from "../formats/canonical-json.ts";
import { isWhole, readManifest, readPart, strangersIn } from "./manifest-text.ts";

const sha256 = "a".repeat(64);
const planned = [
  { id: "binary:x", kind: "binary", format: "binary", file: "tool-1.0.0", target: "x86_64-linux-gnu", from: ["cc:x"] },
  { id: "source", kind: "source", format: "source", file: "tool-1.0.0-source.tar.gz", from: [] },
] as const;
const plan = { artifacts: planned } as unknown as Plan;
const manifest: Manifest = {
  schema: 1,
  project: "tool",
  version: "1.0.0",
  tag: "v1.0.0",
  commit: "c".repeat(40),
  plan: "b".repeat(64),
  artifacts: planned.map((artifact) => ({ ...artifact, size: 1, sha256 })),
};
const [first, second] = manifest.artifacts;
if (first === undefined || second === undefined) throw new Error("two artifacts are needed");
const text = (change: object): string => JSON.stringify({ ...manifest, ...change });

describe("a manifest's text", () => {
  it("is read as what it was written from, and a part's with its targets", () => {
    expect(readManifest(canonicalJson(manifest))).toEqual(manifest);
    expect(readPart(text({ targets: ["x86_64-linux-gnu"] }))).toEqual({ ...manifest, targets: ["x86_64-linux-gnu"] });
    expect(readPart(text({}))).toBeNull();
  });

  it("is refused when it is cut off anywhere", () => {
    const whole = canonicalJson(manifest);
    for (let length = 0; length < whole.length; length++) expect(readManifest(whole.slice(0, length))).toBeNull();
  });

  it.each([
    ["another schema", { schema: 2 }],
    ["no artifacts", { artifacts: {} }],
    ["an artifact that is none", { artifacts: [null] }],
    ["a digest that is none", { artifacts: [{ ...first, sha256: "A".repeat(64) }] }],
    ["a size below zero", { artifacts: [{ ...first, size: -1 }] }],
    ["a kind that is not known", { artifacts: [{ ...first, kind: "virus" }] }],
    ["a plan that is no digest", { plan: "x" }],
  ])("is refused with %s", (_, change) => {
    expect(readManifest(text(change))).toBeNull();
  });

  it.each(["../tool", "/etc/passwd", "a/b", "a\\b", ".", "..", ".hidden", "", "a\nb", "a\0"])(
    "is refused when it names a file %j",
    (file) => {
      expect(readManifest(text({ artifacts: [{ ...first, file }] }))).toBeNull();
    },
  );
});

describe("a manifest of a plan", () => {
  it("names the very files of the plan, whatever their order", () => {
    expect(isWhole({ ...manifest, artifacts: [second, first] }, plan)).toBe(true);
    expect(strangersIn({ ...manifest, artifacts: [first] }, plan)).toEqual([]);
  });

  it.each([
    ["lacks one", [first], []],
    ["names one twice", [first, first], []],
    ["names one more", [first, second, { ...second, id: "more", file: "more" }], ["more"]],
    ["means another by the same name", [{ ...first, kind: "deb" as const }, second], [first.file]],
    ["gives one another name", [{ ...first, file: "other" }, second], ["other"]],
  ])("is not whole when it %s", (_, artifacts, strangers) => {
    expect(isWhole({ ...manifest, artifacts }, plan)).toBe(false);
    expect(strangersIn({ ...manifest, artifacts }, plan)).toEqual(strangers);
  });
});
