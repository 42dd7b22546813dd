/** Values of options that are not plain text. */
import { ReleaseError } from "../domain/errors/index.ts";

export function wholeNumber(option: string, text: string): number {
  if (/^[0-9]{1,9}$/.test(text)) return Number(text);
  throw new ReleaseError("USAGE", {
    what: `${option} is ${JSON.stringify(text)}, not a whole number.`,
    next: `Write for example: ${option} 730`,
  });
}

export function percentage(what: string, text: string): number {
  if (/^(?:[0-9]|[1-9][0-9]|100)$/.test(text)) return Number(text);
  throw new ReleaseError("USAGE", {
    what: `${what} is ${JSON.stringify(text)}, not a percentage from 0 to 100.`,
    next: "Write a whole number, for example 10.",
  });
}
