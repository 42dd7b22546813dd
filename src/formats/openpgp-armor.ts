/** ASCII armor to octets (RFC 9580, 6.2): header lines, an empty line, base64, and an optional checksum line. */

/** The octets of the first armored block; fails where there is none. The checksum is left alone, as the RFC asks. */
export function unarmored(text: string): Uint8Array {
  const [, body] =
    /^-----BEGIN PGP [A-Z ]+-----\r?\n(?:[^\r\n]+\r?\n)*[ \t]*\r?\n([A-Za-z0-9+/=\s]*?)^(?:=[A-Za-z0-9+/]{4}\s*\n)?-----END PGP /m.exec(
      text,
    ) ?? [];
  if (body === undefined) throw new SyntaxError("no armored block");
  return Buffer.from(body, "base64");
}

/**
 * Several public keys in one block, without the checksum that readers have to ignore. One block, because of a file with
 * several apt reads the first one only.
 */
export function armoredKeys(keys: readonly string[]): string {
  const [first, ...more] = keys;
  if (first !== undefined && more.length === 0) return `${first.trimEnd()}\n`;
  const lines =
    Buffer.concat(keys.map(unarmored))
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return ["-----BEGIN PGP PUBLIC KEY BLOCK-----", "", ...lines, "-----END PGP PUBLIC KEY BLOCK-----", ""].join("\n");
}
