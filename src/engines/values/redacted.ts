/** The text with the credentials of every address in it (RFC 3986, 3.2.1) replaced by `***`. */
export function redacted(text: string): string {
  return text.replace(/([A-Za-z][A-Za-z0-9+.-]{0,40}:\/\/)[^/?#\s"'@]*(?:@[^/?#\s"'@]*)*@/g, "$1***@");
}
