/** Mutations of the control file's text, and of the lists beside it. */
import type { Chance } from "./chance.ts";
import { fieldValues } from "./control-values.ts";
import { type Draft, joined, type Mutation } from "./draft.ts";

export const control: readonly Mutation[] = [
  (made, random) => {
    const name = random.of(Object.keys(fieldValues));
    const value = random.of(fieldValues[name] ?? []);
    text(made, (lines) => {
      const kept = lines.split("\n").filter((line) => !line.toLowerCase().startsWith(`${name.toLowerCase()}:`));
      return insertLine(kept.join("\n"), `${name}: ${value}`, random);
    });
    return `${name}: ${JSON.stringify(value)}`;
  },
  (made, random) => {
    const line = random.of([
      "package: again",
      "Version: 2.0",
      "X-Own: 1\nx-own: 2",
      "",
      " ",
      "\t",
      " .",
      " more",
      "\tmore",
      "no colon",
      "X-Spaced : x",
      "X-Tab\t:\tx",
      "X-Own:x",
      "X-Own:",
      "X-Own: ",
      "#comment",
      "-----BEGIN PGP SIGNED MESSAGE-----",
      "\r",
      "X-Own: x\r",
      "X-Own: \x1a",
      "\x1a",
      "X\0: x",
      "X-Own: a\0b",
      ":",
      ": x",
      "X-Own:\n y",
      "X-Own:\n\ty\n .",
      "\nPackage: other\nVersion: 1",
      "\n\n",
      "\v",
      "\f x",
      "X-Own: \v\f",
    ]);
    text(made, (lines) => insertLine(lines, line, random));
    return `line ${JSON.stringify(line)}`;
  },
  (made, random) => {
    const how = random.of([
      "no newline",
      "one character",
      "blank lines",
      "crlf",
      "leading blank lines",
      "one more space",
      "empty",
      "empty last field",
    ]);
    text(made, (lines) => {
      switch (how) {
        case "no newline":
          return lines.replace(/\n$/, "");
        case "one character":
          return `${lines}x`;
        case "blank lines":
          return `${lines}\n\n`;
        case "crlf":
          return lines.replaceAll("\n", "\r\n");
        case "leading blank lines":
          return `\n\n${lines}`;
        case "one more space":
          return `${lines} \n`;
        case "empty":
          return "";
        default:
          return `${lines}X-Last:\n`;
      }
    });
    return `control file: ${how}`;
  },
  (made, random) => {
    const byte = random.of(["\n", " ", ":", "\r", "\t", "\0", "\x1a", "x", "\xff", "-", ",", "("]);
    text(made, (lines) => {
      const at = random.below(lines.length);
      return `${lines.slice(0, at)}${byte}${lines.slice(at + random.below(2))}`;
    });
    return `control file: ${JSON.stringify(byte)} somewhere`;
  },
  (made, random) => {
    const [name, content] = random.of([
      ["conffiles", ""],
      ["conffiles", "\n"],
      ["conffiles", "/etc/a"],
      ["conffiles", "etc/a\n"],
      ["conffiles", "/etc/a \n\n/etc/b\n"],
      ["conffiles", "remove-on-upgrade /etc/a\n"],
      ["conffiles", "remove-on-upgrade  /etc/a\n"],
      ["conffiles", "other /etc/a\n"],
      ["conffiles", " /etc/a\n"],
      ["conffiles", `/${"a".repeat(1200)}\n`],
      ["conffiles", `/${"a".repeat(990)}\n`],
      ["conffiles", "/etc/a b\n"],
      ["conffiles", "/etc/a\0\n"],
      ["conffiles", "/\n"],
      ["conffiles", "\r\n"],
      ["triggers", ""],
      ["triggers", "\n# x\n"],
      ["triggers", "interest\n"],
      ["triggers", "interest x"],
      ["triggers", "interest-await x\n"],
      ["triggers", "activate a b\n"],
      ["triggers", "await x\n"],
      ["triggers", "interest \u00e4\n"],
      ["triggers", "  activate-noawait   x  \n"],
      ["triggers", `interest ${"x".repeat(300)}\n`],
      ["triggers", "interest x\r\n"],
      ["md5sums", "garbage"],
      ["list", "x\n"],
      ["symbols", "x"],
      ["a-name", "x"],
      ["with.dot", "x"],
      ["control~", "x"],
      ["x".repeat(90), "x"],
      ["templates", "Template: a\n"],
      ["\u00e4", "x"],
      ["with space", "x"],
    ] as const);
    made.control.push(joined({ name: `./${name}`, content }));
    return `${name}: ${JSON.stringify(content.slice(0, 40))}`;
  },
];

function insertLine(lines: string, line: string, random: Chance): string {
  const all = lines.split("\n");
  all.splice(random.below(all.length), 0, line);
  return all.join("\n");
}

/** Changes the control file's text, byte by byte. */
function text(made: Draft, next: (text: string) => string): void {
  const at = made.control.findIndex((entry) => entry.toString("latin1", 0, 9) === "./control");
  const entry = made.control[at];
  if (entry === undefined) return;
  const size = Number.parseInt(entry.toString("latin1", 124, 135), 8);
  const content = Buffer.from(next(entry.toString("latin1", 512, 512 + size)), "latin1");
  made.control[at] = joined({ name: "./control", content });
}
