import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalText, formatCleartext, parseCleartext } from "./openpgp-cleartext.ts";

const signature = "-----BEGIN PGP SIGNATURE-----\n\nabcd\n-----END PGP SIGNATURE-----\n";
const lines = fc.array(fc.constantFrom("Origin: a", "-", "- x", "-----BEGIN PGP SIGNATURE-----", " b", "From x"), {
  minLength: 1,
});

describe("a cleartext-signed message", () => {
  it("reads back as it was written, whatever its lines begin with", () => {
    fc.assert(
      fc.property(lines, (given) => {
        const text = `${given.join("\n")}\n`;
        expect(parseCleartext(formatCleartext({ text, signature }))).toEqual({ text, signature });
      }),
    );
  });

  const message = formatCleartext({ text: "Origin: a\n", signature });

  it.each([
    ["text before it", `Origin: evil\n${message}`],
    ["text after it", `${message}Origin: evil\n`],
    ["a second message", message + message],
    ["another header", message.replace("Hash: SHA512", "Comment: x")],
    ["a line that is not escaped", message.replace("Origin: a", "-x")],
    ["no signature", "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\nOrigin: a\n"],
    ["nothing", ""],
  ])("is none with %s", (_, text) => expect(parseCleartext(text)).toBeNull());
});

it("signs lines without white space at their end, CR LF between them, none after the last", () => {
  expect(Buffer.from(canonicalText("a \nb\t\n\nc\n")).toString()).toBe("a\r\nb\r\n\r\nc");
});
