/** Keys from files and the environment: what is refused and how it is said, and which signatures count as ours. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import * as openpgp from "openpgp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  bytesOf,
  failureOf,
  keyWorld,
  makeKey,
  nowSeconds,
  scratchFolder,
  subkeyPacketOf,
} from "../../test/key-world.ts";
import { isReleaseError, type ReleaseError } from "../domain/errors/index.ts";
import type { SigningSpec } from "../domain/project.ts";
import { examineKey } from "../engines/keys/examine.ts";
import type { Signer } from "../ports/signer.ts";
import { openSigner } from "./open-signer.ts";

const unsaid: SigningSpec = { with: "none", said: false };
const fromVariable: SigningSpec = { with: "openpgp", key: { from: "environment", name: "GGEN_RELEASE_KEY" } };
const scratch = scratchFolder();

afterAll(() => scratch.remove());

async function open(variables: Record<string, string>, spec = unsaid, now = nowSeconds): Promise<Signer> {
  const signer = await openSigner(keyWorld(variables, now).ports)(spec);
  if (signer === null) throw new Error("no signer");
  return signer;
}

async function refusal(promise: Promise<unknown>): Promise<ReleaseError> {
  const error = await failureOf(promise);
  if (!isReleaseError(error)) throw error;
  return error;
}

/** Codes of what policy says to the key of a signer. */
async function verdicts(secret: string, now = nowSeconds): Promise<readonly (string | undefined)[]> {
  const { certificate } = await (await open({ GGEN_RELEASE_KEY: secret }, unsaid, now)).key();
  return examineKey(certificate, now()).map(({ code }) => code);
}

let key: Awaited<ReturnType<typeof makeKey>>;
let locked: string;
let fingerprint: string;

beforeAll(async () => {
  key = await makeKey({ date: new Date("2026-01-05T00:00:00Z") });
  locked = (await openpgp.encryptKey({ privateKey: key.object, passphrase: "right" })).armor();
  fingerprint = key.object.getFingerprint().toUpperCase();
});

describe("which key signs", () => {
  it("is none where nothing names one, and where the project says so", async () => {
    expect(await openSigner(keyWorld({}).ports)(unsaid)).toBeNull();
    expect(await openSigner(keyWorld({ GGEN_RELEASE_KEY: key.secret }).ports)({ with: "none", said: true })).toBeNull();
    expect(await openSigner(keyWorld({ GGEN_RELEASE_KEY: "" }).ports)(unsaid)).toBeNull();
  });

  it("is the one in GGEN_RELEASE_KEY, or in the file that GGEN_RELEASE_KEY_FILE names", async () => {
    const path = join(scratch.folder, "key.asc");
    writeFileSync(path, key.secret);
    const found = await Promise.all([open({ GGEN_RELEASE_KEY: key.secret }), open({ GGEN_RELEASE_KEY_FILE: path })]);
    expect(await Promise.all(found.map(async (signer) => (await signer.key()).fingerprint))).toEqual([
      fingerprint,
      fingerprint,
    ]);
  });

  it("is not guessed where both are set", async () => {
    const error = await refusal(open({ GGEN_RELEASE_KEY: key.secret, GGEN_RELEASE_KEY_FILE: "/x" }));
    expect([error.code, error.what]).toEqual(["KEY_UNREADABLE", expect.stringContaining("Both GGEN_RELEASE_KEY and")]);
  });

  it("is read from binary files as well", async () => {
    const path = join(scratch.folder, "key.gpg");
    writeFileSync(path, key.object.write());
    const signer = await open({}, { with: "openpgp", key: { from: "file", path }, fingerprint });
    expect((await signer.key()).userId).toBe("Test Key <test@example.org>");
  });

  it("is the pinned one of several, and none of several where none is pinned", async () => {
    const other = await makeKey();
    const path = join(scratch.folder, "two.gpg");
    writeFileSync(path, Buffer.concat([other.object.write(), key.object.write()]));
    const location = { from: "file", path } as const;
    expect((await (await open({}, { with: "openpgp", key: location, fingerprint })).key()).fingerprint).toBe(
      fingerprint,
    );
    const error = await refusal(open({}, { with: "openpgp", key: location }));
    expect([error.code, error.what]).toEqual(["KEY_UNREADABLE", expect.stringContaining("holds 2 keys")]);
  });

  it("tells what the plan and the report show of it", async () => {
    const shown = await (await open({ GGEN_RELEASE_KEY: locked })).key();
    expect(shown).toMatchObject({ fingerprint, algorithm: "ed25519", created: 1_767_571_200, expires: null });
    expect(shown.publicKey).toContain("BEGIN PGP PUBLIC KEY BLOCK");
  });
});

describe("a key that cannot be used is refused", () => {
  it("when its variable is not set, naming the variable", async () => {
    const error = await refusal(open({}, fromVariable));
    expect([error.code, error.exit]).toEqual(["KEY_UNREADABLE", 6]);
    expect(error.what).toContain("GGEN_RELEASE_KEY, which is not set");
  });

  it("when its file is missing, naming the path", async () => {
    const error = await refusal(open({ GGEN_RELEASE_KEY_FILE: "/nowhere/key.asc" }));
    expect([error.code, error.what]).toEqual([
      "KEY_UNREADABLE",
      expect.stringContaining("/nowhere/key.asc is not there"),
    ]);
  });

  const damaged: readonly (readonly [string, (whole: string) => string, string])[] = [
    ["is something else", () => "hunter2-canary", "14 bytes without a BEGIN PGP line"],
    ["has lost its line breaks", (whole) => whole.replaceAll("\n", " "), "its line breaks are lost"],
    ["is cut off", (whole) => whole.slice(0, 300), "it is cut off: there is no END PGP line"],
    [
      "has lost the empty line, which makes key material look like a header",
      (whole) => whole.replace("\n\n", "\n"),
      "its armor is damaged",
    ],
  ];
  it.each(damaged)("when the text %s, without showing any of it", async (_, damage, guess) => {
    const text = damage(key.secret);
    const error = await refusal(open({ GGEN_RELEASE_KEY: text }));
    expect([error.code, error.what]).toEqual(["KEY_UNREADABLE", `$GGEN_RELEASE_KEY holds no OpenPGP key (${guess}).`]);
    const shown = [error.stack, error.next, String(error.cause), JSON.stringify(error)].join("\n");
    for (const line of text.split("\n").filter((one) => one.length > 10 && !one.startsWith("---")))
      expect(shown).not.toContain(line);
  });

  it("when only its public half is there", async () => {
    const error = await refusal(open({ GGEN_RELEASE_KEY: key.public }));
    expect([error.code, error.what]).toEqual([
      "KEY_UNREADABLE",
      expect.stringContaining(`only the public half of ${fingerprint}`),
    ]);
  });

  it("when it is not the pinned one, showing both fingerprints", async () => {
    const pinned = "0123456789ABCDEF0123456789ABCDEF01234567";
    const error = await refusal(open({ GGEN_RELEASE_KEY: key.secret }, { ...fromVariable, fingerprint: pinned }));
    expect([error.code, error.exit]).toEqual(["KEY_FINGERPRINT", 6]);
    expect(error.what).toContain(fingerprint);
    expect(error.what).toContain(pinned);
  });

  it("when the passphrase is missing or wrong, in less than five seconds", async () => {
    const started = performance.now();
    const missing = await refusal((await open({ GGEN_RELEASE_KEY: locked })).prove());
    const wrong = await refusal(
      (await open({ GGEN_RELEASE_KEY: locked, GGEN_RELEASE_KEY_PASSPHRASE: "canary-wrong" })).prove(),
    );
    expect(performance.now() - started).toBeLessThan(5000);
    expect([missing.code, missing.exit, wrong.code, wrong.exit]).toEqual(["KEY_PASSPHRASE", 6, "KEY_PASSPHRASE", 6]);
    expect(missing.what).toContain("none is given");
    expect(wrong.what).toContain("does not open");
    expect(JSON.stringify([wrong, wrong.stack, wrong.what, wrong.next])).not.toContain("canary-wrong");
  });

  it("when its halves do not belong together", async () => {
    const other = await makeKey();
    const mixed = await openpgp.readPrivateKey({ binaryKey: key.object.write() });
    subkeyPacketOf(mixed).privateParams = subkeyPacketOf(other.object).privateParams;
    const error = await refusal((await open({ GGEN_RELEASE_KEY: mixed.armor() })).prove());
    expect([error.code, error.what]).toEqual(["KEY_UNREADABLE", expect.stringContaining("do not belong together")]);
  });

  it("opens with the passphrase from a variable, or from a file with a line break at its end", async () => {
    const path = join(scratch.folder, "passphrase");
    writeFileSync(path, "right\r\n");
    await (await open({ GGEN_RELEASE_KEY: locked, GGEN_RELEASE_KEY_PASSPHRASE: "right" })).prove();
    await (await open({ GGEN_RELEASE_KEY: locked, GGEN_RELEASE_KEY_PASSPHRASE_FILE: path })).prove();
  });
});

describe("policy sees", () => {
  it("nothing to object to in the kind of key that keys new makes", async () => {
    expect(await verdicts(key.secret)).toEqual([]);
  });

  it("an expired key", async () => {
    const past = new Date("2024-01-01T00:00:00Z");
    expect(await verdicts((await makeKey({ date: past, keyExpirationTime: 86_400 })).secret)).toEqual([
      "KEY_EXPIRED",
      "KEY_EXPIRED",
    ]);
  });

  it("a signing subkey that expired alone", async () => {
    const past = new Date("2024-01-01T00:00:00Z");
    const one = await makeKey({ date: past, subkeys: [{ sign: true, keyExpirationTime: 86_400 }] });
    // The library lets every primary sign, so it is the primary that is left.
    const { certificate } = await (await open({ GGEN_RELEASE_KEY: one.secret })).key();
    expect(certificate.subkeys[0]?.expires).toBe(Date.UTC(2024, 0, 2) / 1000);
    expect(certificate.primary.expires).toBeNull();
  });

  it("a revoked key with the reason", async () => {
    const { privateKey } = await openpgp.revokeKey({
      key: key.object,
      reasonForRevocation: {
        flag: openpgp.enums.reasonForRevocation.keyCompromised,
        string: "laptop\nstolen \u001b[31m",
      },
      format: "object",
    });
    const { certificate } = await (await open({ GGEN_RELEASE_KEY: privateKey.armor() })).key();
    expect(certificate.primary.revoked).toBe("it was compromised (laptop stolen  [31m)");
    expect(await verdicts(privateKey.armor())).toEqual(["KEY_REVOKED"]);
  });

  it("a revoked signing subkey", async () => {
    const revoked = await openpgp.readPrivateKey({ binaryKey: key.object.write() });
    const [subkey] = revoked.subkeys;
    if (subkey === undefined) throw new Error("no subkey");
    // revoke() answers a copy.
    const copy = await subkey.revoke(revoked.keyPacket as openpgp.SecretKeyPacket, {
      flag: openpgp.enums.reasonForRevocation.keyRetired,
    });
    revoked.subkeys[0] = copy;
    const { certificate } = await (await open({ GGEN_RELEASE_KEY: revoked.armor() })).key();
    expect(certificate.subkeys[0]?.revoked).toBe("it is no longer used");
  });

  const weak: readonly (readonly [string, openpgp.KeyOptions["config"] | null, Partial<openpgp.KeyOptions>, string])[] =
    [
      ["Ed25519 of algorithm 27", {}, { type: "curve25519" }, "ed25519-alg27"],
      ["version 6", { v6Keys: true }, { type: "curve25519" }, "ed25519-alg27 (version 6)"],
      ["P-521", {}, { type: "ecc", curve: "nistP521" }, "nistp521"],
      ["RSA 1024", { minRSABits: 1024 }, { type: "rsa", rsaBits: 1024 }, "rsa1024"],
    ];
  it.each(weak)("%s as weak", async (_, config, options, name) => {
    const { curve, ...rest } = { curve: "ed25519Legacy" as const, ...options };
    const made = await openpgp.generateKey({
      ...rest,
      ...(options.type === "ecc" ? { curve } : {}),
      userIDs: [{ name: "T", email: "t@example.org" }],
      subkeys: [{ sign: true }],
      format: "object",
      config: config ?? {},
    });
    const signer = await open({ GGEN_RELEASE_KEY: made.privateKey.armor() });
    const [finding] = examineKey((await signer.key()).certificate, nowSeconds());
    expect([finding?.code, finding?.message]).toEqual(["KEY_WEAK", expect.stringContaining(name)]);
  });

  it("a key without a part that signs", async () => {
    const made = await openpgp.generateKey({
      type: "ecc",
      curve: "ed25519Legacy",
      userIDs: [{ name: "T" }],
      format: "object",
      date: new Date("2026-01-05T00:00:00Z"),
    });
    const certificate = (await (await open({ GGEN_RELEASE_KEY: made.privateKey.armor() })).key()).certificate;
    const onlyEncrypts = { ...certificate, primary: { ...certificate.primary, signs: false } };
    expect(certificate.subkeys.map(({ signs }) => signs)).toEqual([false]);
    expect(examineKey(onlyEncrypts, nowSeconds()).map(({ code }) => code)).toEqual(["KEY_CANNOT_SIGN"]);
  });

  it("no life in a subkey whose binding was tampered with", async () => {
    const other = await makeKey({ date: new Date("2026-01-05T00:00:00Z") });
    const grafted = await openpgp.readPrivateKey({ binaryKey: key.object.write() });
    grafted.subkeys = other.object.subkeys;
    const { certificate } = await (await open({ GGEN_RELEASE_KEY: grafted.armor() })).key();
    expect(certificate.subkeys[0]).toMatchObject({ signs: false, hashes: [] });
  });
});

describe("a signature", () => {
  const now = 1_796_000_000;
  const clock = (): number => now;

  async function signer(variables: Record<string, string> = {}): Promise<Signer> {
    return open({ GGEN_RELEASE_KEY: key.secret, ...variables }, unsaid, clock);
  }

  it("is over the content, by this key, at the date that was asked for", async () => {
    const made = await (await signer()).sign(bytesOf("a", "b", "c"), now - 60);
    const parsed = await openpgp.readSignature({ armoredSignature: made });
    expect(parsed.packets[0]?.created).toEqual(new Date((now - 60) * 1000));
    expect(parsed.packets[0]?.hashAlgorithm).toBe(openpgp.enums.hash.sha512);
    expect(await (await signer()).verify(bytesOf("abc"), made)).toBe(true);
    expect(await (await signer()).verify(bytesOf("abd"), made)).toBe(false);
    const { signatures } = await openpgp.verify({
      message: await openpgp.createMessage({ binary: new TextEncoder().encode("abc") }),
      signature: parsed,
      verificationKeys: key.object.toPublic(),
      date: new Date(now * 1000),
    });
    expect(await signatures[0]?.verified).toBe(true);
  });

  it("by another key does not count, however good it is", async () => {
    const other = await makeKey({ date: new Date("2026-01-05T00:00:00Z") });
    const made = await (await open({ GGEN_RELEASE_KEY: other.secret }, unsaid, clock)).sign(bytesOf("abc"), now);
    const { ports } = keyWorld({}, clock);
    expect(await (await signer()).verify(bytesOf("abc"), made)).toBe(false);
    expect(await ports.keys.verify(other.public, bytesOf("abc"), made)).toMatchObject({ good: true });
    expect(await ports.keys.verify(key.public, bytesOf("abc"), made)).toEqual({
      good: false,
      why: expect.stringContaining("made by another key") as string,
    });
  });

  const wrongs: readonly (readonly [string, (good: string) => string | Promise<string>, string])[] = [
    ["that is no signature", () => "-----BEGIN PGP", "not an armored OpenPGP signature"],
    ["that is empty", () => "", "not an armored OpenPGP signature"],
    ["that is cut off", (good) => good.slice(0, 100), "not an armored OpenPGP signature"],
    ["that is huge", () => "A".repeat(100_000), "100000 characters"],
    ["with a changed date", (good) => changed(good), "not over this content"],
    ["that comes with a second one", (good) => doubled(good), "holds 2 signatures"],
  ];
  it.each(wrongs)("%s does not count", async (_, spoil, why) => {
    const good = await (await signer()).sign(bytesOf("abc"), now);
    const spoilt = await spoil(good);
    const { ports } = keyWorld({}, clock);
    expect(await ports.keys.verify(key.public, bytesOf("abc"), spoilt)).toEqual({
      good: false,
      why: expect.stringContaining(why) as string,
    });
  });

  it("from the future does not count, beyond what clocks differ", async () => {
    const one = await signer();
    expect(await one.verify(bytesOf("abc"), await one.sign(bytesOf("abc"), now + 60))).toBe(true);
    expect(await one.verify(bytesOf("abc"), await one.sign(bytesOf("abc"), now + 61))).toBe(false);
  });

  it("dated before its key, or after its key expired, does not count", async () => {
    const short = await makeKey({ date: new Date((now - 1000) * 1000), keyExpirationTime: 500 });
    const one = await open({ GGEN_RELEASE_KEY: short.secret }, unsaid, clock);
    const { ports } = keyWorld({}, clock);
    const verdictAt = async (seconds: number): Promise<unknown> =>
      ports.keys.verify(short.public, bytesOf("abc"), await one.sign(bytesOf("abc"), seconds));
    expect(await verdictAt(now - 800)).toMatchObject({ good: true });
    expect(await verdictAt(now - 1001)).toMatchObject({ why: "it is dated before its key" });
    expect(await verdictAt(now - 400)).toMatchObject({ why: "it is dated after its key expired" });
  });

  it("goes on counting when the key was extended after it was made", async () => {
    const short = await makeKey({ date: new Date((now - 1000) * 1000), keyExpirationTime: 900 });
    const made = await (await open({ GGEN_RELEASE_KEY: short.secret }, unsaid, clock)).sign(bytesOf("abc"), now - 900);
    const { privateKey } = await openpgp.reformatKey({
      privateKey: short.object,
      userIDs: [{ name: "Test Key", email: "test@example.org" }],
      keyExpirationTime: 90_000,
      date: new Date((now - 100) * 1000),
      format: "object",
    });
    expect(
      await keyWorld({}, clock).ports.keys.verify(privateKey.toPublic().armor(), bytesOf("abc"), made),
    ).toMatchObject({
      good: true,
    });
  });

  it("is not made when the content fails on the way", async () => {
    const broken = async function* (): AsyncIterable<Uint8Array> {
      yield new Uint8Array(10);
      throw new Error("the file changed");
    };
    await expect((await signer()).sign(broken(), now)).rejects.toThrow("the file changed");
  });
});

async function packetOf(armored: string): Promise<openpgp.SignaturePacket> {
  const [packet] = (await openpgp.readSignature({ armoredSignature: armored })).packets;
  if (packet === undefined) throw new Error("no packet");
  return packet;
}

async function changed(armored: string): Promise<string> {
  const packet = await packetOf(armored);
  const data = packet.signatureData ?? new Uint8Array();
  // Version, type, algorithms, length of the hashed part, then length and type of the creation time.
  data[8 + 3] = (data[8 + 3] ?? 0) ^ 1;
  return wrapped([packet]);
}

async function doubled(armored: string): Promise<string> {
  return wrapped([await packetOf(armored), await packetOf(armored)]);
}

function wrapped(packets: readonly openpgp.SignaturePacket[]): string {
  const list = new openpgp.PacketList<openpgp.SignaturePacket>();
  list.push(...packets);
  return new openpgp.Signature(list).armor();
}
