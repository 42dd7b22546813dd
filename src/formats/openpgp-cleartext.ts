/**
 * Text with its signature below it (RFC 9580, section 7): what InRelease is. Invariant: of a message that is read,
 * nothing lies outside of what the signature is over, as apt demands.
 */

const begin = "-----BEGIN PGP SIGNED MESSAGE-----";
const beginSignature = "-----BEGIN PGP SIGNATURE-----";
const endSignature = "-----END PGP SIGNATURE-----";

export interface Cleartext {
  /** Ends in a newline. */
  readonly text: string;
  /** ASCII armor. */
  readonly signature: string;
}

/**
 * The bytes that the signature is over (7.2): lines without white space at their end, CR LF between them, none after the
 * last one.
 */
export function canonicalText(text: string): Uint8Array {
  const lines = text.replace(/\r?\n$/, "").split(/\r?\n/);
  return Buffer.from(lines.map((line) => line.replace(/[ \t]+$/, "")).join("\r\n"));
}

/** `signature`: armored, over `canonicalText(text)`, with SHA-512. */
export function formatCleartext({ text, signature }: Cleartext): string {
  const escaped = text.replace(/\n$/, "").replaceAll(/^(?=-)/gm, "- ");
  return `${begin}\nHash: SHA512\n\n${escaped}\n${signature.trim()}\n`;
}

/** null for what is not exactly one such message. */
export function parseCleartext(message: string): Cleartext | null {
  const lines = message.replaceAll("\r\n", "\n").split("\n");
  const bodyAt = lines.indexOf("") + 1;
  const signatureAt = lines.indexOf(beginSignature);
  const end = lines.indexOf(endSignature);
  const headers = lines.slice(1, bodyAt - 1);
  if (lines[0] !== begin || bodyAt < 2 || signatureAt < bodyAt || end < signatureAt) return null;
  if (!headers.every((line) => /^Hash: [A-Z0-9, ]+$/.test(line)) || lines.slice(end + 1).some((line) => line !== ""))
    return null;
  const body = lines.slice(bodyAt, signatureAt);
  // A line that begins with a hyphen is escaped, or is the beginning of something else.
  if (body.some((line) => line.startsWith("-") && !line.startsWith("- "))) return null;
  const text = body.map((line) => (line.startsWith("- ") ? line.slice(2) : line)).join("\n");
  return { text: `${text}\n`, signature: `${lines.slice(signatureAt, end + 1).join("\n")}\n` };
}
