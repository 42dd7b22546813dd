import { describe, expect, it } from "vitest";
import { isReleaseError } from "../domain/errors/index.ts";
import { parseBinaryControl } from "./binary-control.ts";

const plain = "Package: tool\nVersion: 1.0\nArchitecture: all\n";

/** `read`, or the code and rule of the refusal. */
function verdict(text: string | Uint8Array): string {
  try {
    parseBinaryControl(Buffer.from(text), "control");
    return "read";
  } catch (error) {
    if (!isReleaseError(error)) throw error;
    return [error.code, ...error.details.map((detail) => /^rule ([^:]+)/.exec(detail)?.[1] ?? "")].join(" ");
  }
}

describe("a control file", () => {
  it("gives names and values as they stand, and their lines", () => {
    const control = parseBinaryControl(
      Buffer.from(`\n\n${plain}X-Spaced :\t a \nDescription: short\r\n long \n\ttabbed\n .\n\n\n`),
      "control",
    );
    expect(control.fields.slice(3)).toEqual([
      ["X-Spaced", "a"],
      ["Description", "short\r\n long \n\ttabbed\n ."],
    ]);
    expect(control.stanza.at(-1)).toEqual(["Description", ["short", "long", "tabbed", ""]]);
    expect(control).toMatchObject({ package: "tool", version: "1.0", architecture: "all" });
  });

  it("of another encoding than UTF-8 keeps its bytes apart", () => {
    const bytes = Buffer.from(`${plain}Maintainer: Jos\xe9\n`, "latin1");
    expect(parseBinaryControl(bytes, "control").fields.at(-1)?.[1]).toBe("José");
  });

  it.each([
    `${plain}Description:\n a\n`,
    `${plain}Depends: a, b (>= 1:2~) | c:any, d(=1), e (< 1), f (1)\n`,
    `${plain}Depends:\n a,\n b\n`,
    `${plain}Multi-Arch: foreign\nEssential: YES\nPriority: whatever else\n`,
    `${plain}X-Empty:\n\n`,
    `${plain}#comment: x\n`,
    `${plain}Ä: x\n`,
    plain.replaceAll("\n", "\r\n"),
  ])("is taken: %j", (text) => {
    expect(verdict(text)).toBe("read");
  });

  it.each([
    "",
    "\n",
    "Version: 1\nArchitecture: all\n",
    "Package: tool\nArchitecture: all\n",
    "Package:\nVersion: 1\nArchitecture: all\n",
    `${plain}version: 2\n`,
    `${plain}X-A: 1\nx-a: 2\n`,
    `${plain}X: 1\n`,
    `${plain}-A: 1\n`,
    `${plain}no colon\n`,
    `${plain}A B: 1\n`,
    `${plain}: x\n`,
    ` continued\n${plain}`,
    `${plain}Description: a\n \n b\n`,
    `${plain}Description: a\n\r\n b\n`,
    `${plain}X-Empty:\n`,
    `${plain}\nPackage: other\nVersion: 1\n`,
    `${plain}Status: install ok installed\n`,
    `${plain}Triggers-Pending: x\n`,
    `${plain}Depends: a,\n`,
    `${plain}Depends: a||b\n`,
    `${plain}Depends: a (>= 1\n`,
    `${plain}Depends: a (<> 1)\n`,
    `${plain}Depends: a (= x)\n`,
    `${plain}Depends: a [amd64]\n`,
    `${plain}Conflicts: a | b\n`,
    `${plain}Essential: maybe\n`,
    `${plain}Priority: optionally\n`,
    `${plain}Multi-Arch: same\n`,
    plain.replace("1.0", "v1.0"),
    plain.replace("1.0", "1.0-"),
    plain.replace("1.0", "1 0"),
    plain.replace("tool", "-tool"),
    plain.replace("tool", "to/ol"),
  ])("is refused, as by dpkg: %j", (text) => {
    expect(verdict(text)).toBe("DEB_MALFORMED");
  });

  it("is refused with a field name of one byte that is no UTF-8", () => {
    expect(verdict(Buffer.from(`${plain}Ä: x\n`, "latin1"))).toBe("DEB_MALFORMED");
  });

  it.each([
    ["control-bytes", `${plain}X-A: a\0b\n`],
    ["control-bytes", `${plain}\x1a`],
    ["final-newline", `${plain}X`],
    ["package-name", plain.replace("tool", "Tool")],
    ["package-name", plain.replace("tool", "t")],
    ["architecture", `${plain.replace("all", "")}X-A: 1\n`],
    ["architecture", plain.replace("Architecture: all\n", "")],
    ["version-sign", plain.replace("1.0", "+1:1.0")],
    ["status-field", `${plain}SHA256: 00\n`],
    ["obsolete-field", `${plain}Revision: 1\n`],
  ])("is refused by the rule %s, which dpkg does not know: %j", (rule, text) => {
    expect(verdict(text)).toBe(`DEB_AMBIGUOUS ${rule}`);
  });
});
