/** Where a signing key is, and which one it is. The key itself never stands in the configuration, nor in a message. */
import { ReleaseError } from "../../domain/errors/index.ts";
import type { KeyLocation } from "../../domain/project.ts";

/** `env:NAME` or `file:PATH`. What is refused is not shown: it may be the key. */
export function parseKeyLocation(text: string): KeyLocation {
  const [, from = "", where = ""] = /^(env|file):([^\s].*)$/.exec(text) ?? [];
  if (from === "env" && /^[A-Za-z_][A-Za-z0-9_]*$/.test(where)) return { from: "environment", name: where };
  if (from === "file" && !/[\u0000-\u001f]/.test(where)) return { from: "file", path: where };
  throw new ReleaseError("CONFIG_INVALID", {
    what: "The value does not say where the key is (not shown: it may be a secret).",
    next: "Write env:NAME for a variable that holds the key, or file:PATH for a file outside the repository.",
  });
}

/** 40 hexadecimal digits (version 4) or 64 (version 6), spaces allowed; upper case. RFC 9580, 5.5.4. */
export function parseFingerprint(text: string): string {
  const digits = text.replace(/^0x/i, "").replaceAll(" ", "").toUpperCase();
  if (/^(?:[0-9A-F]{40}|[0-9A-F]{64})$/.test(digits)) return digits;
  throw new ReleaseError("CONFIG_INVALID", {
    what: /^[0-9A-F]{8,32}$/.test(digits)
      ? `${digits} is a key id of ${digits.length} digits, which can be forged.`
      : `The value is not a fingerprint of 40 or 64 hexadecimal digits.`,
    next: "Write the whole fingerprint; gpg --list-keys --fingerprint shows it.",
  });
}
