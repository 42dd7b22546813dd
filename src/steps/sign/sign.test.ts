/** What the step does with its files, over a signer whose signatures can be read. */
import { describe, expect, it } from "vitest";
import { bytesOf, failureOf } from "../../../test/key-world.ts";
import { collectingReporter } from "../../adapters/collecting-reporter.ts";
import { isReleaseError } from "../../domain/errors/index.ts";
import type { OpenPgpKey } from "../../domain/key.ts";
import { contentOf } from "../../engines/hash.ts";
import type { Files } from "../../ports/files.ts";
import type { Signer, SigningKey } from "../../ports/signer.ts";
import { signatureDate } from "../../engines/keys/signature-date.ts";
import { admitSigner, signAll, type SigningPorts } from "./index.ts";

const now = 1_796_000_000;
const created = now - 86_400;

const part = {
  fingerprint: "A".repeat(40),
  version: 4,
  algorithm: "ed25519",
  created,
  expires: null,
  revoked: null,
  signs: true,
  hashes: ["sha512"],
  secret: true,
};
const certificate: OpenPgpKey = { primary: part, subkeys: [], userId: "Test <t@example.org>", publicKey: "" };
const key: SigningKey = { ...part, userId: certificate.userId, publicKey: "", certificate };

/** Signs by writing digest and date; counts what it is asked. */
function readableSigner(more: Partial<Signer> = {}): Signer & { readonly calls: string[] } {
  const calls: string[] = [];
  return {
    calls,
    key: async () => key,
    prove: async () => void calls.push("prove"),
    sign: async (content, seconds) => {
      calls.push("sign");
      return `${(await contentOf(content)).sha256} ${seconds}`;
    },
    verify: async (content, signature) => {
      calls.push("verify");
      return signature.split(" ")[0] === (await contentOf(content)).sha256;
    },
    ...more,
  };
}

function portsOver(
  contents: Readonly<Record<string, string>>,
): SigningPorts & { readonly reporter: ReturnType<typeof collectingReporter> } {
  const open: Files["open"] = (path) => bytesOf(contents[path] ?? "");
  return {
    files: { open } as Files,
    clock: { now: () => now * 1000, monotonic: () => 0, sleep: async () => undefined },
    reporter: collectingReporter(),
  };
}

const two = [
  { file: "a.tar.gz", path: "/r/a" },
  { file: "SHA256SUMS", path: "/r/s" },
];
const contents = { "/r/a": "archive", "/r/s": "sums" };
const none = async (): Promise<null> => null;
const sha256Of = async (text: string): Promise<string> => (await contentOf(bytesOf(text))).sha256;

async function codeOf(promise: Promise<unknown>): Promise<string> {
  const error = await failureOf(promise);
  return isReleaseError(error) ? `${error.code} ${error.exit}` : String(error);
}

describe("signing a release", () => {
  it("gives one signature per file, in their order, each verified before it is handed on", async () => {
    const signer = readableSigner();
    const made = await signAll(two, signer, none, portsOver(contents));
    expect(made).toEqual([
      { file: "a.tar.gz.asc", signs: "a.tar.gz", text: `${await sha256Of("archive")} ${now - 60}` },
      { file: "SHA256SUMS.asc", signs: "SHA256SUMS", text: `${await sha256Of("sums")} ${now - 60}` },
    ]);
    expect(signer.calls).toEqual(["sign", "verify", "sign", "verify"]);
  });

  it("adopts a signature that is there and verifies, and never makes it again", async () => {
    const signer = readableSigner();
    const staged = `${await sha256Of("archive")} 4711`;
    const ports = portsOver(contents);
    const made = await signAll(two, signer, async (file) => (file === "a.tar.gz" ? staged : null), ports);
    expect(made[0]?.text).toBe(staged);
    expect(signer.calls).toEqual(["verify", "sign", "verify"]);
    expect(ports.reporter.events.filter((event) => event.type === "task-finished")).toEqual([
      { type: "task-finished", task: "sign:a.tar.gz", reused: true },
      { type: "task-finished", task: "sign:SHA256SUMS" },
    ]);
  });

  it("refuses a signature that is there and does not verify, instead of replacing it", async () => {
    const signer = readableSigner();
    const other = async (): Promise<string> => `${"0".repeat(64)} 1`;
    expect(await codeOf(signAll(two, signer, other, portsOver(contents)))).toBe("SIGNATURE_INVALID 3");
    expect(signer.calls).toEqual(["verify"]);
  });

  it("refuses its own signature when it does not verify", async () => {
    const signer = readableSigner({ verify: async () => false });
    const ports = portsOver(contents);
    expect(await codeOf(signAll(two, signer, none, ports))).toBe("SIGNATURE_INVALID 3");
    expect(ports.reporter.events.at(-1)).toEqual({ type: "task-failed", task: "sign:a.tar.gz" });
  });

  it("signs no bytes that differ from the frozen ones (bad input 48)", async () => {
    const frozen = [{ file: "a.tar.gz", path: "/r/a", sha256: await sha256Of("what was checked") }];
    expect(await codeOf(signAll(frozen, readableSigner(), none, portsOver(contents)))).toBe("ARTIFACT_CHANGED 3");
    const good = [{ file: "a.tar.gz", path: "/r/a", sha256: await sha256Of("archive") }];
    expect(await signAll(good, readableSigner(), none, portsOver(contents))).toHaveLength(1);
  });
});

describe("a signature's date", () => {
  const { clock } = portsOver({});

  it("lies a minute back, but never before the key", () => {
    expect(signatureDate({ created: now - 3600 }, clock)).toBe(now - 60);
    expect(signatureDate({ created: now - 5 }, clock)).toBe(now - 5);
  });
});

describe("admitting a signer", () => {
  const clock = portsOver({}).clock;

  it("proves that the secret can be used", async () => {
    const signer = readableSigner();
    expect(await admitSigner(signer, { clock })).toEqual([]);
    expect(signer.calls).toEqual(["prove"]);
  });

  it("refuses an unfit key without touching its secret", async () => {
    const revoked = { ...key, certificate: { ...certificate, primary: { ...part, revoked: "it was compromised" } } };
    const signer = readableSigner({ key: async () => revoked });
    expect(await codeOf(admitSigner(signer, { clock }))).toBe("KEY_REVOKED 6");
    expect(signer.calls).toEqual([]);
  });

  it("answers warnings of a key that will not last", async () => {
    const ending = { ...key, certificate: { ...certificate, primary: { ...part, expires: now + 86_400 } } };
    const findings = await admitSigner(readableSigner({ key: async () => ending }), { clock });
    expect(findings.map(({ verdict }) => verdict)).toEqual(["warn"]);
  });
});
