import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { armoredKeys, unarmored } from "./openpgp-armor.ts";

const block = (octets: Uint8Array, more = ""): string =>
  [
    "-----BEGIN PGP PUBLIC KEY BLOCK-----",
    "Comment: a header",
    "",
    ...(Buffer.from(octets)
      .toString("base64")
      .match(/.{1,64}/g) ?? []),
    `${more}-----END PGP PUBLIC KEY BLOCK-----`,
    "",
  ].join("\n");

describe("armor", () => {
  it("gives back the octets, with and without a checksum line, whatever the line breaks", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 400 }),
        fc.boolean(),
        fc.boolean(),
        (octets, sum, windows) => {
          const text = block(octets, sum ? "=abcd\n" : "");
          expect([...unarmored(windows ? text.replaceAll("\n", "\r\n") : text)]).toEqual([...octets]);
        },
      ),
    );
  });

  it("is refused where there is none, or where it is cut off", () => {
    expect(() => unarmored("no key")).toThrow(SyntaxError);
    expect(() => unarmored(block(new Uint8Array(100)).slice(0, 120))).toThrow(SyntaxError);
  });
});

it("puts several keys into one block, and leaves one as it is", () => {
  const [a, b] = [
    Buffer.from("first key, of some length so that its lines are several ones in base64"),
    Buffer.from("b"),
  ];
  expect(Buffer.from(unarmored(armoredKeys([block(a), block(b)])))).toEqual(Buffer.concat([a, b]));
  expect(armoredKeys([block(a), block(b)]).match(/BEGIN/g)?.length).toBe(1);
  expect(armoredKeys([block(a)])).toBe(block(a));
});
