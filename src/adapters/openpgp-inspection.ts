/**
 * What an OpenPGP key says of itself, by its newest self-signatures that verify (RFC 9580, 5.2.3 and 10.1). Like GnuPG,
 * the present self-signatures hold for the key's whole life: an extended key has not been dead before.
 */
import type { enums, Key, SignaturePacket, Subkey } from "openpgp";
import type { KeyPart, OpenPgpKey } from "../domain/key.ts";
import { lenient, type OpenPgpLibrary } from "./openpgp-library.ts";

/** A key flag, in the first octet (RFC 9580, 5.2.3.29). */
const mayCertifyFlag = 0x01;
const maySignFlag = 0x02;

/** Key packet of the library, public or secret. */
type Packet = Key["keyPacket"] | Subkey["keyPacket"];

interface Claim {
  readonly type: enums.signature;
  readonly signature: SignaturePacket;
  readonly by: Packet;
  readonly over: object;
}

export async function inspectKey(openpgp: OpenPgpLibrary, key: Key): Promise<OpenPgpKey> {
  const verify = verifier(openpgp);
  const { primary, userId } = await inspectPrimary(openpgp, key, verify);
  const subkeys = await Promise.all(key.subkeys.map((subkey) => inspectSubkey(openpgp, key, subkey, verify)));
  return { primary, subkeys, userId, publicKey: key.toPublic().armor() };
}

type Verify = (claim: Claim) => Promise<boolean>;

/** Whether a self-signature is what it claims to be. Its time does not matter here, and its hash is judged by policy. */
function verifier(openpgp: OpenPgpLibrary): Verify {
  const config = lenient(openpgp);
  // The declaration lacks it; null leaves out the comparison with a clock.
  const always = null as unknown as Date;
  return ({ signature, by, type, over }) =>
    signature.verify(by, type, over, always, false, config).then(
      () => true,
      () => false,
    );
}

async function inspectPrimary(
  openpgp: OpenPgpLibrary,
  key: Key,
  verify: Verify,
): Promise<{ readonly primary: KeyPart; readonly userId: string }> {
  const { keyPacket: packet } = key;
  const kinds = openpgp.enums.signature;
  const direct = ((key as { directSignatures?: SignaturePacket[] }).directSignatures ?? []).map((signature) => ({
    signature,
    type: kinds.key,
    by: packet,
    over: { key: packet },
    userId: "",
  }));
  const certifications = key.users.flatMap((user) => {
    const over = { key: packet, userID: user.userID, userAttribute: user.userAttribute };
    const revoked = user.revocationSignatures.map((signature) => ({
      signature,
      type: kinds.certRevocation,
      by: packet,
      over,
    }));
    return user.selfCertifications.map((signature) => ({
      signature,
      type: signature.signatureType ?? kinds.certGeneric,
      by: packet,
      over,
      userId: user.userID?.userID ?? "",
      revoked,
    }));
  });
  const live = await filterAsync(certifications, async ({ revoked }) => (await newest(revoked, verify)) === null);
  const best = await newest([...direct, ...live], verify);
  const named = await newest(
    live.filter(({ userId }) => userId !== ""),
    verify,
  );
  const revocation = await newest(
    key.revocationSignatures.map((signature) => ({
      signature,
      type: kinds.keyRevocation,
      by: packet,
      over: { key: packet },
    })),
    verify,
  );
  return {
    // Whoever made the key wrote it; it is shown on terminals and in reports.
    userId: (named?.userId ?? "").replace(/[\p{C}\p{Zl}\p{Zp}]/gu, "?"),
    primary: {
      ...identity(openpgp, packet),
      expires: expiry(packet, best?.signature),
      revoked: revocation === null ? null : reasonOf(openpgp, revocation.signature),
      signs: best !== null && flagsOf(best.signature, mayCertifyFlag | maySignFlag, maySignFlag),
      hashes: best === null ? [] : [hashOf(openpgp, best.signature)],
    },
  };
}

async function inspectSubkey(openpgp: OpenPgpLibrary, key: Key, subkey: Subkey, verify: Verify): Promise<KeyPart> {
  const packet = subkey.keyPacket;
  const kinds = openpgp.enums.signature;
  const over = { key: key.keyPacket, bind: packet };
  const claims = (signatures: SignaturePacket[], type: enums.signature): Claim[] =>
    signatures.map((signature) => ({ signature, type, by: key.keyPacket, over }));
  const binding = await newest(claims(subkey.bindingSignatures, kinds.subkeyBinding), verify);
  const revocation = await newest(claims(subkey.revocationSignatures, kinds.subkeyRevocation), verify);
  const embedded = binding?.signature.embeddedSignature ?? null;
  // Without it anybody could take another's signing key into their own (RFC 9580, 10.1.5).
  const crossed =
    embedded !== null && (await verify({ signature: embedded, type: kinds.keyBinding, by: packet, over }))
      ? embedded
      : null;
  const signs = binding !== null && flagsOf(binding.signature, 0, maySignFlag) && crossed !== null;
  return {
    ...identity(openpgp, packet),
    expires: expiry(packet, binding?.signature),
    revoked: revocation === null ? null : reasonOf(openpgp, revocation.signature),
    signs,
    hashes: [binding?.signature, signs ? crossed : null].flatMap((signature) =>
      signature === null || signature === undefined ? [] : [hashOf(openpgp, signature)],
    ),
  };
}

/** The newest claim that verifies, or null. */
async function newest<Kind extends Claim>(claims: readonly Kind[], verify: Verify): Promise<Kind | null> {
  const byAge = claims.toSorted(
    (a, b) => (b.signature.created?.getTime() ?? 0) - (a.signature.created?.getTime() ?? 0),
  );
  for (const claim of byAge) if (await verify(claim)) return claim;
  return null;
}

async function filterAsync<Item>(items: readonly Item[], keep: (item: Item) => Promise<boolean>): Promise<Item[]> {
  const kept = await Promise.all(items.map(keep));
  return items.filter((_, index) => kept[index]);
}

function identity(
  openpgp: OpenPgpLibrary,
  packet: Packet,
): Pick<KeyPart, "fingerprint" | "version" | "algorithm" | "created" | "secret"> {
  return {
    fingerprint: packet.getFingerprint().toUpperCase(),
    version: packet.version,
    algorithm: algorithmOf(openpgp, packet),
    created: Math.floor(packet.getCreationTime().getTime() / 1000),
    secret: hasSecret(packet),
  };
}

/** Names as GnuPG writes them, with the number where RFC 9580 gave an old curve a new algorithm. */
function algorithmOf(openpgp: OpenPgpLibrary, packet: Packet): string {
  const { algorithm, bits, curve } = packet.getAlgorithmInfo();
  const numbers = openpgp.enums.publicKey;
  if (packet.algorithm === numbers.ed25519) return "ed25519-alg27";
  if (packet.algorithm === numbers.ed448) return "ed448-alg28";
  if (packet.algorithm === numbers.eddsaLegacy) return (curve ?? "eddsa").replace("Legacy", "");
  if (algorithm.startsWith("rsa")) return `rsa${bits ?? ""}`;
  return curve === undefined ? `${algorithm}${bits ?? ""}` : curve.replace(/^nist/, "nist").replace(/P(?=\d+$)/, "p");
}

function hasSecret(packet: Packet): boolean {
  return "isMissingSecretKeyMaterial" in packet && !packet.isMissingSecretKeyMaterial();
}

/** Seconds since 1970: the key's own end, or that of the signature which states it, whichever is earlier. */
function expiry(packet: Packet, signature: SignaturePacket | undefined): number | null {
  if (signature === undefined) return null;
  const created = Math.floor(packet.getCreationTime().getTime() / 1000);
  const ends = [
    signature.keyExpirationTime === null ? Infinity : created + signature.keyExpirationTime,
    Number(signature.getExpirationTime()) / 1000,
  ];
  const earliest = Math.min(...ends);
  return Number.isFinite(earliest) ? earliest : null;
}

/** Whether a signature gives the flag; one without flags, as old software made them, gives `otherwise`. */
function flagsOf(signature: SignaturePacket, otherwise: number, flag: number): boolean {
  return ((signature.keyFlags?.[0] ?? otherwise) & flag) !== 0;
}

function hashOf(openpgp: OpenPgpLibrary, { hashAlgorithm }: SignaturePacket): string {
  const names = Object.entries(openpgp.enums.hash) as [string, enums.hash][];
  return names.find(([, number]) => number === hashAlgorithm)?.[0] ?? `hash${hashAlgorithm ?? ""}`;
}

/** RFC 9580, 5.2.3.31, with what its maker wrote, made safe to show. */
function reasonOf(openpgp: OpenPgpLibrary, revocation: SignaturePacket): string {
  const flags = openpgp.enums.reasonForRevocation;
  const words = new Map<number, string>([
    [flags.keySuperseded, "another key has taken its place"],
    [flags.keyCompromised, "it was compromised"],
    [flags.keyRetired, "it is no longer used"],
  ]);
  const text = (revocation.reasonForRevocationString ?? "")
    .replace(/[^\x20-\x7e]+/g, " ")
    .trim()
    .slice(0, 100);
  const reason = words.get(revocation.reasonForRevocationFlag ?? -1) ?? "no reason given";
  return text === "" ? reason : `${reason} (${text})`;
}
