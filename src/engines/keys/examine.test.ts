import { describe, expect, it } from "vitest";
import { isReleaseError } from "../../domain/errors/index.ts";
import type { KeyPart, OpenPgpKey } from "../../domain/key.ts";
import { demandFitKey, examineKey } from "./examine.ts";
import { rsa2048End, suites } from "./suites.ts";
import { judgeKey } from "./verdict.ts";

const now = 1_796_000_000; // 2026-11-30
const day = 86_400;

function part(more: Partial<KeyPart> = {}): KeyPart {
  const fields = {
    version: 4,
    algorithm: "ed25519",
    created: now - 100 * day,
    expires: now + 700 * day,
    revoked: null,
  };
  return { fingerprint: "A".repeat(40), ...fields, signs: false, hashes: ["sha512"], secret: true, ...more };
}

function key(primary: Partial<KeyPart> = {}, subkey: Partial<KeyPart> | null = {}): OpenPgpKey {
  const signing =
    subkey === null
      ? []
      : [part({ fingerprint: "B".repeat(40), signs: true, hashes: ["sha512", "sha512"], ...subkey })];
  return { primary: part(primary), subkeys: signing, userId: "Test <t@example.org>", publicKey: "" };
}

const both = (more: Partial<KeyPart>): OpenPgpKey => key(more, more);

/** `+` accepted, `!` warned, `?` untried, `-` refused, in the order of the suites. */
function marks(one: OpenPgpKey, at = now): string {
  return judgeKey(one, at)
    .map(({ acceptance }) => ({ accepted: "+", warned: "!", untried: "?", refused: "-" })[acceptance])
    .join("");
}

function codes(one: OpenPgpKey, at = now): readonly (string | undefined)[] {
  return examineKey(one, at).map(({ verdict, code }) => (verdict === "fail" ? code : verdict));
}

describe("the verdict of each suite's apt", () => {
  it("is that of bullseye, bookworm, noble, trixie, resolute and forky, in this order", () => {
    expect(suites).toEqual(["bullseye", "bookworm", "noble", "trixie", "resolute", "forky"]);
  });

  const cases: readonly (readonly [string, Partial<KeyPart>, string])[] = [
    ["ed25519 of algorithm 22", {}, "++++++"],
    ["rsa3072", { algorithm: "rsa3072" }, "++++++"],
    ["rsa4096", { algorithm: "rsa4096" }, "++++++"],
    ["rsa2048 before 2030", { algorithm: "rsa2048" }, "+++!+!"],
    ["rsa1024", { algorithm: "rsa1024" }, "++!---"],
    ["ed25519 of algorithm 27", { algorithm: "ed25519-alg27" }, "---+-+"],
    ["version 6", { algorithm: "ed25519-alg27", version: 6 }, "---+-+"],
    ["version 5", { version: 5 }, "??????"],
    ["P-256", { algorithm: "nistp256" }, "++!+++"],
    ["P-521", { algorithm: "nistp521" }, "++!+-+"],
    ["brainpool", { algorithm: "brainpoolP256r1" }, "++!-!-"],
    ["DSA", { algorithm: "dsa2048" }, "++!---"],
    ["a curve that nobody tried", { algorithm: "nistp384" }, "??????"],
    ["SHA-1 self-signatures", { hashes: ["sha1"] }, "+++-+-"],
    ["MD5 self-signatures", { hashes: ["md5"] }, "------"],
  ];
  it.each(cases)("for %s", (_, more, expected) => {
    expect(marks(both(more))).toBe(expected);
  });

  it("for rsa2048 turns from a warning to a refusal on 2030-02-01", () => {
    expect(marks(both({ algorithm: "rsa2048" }), rsa2048End - 1)).toBe("+++!+!");
    expect(marks(both({ algorithm: "rsa2048" }), rsa2048End)).toBe("+++-+-");
  });

  it("is the worse of primary key and signing subkey", () => {
    expect(marks(key({ algorithm: "rsa1024" }, {}))).toBe("++!---");
    expect(marks(key({}, { hashes: ["sha512", "sha1"] }))).toBe("+++-+-");
  });
});

describe("a key is refused before anything is built", () => {
  it("not when nothing speaks against it", () => {
    expect(codes(key())).toEqual([]);
    expect(codes(key({ secret: false }))).toEqual([]);
  });

  it("when it is revoked, or its signing subkey is, each with its own text", () => {
    const whole = examineKey(key({ revoked: "it was compromised" }), now)[0];
    const sub = examineKey(key({}, { revoked: "no reason given" }), now)[0];
    expect([whole?.code, sub?.code]).toEqual(["KEY_REVOKED", "KEY_REVOKED"]);
    expect(whole?.message).toBe(`The key ${"A".repeat(40)} is revoked: it was compromised.`);
    expect(sub?.message).toBe(`The signing subkey ${"B".repeat(40)} is revoked: no reason given.`);
  });

  it("when it is expired, or its signing subkey is, each with its own text and the day", () => {
    const whole = examineKey(key({ expires: now - 1 }), now)[0];
    const sub = examineKey(key({}, { expires: now }), now)[0];
    expect([whole?.code, sub?.code]).toEqual(["KEY_EXPIRED", "KEY_EXPIRED"]);
    expect(whole?.message).toBe(`The key ${"A".repeat(40)} expired on 2026-11-30.`);
    expect(sub?.message).toBe(`The signing subkey ${"B".repeat(40)} expired on 2026-11-30.`);
  });

  it("when apt of any supported suite refuses its kind, naming kind and suites", () => {
    const [finding] = examineKey(both({ algorithm: "rsa1024" }), now);
    expect(finding?.code).toBe("KEY_WEAK");
    expect(finding?.message).toContain("rsa1024: refused by apt of trixie, resolute, forky.");
    expect(finding?.next).toContain("keys new");
  });

  it("when its self-signatures are SHA-1, saying that these can be made again", () => {
    const [finding] = examineKey(key({ hashes: ["sha1"] }), now);
    expect(finding?.code).toBe("KEY_WEAK");
    expect(finding?.message).toContain("sha1 self-signature: refused by apt of trixie, forky.");
    expect(finding?.next).toContain("--cert-digest-algo SHA512");
  });

  it("when its kind was never tried, without claiming that somebody refuses it", () => {
    const [finding] = examineKey(both({ algorithm: "nistp384" }), now);
    expect([finding?.code, finding?.message]).toEqual([
      "KEY_WEAK",
      expect.stringContaining("nistp384: never tried with apt"),
    ]);
  });

  it("when no part of it may sign", () => {
    expect(codes(key({}, null))).toEqual(["KEY_CANNOT_SIGN"]);
    expect(codes(key({}, { signs: false }))).toEqual(["KEY_CANNOT_SIGN"]);
  });

  it("when the secret of the signing part is elsewhere", () => {
    expect(codes(key({}, { secret: false }))).toEqual(["KEY_CANNOT_SIGN"]);
  });

  it("when no self-signature verifies", () => {
    expect(codes(key({ hashes: [] }))).toEqual(["KEY_UNREADABLE"]);
  });

  it("when it was made after now, showing both times", () => {
    const [finding] = examineKey(both({ created: now + day }), now);
    expect(finding?.code).toBe("KEY_FROM_FUTURE");
    expect(finding?.message).toMatch(/2026-12-01.*2026-11-30/);
    expect(codes(both({ created: now + 60 }))).toEqual([]);
  });

  it("with the first reason thrown and the others as details", () => {
    let thrown: unknown;
    try {
      demandFitKey(both({ algorithm: "dsa1024", revoked: "it was compromised", expires: now - day }), now);
    } catch (error) {
      thrown = error;
    }
    if (!isReleaseError(thrown)) throw new Error("nothing was refused");
    expect([thrown.code, thrown.exit]).toEqual(["KEY_REVOKED", 6]);
    expect(thrown.details.join("\n")).toMatch(/dsa1024[^]*expired on/);
  });
});

describe("a key is warned about", () => {
  it("when it or its subkey expires within 60 days, with the day and what is left", () => {
    const [finding] = examineKey(key({ expires: now + 59 * day }), now);
    expect([finding?.verdict, finding?.message]).toEqual([
      "warn",
      `Key ${"A".repeat(40)} expires on 2027-01-28, in 59 days.`,
    ]);
    expect(codes(key({}, { expires: now + 10 * day }))).toEqual(["warn"]);
    expect(codes(key({ expires: now + 60 * day }))).toEqual([]);
    expect(codes(key({ expires: null }, { expires: null }))).toEqual([]);
  });

  it("when it is rsa2048, with the day on which that ends", () => {
    const [finding] = examineKey(both({ algorithm: "rsa2048" }), now);
    expect(finding?.verdict).toBe("warn");
    expect(finding?.message).toMatch(/rsa2048: apt of trixie, forky .*2030-02-01/);
  });
});
