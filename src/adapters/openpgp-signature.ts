/**
 * Detached signatures over streams (RFC 9580, 5.2.4). The library's own way keeps the whole content in memory (2 GB for
 * 1 GB, measured with 6.3.2), so the content is hashed here and the library only ever sees the digest.
 */
import { createHash, type Hash } from "node:crypto";
import type { Key, SignaturePacket, Subkey } from "openpgp";
import { clockTolerance, type KeyPart, type OpenPgpKey } from "../domain/key.ts";
import type { Bytes } from "../ports/files.ts";
import type { SignatureVerdict } from "../ports/keys.ts";
import type { SignedForm } from "../ports/signer.ts";
import type { OpenPgpLibrary } from "./openpgp-library.ts";

type Packet = Key["keyPacket"] | Subkey["keyPacket"];

/** The inner calls of the library's packet, which its types leave out: where the bytes to hash come from. */
interface Hashing {
  toHash(): null;
  hash(): Promise<Uint8Array>;
  hashed: Uint8Array;
  sign(key: Packet, data: object, date: Date, detached: boolean, config: object): Promise<void>;
}

/** Larger than any detached signature. */
const textLimit = 64 * 1024;

/** Armored signature by an unlocked key packet. `seconds` since 1970. */
export async function signStream(
  openpgp: OpenPgpLibrary,
  packet: Packet,
  content: Bytes,
  seconds: number,
  form: SignedForm = "binary",
): Promise<string> {
  const digest = await digestOf("sha512", content);
  const signature = new openpgp.SignaturePacket();
  signature.signatureType = openpgp.enums.signature[form];
  signature.publicKeyAlgorithm = packet.algorithm;
  signature.hashAlgorithm = openpgp.enums.hash.sha512;
  const inner = signature as unknown as Hashing;
  inner.toHash = () => null;
  inner.hash = async () => finish(digest, signature);
  await inner.sign(packet, {}, new Date(seconds * 1000), true, openpgp.config);
  const packets = new openpgp.PacketList<SignaturePacket>();
  packets.push(signature);
  return new openpgp.Signature(packets).armor();
}

/** One signature, by a part of this key that may sign, made within its life and not after now. `now` in seconds. */
export async function verifyStream(
  openpgp: OpenPgpLibrary,
  { key, inspected }: { readonly key: Key; readonly inspected: OpenPgpKey },
  content: Bytes,
  text: string,
  now: number,
  form: SignedForm = "binary",
): Promise<SignatureVerdict> {
  const signature = await readOne(openpgp, text, form);
  if (typeof signature === "string") return { good: false, why: signature };
  const hash = ["sha256", "sha384", "sha512"].find(
    (name) => openpgp.enums.hash[name as "sha256"] === signature.hashAlgorithm,
  );
  if (hash === undefined) return { good: false, why: "its hash is weak: SHA-256, SHA-384 or SHA-512 is wanted" };
  const signer = packetsOf(key).find((packet) => isIssuer(packet, signature));
  if (signer === undefined) return { good: false, why: `it was made by another key (${issuerOf(signature)})` };
  const part = partOf(inspected, signer);
  const created = Math.floor((signature.created?.getTime() ?? 0) / 1000);
  const unfit = faultOf(inspected, part, created, now);
  if (unfit !== null) return { good: false, why: unfit };
  (signature as unknown as Hashing).hashed = finish(await digestOf(hash, content), signature);
  // The signature's own end is compared with the clock by the library; the tolerance is ours.
  const date = new Date(Math.max(now, created) * 1000);
  return signature.verify(signer, openpgp.enums.signature[form], {}, date, true).then(
    () => ({ good: true, fingerprint: inspected.primary.fingerprint, signedBy: part.fingerprint, created }),
    () => ({ good: false, why: "it is not over this content" }),
  );
}

async function readOne(openpgp: OpenPgpLibrary, text: string, form: SignedForm): Promise<SignaturePacket | string> {
  if (text.length > textLimit) return `it has ${text.length} characters`;
  const parsed = await openpgp.readSignature({ armoredSignature: text }).catch(() => null);
  if (parsed === null) return "it is not an armored OpenPGP signature";
  const [signature, another] = parsed.packets;
  if (signature === undefined || another !== undefined) return `it holds ${parsed.packets.length} signatures, not one`;
  if (signature.version !== 4) return `it is of version ${signature.version}, which older apt and gpg cannot read`;
  if (signature.signatureType !== openpgp.enums.signature[form]) return `it is not over ${form} content`;
  return signature;
}

function packetsOf(key: Key): readonly Packet[] {
  return [key.keyPacket, ...key.subkeys.map(({ keyPacket }) => keyPacket)];
}

/** By full fingerprint; the key id alone, which can be forged, only where a signature states no more. */
function isIssuer(packet: Packet, signature: SignaturePacket): boolean {
  return signature.issuerFingerprint === null
    ? packet.getKeyID().equals(signature.issuerKeyID)
    : Buffer.from(signature.issuerFingerprint).toString("hex") === packet.getFingerprint();
}

function issuerOf({ issuerFingerprint, issuerKeyID }: SignaturePacket): string {
  return (
    issuerFingerprint === null ? issuerKeyID.toHex() : Buffer.from(issuerFingerprint).toString("hex")
  ).toUpperCase();
}

function partOf({ primary, subkeys }: OpenPgpKey, packet: Packet): KeyPart {
  const fingerprint = packet.getFingerprint().toUpperCase();
  return subkeys.find((subkey) => subkey.fingerprint === fingerprint) ?? primary;
}

function faultOf({ primary }: OpenPgpKey, part: KeyPart, created: number, now: number): string | null {
  const parts = part === primary ? [primary] : [primary, part];
  if (primary.hashes.length === 0) return "its key has no self-signature that verifies";
  if (!part.signs) return `its key ${part.fingerprint} may not sign`;
  if (parts.some(({ revoked }) => revoked !== null)) return "its key is revoked";
  if (parts.some((one) => created < one.created)) return "it is dated before its key";
  if (parts.some(({ expires }) => expires !== null && created >= expires)) return "it is dated after its key expired";
  return created > now + clockTolerance ? "it is dated in the future" : null;
}

async function digestOf(algorithm: string, content: Bytes): Promise<Hash> {
  const hash = createHash(algorithm);
  for await (const chunk of content) hash.update(chunk);
  return hash;
}

/** The content is followed by the signature's hashed part and the trailer of version 4 (RFC 9580, 5.2.4). */
function finish(hash: Hash, { signatureData }: SignaturePacket): Uint8Array {
  const hashed = signatureData ?? new Uint8Array();
  const trailer = Buffer.from([4, 0xff, 0, 0, 0, 0]);
  trailer.writeUInt32BE(hashed.length, 2);
  return hash.update(hashed).update(trailer).digest();
}
