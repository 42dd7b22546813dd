/**
 * A command as one would type it (POSIX XCU 2.2, Quoting). Invariant: a shell splits the text back into the same words.
 */
export function shellWords(words: readonly string[]): string {
  return words.map(shellWord).join(" ");
}

export function shellWord(word: string): string {
  return /^[A-Za-z0-9_@%+:,./-]+$/.test(word) || /^[A-Za-z_-][A-Za-z0-9_-]*=[A-Za-z0-9_@%+:,./-]*$/.test(word)
    ? word
    : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
