/** openpgp.js 6, loaded when a key is first touched: it takes some 50 ms, which commands without keys need not pay. */
import type * as OpenPgp from "openpgp";

export type OpenPgpLibrary = typeof OpenPgp;

export async function openPgpLibrary(): Promise<OpenPgpLibrary> {
  return import("openpgp");
}

/**
 * For reading a key in order to judge it: whatever the library would hide or refuse is read, so that the refusal can be
 * ours and say why. Never for checking a message's signature.
 */
export function lenient(openpgp: OpenPgpLibrary): OpenPgp.Config {
  return {
    ...openpgp.config,
    minRSABits: 0,
    enableParsingV5Entities: true,
    rejectHashAlgorithms: new Set(),
    rejectPublicKeyAlgorithms: new Set(),
    rejectCurves: new Set(),
  };
}
