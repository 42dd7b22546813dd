/** Keys and signatures before real GnuPG: what we sign, gpg and gpgv verify; what gpg signs, we do; and what is refused. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execFileSync } from "node:child_process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openSigner } from "../../src/adapters/open-signer.ts";
import { isReleaseError, type ReleaseError } from "../../src/domain/errors/index.ts";
import type { SigningSpec } from "../../src/domain/project.ts";
import { keysExport } from "../../src/operations/keys-export.ts";
import { keysList } from "../../src/operations/keys-list.ts";
import { keysNew, type KeysNewResult } from "../../src/operations/keys-new.ts";
import type { Signer } from "../../src/ports/signer.ts";
import { admitSigner, signAll } from "../../src/steps/sign/index.ts";
import { bytesOf, failureOf, keyWorld, nowSeconds, path } from "../key-world.ts";
import { describeWith } from "../requires.ts";
import { gnuPgHome, loggingProgram, revoke, type GnuPgHome } from "./gnupg.ts";

const unsaid: SigningSpec = { with: "none", said: false };
const nothingThere = async (): Promise<null> => null;

async function open(variables: Readonly<Record<string, string>>, spec: SigningSpec = unsaid): Promise<Signer> {
  const signer = await openSigner(keyWorld(variables).ports, { interactive: false })(spec);
  if (signer === null) throw new Error("no signer");
  return signer;
}

async function refusal(promise: Promise<unknown>): Promise<ReleaseError> {
  const error = await failureOf(promise);
  if (!isReleaseError(error)) throw error;
  return error;
}

/** What a release says to a key before anything is built. */
async function admission(
  variables: Readonly<Record<string, string>>,
  spec: SigningSpec = unsaid,
): Promise<ReleaseError> {
  const admit = async (): Promise<unknown> => admitSigner(await open(variables, spec), keyWorld().ports);
  return refusal(admit());
}

describeWith(["gpg", "gpgv"], "a key by keys new", () => {
  let home: GnuPgHome;
  let made: KeysNewResult;
  let file: string;

  beforeAll(async () => {
    home = gnuPgHome();
    const { ports } = keyWorld({ ...home.variables, GGEN_RELEASE_KEY_PASSPHRASE: "right" });
    made = await keysNew(ports, {
      userId: "Jane Döe <jane@example.org>",
      folder: home.folder,
      label: "release",
      days: 730,
    });
    file = join(home.folder, "app-1.2.3.tar.gz");
    writeFileSync(file, Buffer.alloc(3_000_000, "a\r\nb\n \0"));
    home.gpg(["--import", made.files.public]);
  });
  afterAll(() => home.remove());

  it("is what gpg takes for a certifying Ed25519 primary with a signing subkey", () => {
    const listing = home
      .gpg(["--with-colons", "--check-sigs", made.fingerprint])
      .split("\n")
      .map((line) => line.split(":"));
    const field = (kind: string, number: number): string | undefined =>
      listing.find(([name]) => name === kind)?.[number - 1];
    expect([field("pub", 4), field("pub", 12)?.replace(/[A-Z]/g, ""), field("sub", 4), field("sub", 12)]).toEqual([
      "22",
      "c",
      "22",
      "s",
    ]);
    expect([field("pub", 7), field("sub", 7)]).toEqual([String(made.expires), String(made.expires)]);
    expect(field("uid", 10)).toBe("Jane Döe <jane@example.org>");
    // Self-signatures that verify, all by SHA-512 (hash algorithm 10).
    const signatures = listing.filter(([name]) => name === "sig");
    expect(signatures.map((fields) => [fields[1], fields[15]])).toEqual([
      ["!", "10"],
      ["!", "10"],
    ]);
  });

  it("imports into gpg without a complaint, as backup and as signing subkey alone", () => {
    for (const [secret, primary] of [
      [made.files.signing, "sec:[^\n]*:#:"],
      [made.files.secret, "sec:[^\n]*:\\+:"],
    ] as const) {
      const other = gnuPgHome();
      try {
        expect(other.run("gpg", ["--batch", "--import", secret])).toMatchObject({
          code: 0,
          out: expect.not.stringMatching(/WARN|error/i) as string,
        });
        expect(other.gpg(["--with-colons", "--list-secret-keys"])).toMatch(new RegExp(primary));
      } finally {
        other.remove();
      }
    }
  });

  it("signs what gpg and gpgv verify, by its signing subkey", async () => {
    const variables = { GGEN_RELEASE_KEY_FILE: made.files.signing, GGEN_RELEASE_KEY_PASSPHRASE: "right" };
    const { ports } = keyWorld(variables);
    const signer = await open(variables);
    expect(await admitSigner(signer, ports)).toEqual([]);
    const [signature] = await signAll([{ file: "app-1.2.3.tar.gz", path: file }], signer, nothingThere, ports);
    expect(signature?.file).toBe("app-1.2.3.tar.gz.asc");
    writeFileSync(`${file}.asc`, signature?.text ?? "");

    const verified = home.run("gpg", ["--batch", "--status-fd", "1", "--verify", `${file}.asc`, file]);
    expect(verified.code).toBe(0);
    // VALIDSIG: signing key, date, …, hash algorithm 10, class 00, primary key (doc/DETAILS of GnuPG).
    expect(verified.out).toMatch(new RegExp(`VALIDSIG ${made.signingFingerprint} .* 22 10 00 ${made.fingerprint}`));

    const { content } = await keysExport(ports, { signing: unsaid, binary: true });
    const keyring = join(home.folder, "release.gpg");
    writeFileSync(keyring, content);
    expect(home.run("gpgv", ["--keyring", keyring, `${file}.asc`, file]).code).toBe(0);

    const tampered = join(home.folder, "tampered");
    writeFileSync(tampered, Buffer.concat([readFileSync(file), Buffer.from("!")]));
    expect(home.run("gpgv", ["--keyring", keyring, `${file}.asc`, tampered]).code).toBe(1);
    expect(await signer.verify(ports.files.open(tampered), signature?.text ?? "")).toBe(false);
  });

  it("is exported as gpg would write it in binary", async () => {
    const { ports } = keyWorld({ GGEN_RELEASE_KEY_FILE: made.files.signing });
    const armored = await keysExport(ports, { signing: unsaid, binary: false });
    const binary = await keysExport(ports, { signing: unsaid, binary: true });
    const dearmored = execFileSync("gpg", ["--batch", "--dearmor"], { env: home.variables, input: armored.content });
    expect(Buffer.from(binary.content as Uint8Array)).toEqual(dearmored);
  });

  it("can be given up by its revocation certificate", () => {
    const other = gnuPgHome();
    try {
      other.gpg(["--import", made.files.public]);
      expect(other.run("gpg", ["--batch", "--import", made.files.revocation]).out).toContain("no valid OpenPGP data");
      other.gpg(["--import"], readFileSync(made.files.revocation, "utf8").replace("\n:-----BEGIN", "\n-----BEGIN"));
      expect(other.gpg(["--with-colons", "--list-keys"])).toMatch(/^pub:r:/m);
    } finally {
      other.remove();
    }
  });

  it("can be extended in gpg, which the signer and gpg then both see", async () => {
    const other = gnuPgHome();
    try {
      other.gpg(["--passphrase", "right", "--import", made.files.secret]);
      const end = nowSeconds() + 5 * 365 * 86_400;
      other.gpg(["--passphrase", "right", "--quick-set-expire", made.fingerprint, "5y"]);
      other.gpg(["--passphrase", "right", "--quick-set-expire", made.fingerprint, "5y", "*"]);
      const secret = other.gpg(["--passphrase", "right", "--armor", "--export-secret-subkeys", made.fingerprint]);
      const variables = { GGEN_RELEASE_KEY: secret, GGEN_RELEASE_KEY_PASSPHRASE: "right" };
      const signer = await open(variables);
      const key = await signer.key();
      expect(key.fingerprint).toBe(made.fingerprint);
      expect(Math.abs((key.expires ?? 0) - end)).toBeLessThan(86_400);
      expect(await admitSigner(signer, keyWorld().ports)).toEqual([]);
    } finally {
      other.remove();
    }
  });
});

describeWith(["gpg", "sqv"], "sqv, by which apt verifies since trixie,", () => {
  let home: GnuPgHome;

  beforeAll(() => {
    home = gnuPgHome();
  });
  afterAll(() => home.remove());

  it("accepts a signature that is made now by a key that is made now", async () => {
    const { ports } = keyWorld(home.variables);
    const { files } = await keysNew(ports, {
      userId: "Jane <jane@example.org>",
      folder: home.folder,
      label: "q",
      days: 730,
    });
    const file = join(home.folder, "file");
    writeFileSync(file, "content");
    const signer = await open({ GGEN_RELEASE_KEY_FILE: files.signing });
    const [signature] = await signAll([{ file: "file", path: file }], signer, nothingThere, ports);
    writeFileSync(`${file}.asc`, signature?.text ?? "");
    const verified = home.run("sqv", ["--keyring", files.public, `${file}.asc`, file]);
    expect(verified.code).toBe(0);
    writeFileSync(file, "other");
    expect(home.run("sqv", ["--keyring", files.public, `${file}.asc`, file]).code).not.toBe(0);
  });

  it("refuses what policy refuses for its sake: SHA-1 self-signatures", async () => {
    const fingerprint = home.makeKey("sha1 <sha1@example.org>", "rsa3072", {
      usage: "sign",
      more: ["--cert-digest-algo", "SHA1"],
    });
    const [file, keyring] = [join(home.folder, "old"), join(home.folder, "old.asc")];
    writeFileSync(file, "content");
    writeFileSync(keyring, home.publicOf(fingerprint));
    home.gpg([
      "--passphrase",
      "",
      "--local-user",
      fingerprint,
      "--digest-algo",
      "SHA512",
      "--armor",
      "--detach-sign",
      "--output",
      `${file}.sig`,
      file,
    ]);
    expect(home.run("gpg", ["--batch", "--verify", `${file}.sig`, file]).code).toBe(0);
    expect(home.run("sqv", ["--keyring", keyring, `${file}.sig`, file]).code).not.toBe(0);
  });
});

describeWith(["gpg"], "signing by gpg", () => {
  let home: GnuPgHome;
  let fingerprint: string;
  let subkey: string;
  let spec: SigningSpec;

  beforeAll(() => {
    home = gnuPgHome();
    fingerprint = home.makeKey("Locked <locked@example.org>", "ed25519", { passphrase: "right" });
    home.addSubkey(fingerprint, "ed25519", { passphrase: "right" });
    home.makeKey("Other <other@example.org>", "ed25519", { usage: "sign" });
    subkey =
      /^ssb:[^]*?^fpr:{9}([0-9A-F]{40}):/m.exec(home.gpg(["--with-colons", "--list-secret-keys", fingerprint]))?.[1] ??
      "";
    spec = { with: "gpg", fingerprint };
    home.forget();
  });
  afterAll(() => home.remove());

  const passphrase = { GGEN_RELEASE_KEY_PASSPHRASE: "right" };

  it("makes one signature by the signing subkey, SHA-512, at the date that was asked for", async () => {
    const signer = await open({ ...home.variables, ...passphrase }, spec);
    await admitSigner(signer, keyWorld().ports);
    const date = (await signer.key()).created;
    const text = await signer.sign(bytesOf("one", "two"), date);
    expect(await signer.verify(bytesOf("onetwo"), text)).toBe(true);
    expect(await signer.verify(bytesOf("onetwO"), text)).toBe(false);
    const signature = join(home.folder, "s.asc");
    writeFileSync(signature, text);
    const { out } = home.run("gpg", ["--batch", "--status-fd", "1", "--verify", signature, "-"], "onetwo");
    expect(out).toMatch(new RegExp(`VALIDSIG ${subkey} \\S+ ${date} .* 22 10 00 ${fingerprint}`));
  });

  it("takes the very subkey that is named", async () => {
    home.addSubkey(fingerprint, "rsa3072", { ...passphrase, passphrase: "right" });
    const signer = await open({ ...home.variables, ...passphrase }, { with: "gpg", fingerprint: subkey });
    expect(await signer.key()).toMatchObject({ fingerprint, algorithm: "ed25519" });
    const text = await signer.sign(bytesOf("x"), nowSeconds());
    expect(await keyWorld().ports.keys.verify(home.publicOf(fingerprint), bytesOf("x"), text)).toMatchObject({
      signedBy: subkey,
    });
  });

  it("signs a stream that is larger than what a pipe holds", async () => {
    const signer = await open({ ...home.variables, ...passphrase }, spec);
    const large = async function* (): AsyncIterable<Uint8Array> {
      for (let sent = 0; sent < 200; sent++) yield Buffer.alloc(256 * 1024, sent);
    };
    expect(await signer.verify(large(), await signer.sign(large(), nowSeconds()))).toBe(true);
  });

  it("uses what the agent has unlocked, without a passphrase of ours", async () => {
    home.gpg(["--passphrase", "right", "--local-user", fingerprint, "--detach-sign", "--output", "-"], "x");
    await (await open(home.variables, spec)).prove();
  });

  describe("asks for the passphrase", () => {
    const asked = (): string => join(home.folder, "asked");

    beforeAll(() => {
      // Speaks as little of the Assuan protocol as the agent needs, and leaves a mark.
      const pinentry = join(home.folder, "pinentry");
      const replies = `case $command in GETPIN) touch '${asked()}'; echo "D right"; echo OK;; BYE) echo OK; exit 0;; *) echo OK;; esac`;
      writeFileSync(pinentry, `#!/bin/sh\necho OK\nwhile read -r command rest; do ${replies}; done\n`, { mode: 0o755 });
      home.configure("gpg-agent.conf", `pinentry-program ${pinentry}\n`);
      home.forget();
    });
    afterAll(() => {
      home.configure("gpg-agent.conf", "");
      home.forget();
    });

    it("never in a batch", async () => {
      expect((await admission(home.variables, spec)).code).toBe("KEY_PASSPHRASE");
      expect(existsSync(asked())).toBe(false);
    });

    it("where somebody sits at a terminal", async () => {
      const signer = await openSigner(keyWorld(home.variables).ports, { interactive: true })(spec);
      await signer?.prove();
      expect(existsSync(asked())).toBe(true);
    });
  });

  it("refuses a good signature by another key of the same keyring", async () => {
    const signer = await open({ ...home.variables, ...passphrase }, spec);
    const theirs = home.gpg(
      ["--passphrase", "", "--local-user", "other@example.org", "--armor", "--detach-sign", "--output", "-"],
      "x",
    );
    const signature = join(home.folder, "other.asc");
    writeFileSync(signature, theirs);
    expect(home.run("gpg", ["--batch", "--verify", signature, "-"], "x").code).toBe(0);
    expect(await signer.verify(bytesOf("x"), theirs)).toBe(false);
  });

  it("refuses its own signature where gpg.conf adds a second signer", async () => {
    home.configure("gpg.conf", "local-user other@example.org\n");
    try {
      const path_ = join(home.folder, "f");
      writeFileSync(path_, "x");
      const signer = await open({ ...home.variables, ...passphrase }, spec);
      const error = await refusal(signAll([{ file: "f", path: path_ }], signer, nothingThere, keyWorld().ports));
      expect([error.code, error.next]).toEqual(["SIGNATURE_INVALID", expect.stringContaining("gpg.conf")]);
    } finally {
      home.configure("gpg.conf", "");
    }
  });

  describe("ends with a reason, in less than five seconds,", () => {
    async function timed(variables: Readonly<Record<string, string>>, one: SigningSpec = spec): Promise<ReleaseError> {
      const started = performance.now();
      const error = await admission(variables, one);
      expect(performance.now() - started).toBeLessThan(5000);
      expect(error.exit).toBe(error.code === "TOOL_MISSING" ? 7 : 6);
      return error;
    }

    it("when the key is locked and nobody can be asked", async () => {
      home.forget();
      const error = await timed(home.variables);
      expect([error.code, error.what]).toEqual(["KEY_PASSPHRASE", expect.stringContaining("nobody can be asked")]);
    });

    it("when the passphrase is wrong", async () => {
      home.forget();
      const error = await timed({ ...home.variables, GGEN_RELEASE_KEY_PASSPHRASE: "canary-wrong" });
      expect([error.code, error.what]).toEqual(["KEY_PASSPHRASE", expect.stringContaining("passphrase is wrong")]);
    });

    it("when the agent cannot be started", async () => {
      home.forget();
      home.configure("gpg.conf", "agent-program /bin/false\n");
      try {
        expect((await timed({ ...home.variables, ...passphrase })).code).toBe("KEY_AGENT");
      } finally {
        home.configure("gpg.conf", "");
      }
    });

    it("when the agent allows no passphrase from us", async () => {
      home.forget();
      home.configure("gpg-agent.conf", "no-allow-loopback-pinentry\n");
      try {
        const error = await timed({ ...home.variables, ...passphrase });
        expect([error.code, error.what]).toEqual(["KEY_AGENT", expect.stringContaining("Not supported")]);
      } finally {
        home.configure("gpg-agent.conf", "");
        home.forget();
      }
    });

    it("when gpg does not answer", async () => {
      const { folder } = home;
      const bin = loggingProgram(folder, "gpg", "/bin/sleep", join(folder, "sleep.log"));
      writeFileSync(
        join(bin, "gpg"),
        '#!/bin/sh\ncase "$*" in *detach-sign*) exec sleep 60;; *) PATH="${PATH#*:}" exec gpg "$@";; esac\n',
      );
      const error = await timed({ ...home.variables, ...passphrase, PATH: `${bin}:${path}` });
      expect([error.code, error.what]).toEqual(["KEY_AGENT", expect.stringContaining("did not answer in time")]);
    });

    it("when the agent does not answer", async () => {
      const other = gnuPgHome();
      const agent = join(other.folder, "agent");
      writeFileSync(agent, "#!/bin/sh\nexec sleep 30\n", { mode: 0o755 });
      try {
        other.gpg(["--import"], home.publicOf(fingerprint));
        other.forget();
        other.configure("gpg.conf", `agent-program ${agent}\n`);
        expect((await timed({ ...other.variables, ...passphrase })).code).toBe("KEY_AGENT");
      } finally {
        other.remove();
      }
    });

    it("when gpg has no such key", async () => {
      const error = await timed(home.variables, {
        with: "gpg",
        fingerprint: "0123456789ABCDEF0123456789ABCDEF01234567",
      });
      expect([error.code, error.what]).toEqual([
        "KEY_FINGERPRINT",
        "gpg has no key 0123456789ABCDEF0123456789ABCDEF01234567.",
      ]);
    });

    it("when gpg has only the public half", async () => {
      const other = gnuPgHome();
      try {
        other.gpg(["--import"], home.publicOf(fingerprint));
        const error = await timed(other.variables, spec);
        expect([error.code, error.what]).toEqual([
          "KEY_UNREADABLE",
          `gpg holds only the public half of ${fingerprint}.`,
        ]);
      } finally {
        other.remove();
      }
    });
  });

  it("is shown by keys list, the used key once", async () => {
    const { keys } = await keysList(keyWorld(home.variables).ports, { signing: spec });
    expect(keys.map(({ where, used, userId }) => `${where} ${used} ${userId}`)).toEqual([
      "gpg true Locked <locked@example.org>",
      "gpg false Other <other@example.org>",
    ]);
  });
});

describeWith(["gpg"], "a key made by gpg is refused before any build", () => {
  let home: GnuPgHome;

  beforeAll(() => {
    home = gnuPgHome();
  });
  afterAll(() => home.remove());

  /** By gpg itself and from a file: the verdict does not depend on who holds the key. */
  async function codesOf(fingerprint: string): Promise<readonly string[]> {
    const byGpg = await admission(home.variables, { with: "gpg", fingerprint });
    const byFile = await admission({ GGEN_RELEASE_KEY: home.secretOf(fingerprint) });
    return [`${byGpg.code} ${byGpg.what}`, `${byFile.code} ${byFile.what}`];
  }

  const weak: readonly (readonly [string, string, string])[] = [
    ["rsa1024", "sign", "rsa1024: refused by apt of trixie, resolute, forky"],
    ["dsa2048", "sign", "dsa2048: refused by apt of trixie, resolute, forky"],
    ["brainpoolP256r1", "sign", "brainpoolP256r1: refused by apt of trixie, forky"],
    ["nistp521", "sign", "nistp521: refused by apt of resolute"],
    ["nistp384", "sign", "nistp384: never tried with apt"],
  ];
  it.each(weak)("when it is %s", async (algorithm, usage, text) => {
    const fingerprint = home.makeKey(`${algorithm} <${algorithm}@example.org>`, algorithm, { usage });
    for (const said of await codesOf(fingerprint)) expect(said).toMatch(new RegExp(`^KEY_WEAK .*${text}`));
  });

  it("when its self-signatures are SHA-1", async () => {
    const fingerprint = home.makeKey("sha1 <sha1@example.org>", "rsa3072", {
      usage: "sign",
      more: ["--cert-digest-algo", "SHA1"],
    });
    for (const said of await codesOf(fingerprint))
      expect(said).toMatch(/^KEY_WEAK .*sha1 self-signature: refused by apt of trixie, forky/);
    // What the refusal tells to do about it mends it.
    home.gpg(["--passphrase", "", "--cert-digest-algo", "SHA512", "--quick-set-expire", fingerprint, "2y"]);
    const mended = await open({ GGEN_RELEASE_KEY: home.secretOf(fingerprint) });
    expect(await admitSigner(mended, keyWorld().ports)).toEqual([]);
  });

  it("when it is expired, or only its signing subkey is", async () => {
    const past = ["--faked-system-time", "20240101T000000"];
    const whole = home.makeKey("old <old@example.org>", "ed25519", { usage: "sign", expires: "1y", more: past });
    for (const said of await codesOf(whole)) expect(said).toBe(`KEY_EXPIRED The key ${whole} expired on 2024-12-31.`);
    const primary = home.makeKey("oldsub <oldsub@example.org>", "ed25519", { expires: "20y", more: past });
    home.addSubkey(primary, "ed25519", { more: past });
    for (const said of await codesOf(primary))
      expect(said).toMatch(/^KEY_EXPIRED The signing subkey [0-9A-F]{40} expired on 2024-12-31/);
  });

  it("when it is revoked, or only its signing subkey is", async () => {
    const whole = home.makeKey("gone <gone@example.org>", "ed25519", { usage: "sign" });
    revoke(home, whole);
    for (const said of await codesOf(whole))
      expect(said).toBe(`KEY_REVOKED The key ${whole} is revoked: no reason given.`);
    const primary = home.makeKey("gonesub <gonesub@example.org>", "ed25519");
    home.addSubkey(primary, "ed25519");
    home.gpg(
      ["--passphrase", "", "--command-fd", "0", "--edit-key", primary],
      "key 1\nrevkey\ny\n2\nreplaced\n\ny\nsave\n",
    );
    for (const said of await codesOf(primary)) {
      expect(said).toMatch(
        /^KEY_REVOKED The signing subkey [0-9A-F]{40} is revoked: another key has taken its place \(replaced\)/,
      );
    }
  });

  it("when it only certifies", async () => {
    const fingerprint = home.makeKey("cert <cert@example.org>", "ed25519");
    for (const said of await codesOf(fingerprint))
      expect(said).toMatch(/^KEY_CANNOT_SIGN .*only certifies, and it has no subkey/);
  });

  it("when the signing subkey's secret was deleted", async () => {
    const fingerprint = home.makeKey("lost <lost@example.org>", "ed25519");
    home.addSubkey(fingerprint, "ed25519");
    const listing = home.gpg(["--with-colons", "--with-keygrip", "--list-secret-keys", fingerprint]);
    const grip = /^ssb:[^]*?^grp:{9}([0-9A-F]{40}):/m.exec(listing)?.[1] ?? "";
    home.run("gpg-connect-agent", [`DELETE_KEY --force ${grip}`, "/bye"]);
    const error = await admission(home.variables, { with: "gpg", fingerprint });
    expect([error.code, error.what]).toEqual(["KEY_CANNOT_SIGN", expect.stringContaining("is not here")]);
  });

  it("but not when it is ed25519 or rsa3072; rsa2048 is warned about", async () => {
    const warned = async (algorithm: string): Promise<readonly string[]> => {
      const fingerprint = home.makeKey(`good ${algorithm} <good-${algorithm}@example.org>`, algorithm, {
        usage: "sign",
      });
      const signer = await open(home.variables, { with: "gpg", fingerprint });
      return (await admitSigner(signer, keyWorld().ports)).map(({ message }) => message);
    };
    expect(await warned("ed25519")).toEqual([]);
    expect(await warned("rsa3072")).toEqual([]);
    expect(await warned("rsa2048")).toEqual([expect.stringMatching(/rsa2048.*2030-02-01/)]);
  });
});

describeWith(["gpg"], "secrets", () => {
  let home: GnuPgHome;

  beforeAll(() => {
    home = gnuPgHome();
  });
  afterAll(() => home.remove());

  it("stand in no event, error, result, argument or child's environment", async () => {
    const canary = "canary-passphrase-4711";
    const log = join(home.folder, "gpg.log");
    const bin = loggingProgram(home.folder, "gpg", execFileSync("which", ["gpg"], { encoding: "utf8" }).trim(), log);
    const fingerprint = home.makeKey("Canary <canary@example.org>", "ed25519", { usage: "sign", passphrase: canary });
    const body = home.gpg(["--passphrase", canary, "--armor", "--export-secret-keys", fingerprint]);
    const lines = body.split("\n").filter((line) => line.length >= 40 && !line.startsWith("-----"));
    const world = keyWorld({
      ...home.variables,
      PATH: `${bin}:${path}`,
      GGEN_RELEASE_KEY: body,
      GGEN_RELEASE_KEY_PASSPHRASE: canary,
    });
    const wrong = keyWorld({
      ...home.variables,
      PATH: `${bin}:${path}`,
      GGEN_RELEASE_KEY: body,
      GGEN_RELEASE_KEY_PASSPHRASE: `${canary}-wrong`,
    });
    const shown: unknown[] = [];
    for (const { ports, reporter } of [world, wrong]) {
      for (const spec of [unsaid, { with: "gpg", fingerprint } as const]) {
        home.forget();
        const run = async (): Promise<unknown> => {
          const signer = await openSigner(ports, { interactive: false })(spec);
          if (signer === null) throw new Error("no signer");
          await admitSigner(signer, ports);
          const file = join(home.folder, "file");
          writeFileSync(file, "content");
          return [await signer.key(), await signAll([{ file: "file", path: file }], signer, nothingThere, ports)];
        };
        shown.push(await run().catch((error: unknown) => told(error)));
        shown.push(await keysList(ports, { signing: spec }));
      }
      const options = { userId: "New <new@example.org>", folder: home.folder, label: `new${shown.length}`, days: 1 };
      shown.push(
        await keysNew(ports, options),
        await keysExport(ports, { signing: unsaid, binary: false }),
        reporter.events,
      );
    }
    const broken = keyWorld({ GGEN_RELEASE_KEY: body.replace("\n\n", "\n") });
    shown.push(told(await failureOf(openSigner(broken.ports)(unsaid))), broken.reporter.events);
    const childs = readFileSync(log, "utf8");
    expect(childs).toContain("--detach-sign");
    const everything = `${JSON.stringify(shown)}\n${childs}`;
    // That both wrong passphrases were met, so that the search is over something.
    expect(everything.match(/KEY_PASSPHRASE/g)?.length).toBeGreaterThanOrEqual(2);
    expect(everything).not.toContain(canary);
    for (const secret of lines) expect(everything).not.toContain(secret);
    expect(lines.length).toBeGreaterThan(3);
  });
});

/** Everything that a screen, a log or a stack trace could show of an error, causes included. */
function told(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { code, what, next, details } = error as Partial<ReleaseError>;
  return [
    error.name,
    error.message,
    error.stack,
    code,
    what,
    next,
    details,
    error.cause === undefined ? null : told(error.cause),
  ];
}

describe("memory while signing", () => {
  it("does not grow with the file", () => {
    const peak = (megabytes: number): number =>
      Number(
        execFileSync(process.execPath, [join(import.meta.dirname, "signing-memory.ts"), String(megabytes)], {
          encoding: "utf8",
          stdio: ["ignore", "pipe", "ignore"],
        }),
      );
    const [small, large] = [peak(20), peak(400)];
    expect(small).toBeGreaterThan(20);
    expect(large / small).toBeLessThan(1.25);
  });
});
