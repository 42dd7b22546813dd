/** Text of others on its way to a terminal or a log: whatever a terminal could act on is taken out (ECMA-48). */
export function plainText(text: string): string {
  return (
    text
      // Control sequences, operating system commands and the other escape sequences, then lone control characters.
      .replace(
        /\u001b\[[0-?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|\u001b[PX^_][^\u001b]*(?:\u001b\\)?|\u001b[ -/]*[0-~]?|\u009b[0-?]*[ -/]*[@-~]/g,
        "",
      )
      .replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g, "")
  );
}
