/** The first sentence of a README (CommonMark, as far as prose needs it), for what has no manifest to say what it is. */
import { summaryFrom } from "./about.ts";
import type { TreeView } from "./detected.ts";

export async function readmeSummary(tree: TreeView): Promise<string | undefined> {
  const path = tree.paths.find((one) => /^readme(?:\.md|\.markdown|\.txt)?$/i.test(one));
  return path === undefined ? undefined : firstSentence((await tree.text(path)) ?? "");
}

/** Of the first paragraph that is prose: no heading, badge, list, quotation, table, code or HTML. */
export function firstSentence(markdown: string): string | undefined {
  const blocks = markdown
    .slice(0, 20_000)
    .replace(/^(```|~~~)[^]*?^\1/gm, "")
    .replace(/<!--[^]*?-->/g, "")
    .split(/\r?\n\s*\r?\n/);
  for (const block of blocks) {
    const text = prose(block.replace(/^#{1,6} .*$/gm, "").replace(/^.+\r?\n(?:=+|-+) *$/gm, ""));
    if (text.split(" ").length >= 3) return summaryFrom(text.replace(/([^.]{15,}?[^.\s]{2,})[.!?](?: .*|$)/, "$1"));
  }
  return undefined;
}

function prose(block: string): string {
  const text = block
    .replace(/!\[[^\]]*\](?:\([^)]*\)|\[[^\]]*\])/g, "")
    .replace(/\[([^\]]*)\](?:\([^)]*\)|\[[^\]]*\])/g, "$1")
    .replace(/(\*\*|__|\*|`)(.+?)\1/g, "$2")
    .trim();
  return /^(?:[-*+>|<]|\d+[.)] | {4}|\[)/.test(text) ? "" : text.replace(/\s+/g, " ");
}
