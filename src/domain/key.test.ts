import { describe, expect, it } from "vitest";
import { lifetime, signingPart, type KeyPart, type OpenPgpKey } from "./key.ts";

const now = 1_800_000_000;

function part(name: string, more: Partial<KeyPart> = {}): KeyPart {
  const fields = { version: 4, algorithm: "ed25519", created: now - 1000, expires: null, revoked: null };
  return { fingerprint: name, ...fields, signs: true, hashes: ["sha512"], secret: true, ...more };
}

function key(subkeys: readonly KeyPart[], primary: Partial<KeyPart> = {}): OpenPgpKey {
  return { primary: part("PRIMARY", { signs: false, ...primary }), subkeys, userId: "T", publicKey: "" };
}

const chosen = (subkeys: readonly KeyPart[], primary: Partial<KeyPart> = {}): string | undefined =>
  signingPart(key(subkeys, primary), now)?.fingerprint;

describe("the part that signs", () => {
  it("is the newest live subkey", () => {
    expect(
      chosen([part("OLD", { created: now - 9000 }), part("NEW"), part("MAIL", { signs: false, created: now })]),
    ).toBe("NEW");
  });

  it("is no subkey that is expired, revoked, of the future or without its secret while another lives", () => {
    const dead = [
      part("EXPIRED", { expires: now }),
      part("REVOKED", { revoked: "compromised" }),
      part("FUTURE", { created: now + 3600 }),
      part("ELSEWHERE", { secret: false }),
    ];
    expect(chosen([...dead, part("OLD", { created: now - 9000 })])).toBe("OLD");
    expect(chosen(dead, { signs: true })).toBe("PRIMARY");
  });

  it("is a dead one where none lives, so that a refusal can name it", () => {
    expect(chosen([part("REVOKED", { revoked: "compromised" })])).toBe("REVOKED");
    expect(chosen([])).toBeUndefined();
  });
});

describe("a key's lifetime", () => {
  it("begins with the younger part and ends with the first that expires", () => {
    const subkey = part("SUB", { created: now - 10, expires: now + 50 });
    expect(lifetime(key([subkey], { expires: now + 40 }), subkey)).toEqual({ created: now - 10, expires: now + 40 });
    expect(lifetime(key([subkey]), subkey).expires).toBe(now + 50);
    expect(lifetime(key([]), part("X")).expires).toBeNull();
  });
});
