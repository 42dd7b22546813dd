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
