/** Values of options that are not plain text. */
import { ReleaseError } from "../domain/errors/index.ts";

export function wholeNumber(option: string, text: string): number {
  if (/^[0-9]{1,9}$/.test(text)) return Number(text);
  throw new ReleaseError("USAGE", {
    what: `${option} is ${JSON.stringify(text)}, not a whole number.`,
    next: `Write for example: ${option} 730`,
  });
}
