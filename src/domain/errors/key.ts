import type { ErrorTable } from "./table.ts";

/** Keys, signatures and what they are made with. */
export const keyErrors = {
  KEY_MISSING: { exit: 6, why: "A channel is configured, and users of a channel expect signatures." },
  KEY_UNREADABLE: { exit: 6, why: "Nothing can be signed with a key that cannot be read." },
  KEY_PASSPHRASE: { exit: 6, why: "The key stays locked, so nothing can be signed." },
  KEY_EXPIRED: { exit: 6, why: "apt and gpg refuse signatures of an expired key." },
  KEY_REVOKED: { exit: 6, why: "A revoked key tells everybody not to trust what it signs." },
  KEY_WEAK: { exit: 6, why: "apt of at least one supported release refuses this kind of key." },
  KEY_FROM_FUTURE: {
    exit: 6,
    why: "A signature dated before its key is invalid, one dated after now is refused by apt.",
  },
  KEY_USER_ID_INVALID: { exit: 2, why: "A user id that programs read differently cannot be searched for or trusted." },
  KEY_CANNOT_SIGN: { exit: 6, why: "No part of this key may make signatures." },
  KEY_FINGERPRINT: { exit: 6, why: "The key at hand is not the one that the configuration pins." },
  KEY_AGENT: { exit: 6, why: "gpg could not reach the key." },
  KEY_EXISTS: { exit: 2, why: "Writing over a key would lose it." },
  SIGNATURE_INVALID: { exit: 3, why: "What cannot be verified must not be published." },
  SUM_MISMATCH: { exit: 3, why: "The file is not the one that the sums were made of." },
} as const satisfies ErrorTable;
