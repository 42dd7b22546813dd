/**
 * XML as services answer it (XML 1.0 without document types, comments and CDATA): elements and text; attributes are
 * passed over, prefixes dropped. Invariant: what is not of this kind, or is nested deeper than `deepest`, is null, in
 * time that grows with its length and nothing else.
 */
export interface XmlElement {
  readonly name: string;
  /** What stands in it beside elements, references resolved. */
  readonly text: string;
  readonly children: readonly XmlElement[];
}

const deepest = 10;

interface Open {
  readonly name: string;
  text: string;
  readonly children: XmlElement[];
}

/** The root element, or null. */
export function parseXml(source: string): XmlElement | null {
  const open: Open[] = [];
  let root: XmlElement | null = null;
  let at = 0;
  while (at < source.length) {
    const next = source.indexOf("<", at);
    const text = unescaped(source.slice(at, next === -1 ? undefined : next));
    const top = open.at(-1);
    if (text === null || (top === undefined && text.trim().replace(/^\uFEFF/, "") !== "")) return null;
    if (top !== undefined) top.text += text;
    if (next === -1) break;
    const end = source.indexOf(">", next);
    if (end === -1) return null;
    const tag = source.slice(next + 1, end);
    at = end + 1;
    if (tag.startsWith("?") && open.length === 0 && root === null) continue;
    const [, closing, name = "", empty] = /^(\/?)(?:[\w.-]+:)?([A-Za-z_][\w.-]*)(?:\s[^<]*?)?(\/?)$/.exec(tag) ?? [];
    if (name === "") return null;
    if (closing === "") {
      if (root !== null || open.length === deepest) return null;
      open.push({ name, text: "", children: [] });
    }
    if (closing === "" && empty === "") continue;
    const element = open.pop();
    if (element === undefined || element.name !== name) return null;
    const parent = open.at(-1);
    if (parent === undefined) root = element;
    else parent.children.push(element);
  }
  return open.length === 0 ? root : null;
}

/** The text of the child of this name; undefined where there is none. */
export function childText(element: XmlElement | null | undefined, name: string): string | undefined {
  return element?.children.find((child) => child.name === name)?.text;
}

/** Text as the content of an element. */
export function escapedXml(text: string): string {
  return text.replace(/[&<>]/g, (character) => ({ "&": "&amp;", "<": "&lt;" })[character] ?? "&gt;");
}

const named: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

function unescaped(text: string): string | null {
  if (!text.includes("&")) return text;
  let sound = true;
  const result = text.replace(/&(?:#(\d{1,7})|#x([0-9A-Fa-f]{1,6})|([a-z]{2,4}));|&/g, (_, decimal, hex, name) => {
    const code = decimal === undefined ? (hex === undefined ? -1 : Number.parseInt(hex, 16)) : Number(decimal);
    const character = code === -1 ? named[name] : code <= 0x10_ff_ff ? String.fromCodePoint(code) : undefined;
    sound &&= character !== undefined;
    return character ?? "";
  });
  return sound ? result : null;
}
