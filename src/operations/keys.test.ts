/** `keys new`, `keys list`, `keys export`: results, files and refusals. */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as openpgp from "openpgp";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { failureOf, keyWorld, makeKey, nowSeconds, scratchFolder, subkeyPacketOf } from "../../test/key-world.ts";
import { isReleaseError, ReleaseError } from "../domain/errors/index.ts";
import type { SigningSpec } from "../domain/project.ts";
import { examineKey } from "../engines/keys/examine.ts";
import { defaultDays, keysNew, type KeysNewOptions } from "./keys-new.ts";
import { keysExport } from "./keys-export.ts";
import { keysList } from "./keys-list.ts";

const unsaid: SigningSpec = { with: "none", said: false };
/** A PATH without gpg: these tests are about what needs none. */
const withoutGpg = { PATH: "/nonexistent" };
let scratch: ReturnType<typeof scratchFolder>;

beforeEach(() => {
  scratch = scratchFolder();
});
afterEach(() => scratch.remove());

function options(more: Partial<KeysNewOptions> = {}): KeysNewOptions {
  return {
    userId: "Jane Döe <jane@example.org>",
    folder: join(scratch.folder, "keys"),
    label: "release",
    days: defaultDays,
    ...more,
  };
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  const error = await failureOf(promise);
  return isReleaseError(error) ? `${error.code} ${error.exit}` : String(error);
}

describe("keys new", () => {
  it("makes a key that nothing speaks against: certifying primary, signing subkey, version 4, SHA-512, two years", async () => {
    const { ports } = keyWorld(withoutGpg);
    const made = await keysNew(ports, options());
    const found = await ports.keys.find({ with: "openpgp", key: { from: "file", path: made.files.signing } });
    expect(found?.key.primary).toMatchObject({
      version: 4,
      algorithm: "ed25519",
      signs: false,
      secret: false,
      hashes: ["sha512"],
    });
    expect(found?.key.subkeys).toMatchObject([
      { algorithm: "ed25519", signs: true, secret: true, hashes: ["sha512", "sha512"] },
    ]);
    expect(found === null ? null : examineKey(found.key, nowSeconds())).toEqual([]);
    expect(made).toMatchObject({ userId: "Jane Döe <jane@example.org>", expires: made.created + 730 * 86_400 });
    expect(made.signingFingerprint).toBe(found?.key.subkeys[0]?.fingerprint);
  });

  it("keeps the primary's secret in the backup alone", async () => {
    const { ports } = keyWorld(withoutGpg);
    const { files } = await keysNew(ports, options());
    const whole = await ports.keys.find({ with: "openpgp", key: { from: "file", path: files.secret } });
    expect([whole?.key.primary.secret, whole?.key.subkeys[0]?.secret]).toEqual([true, true]);
  });

  it("writes secrets for the owner only and says what goes into the configuration", async () => {
    const { ports } = keyWorld(withoutGpg);
    const made = await keysNew(ports, options());
    const modes = Object.values(made.files).map((path) => (statSync(path as string).mode & 0o777).toString(8));
    expect(modes).toEqual(["600", "600", "644", "600"]);
    expect((statSync(join(scratch.folder, "keys")).mode & 0o777).toString(8)).toBe("700");
    expect(made.configuration).toEqual(["sign:", "  key: env:GGEN_RELEASE_KEY", `  fingerprint: ${made.fingerprint}`]);
    expect(made.next.join("\n")).toContain(`GGEN_RELEASE_KEY_FILE=${made.files.signing}`);
  });

  it("locks the secrets by the passphrase in the environment, and says plainly when there is none", async () => {
    const open = await keysNew(keyWorld(withoutGpg).ports, options());
    expect([open.locked, open.warnings.join()]).toEqual([false, expect.stringContaining("NOT protected")]);
    const locked = await keysNew(
      keyWorld({ ...withoutGpg, GGEN_RELEASE_KEY_PASSPHRASE: "right" }).ports,
      options({ label: "other" }),
    );
    expect([locked.locked, locked.warnings]).toEqual([true, []]);
    for (const path of [locked.files.secret, locked.files.signing]) {
      const key = await openpgp.readPrivateKey({ armoredKey: readFileSync(path, "utf8") });
      const packet = subkeyPacketOf(key);
      expect(packet.isDecrypted()).toBe(false);
      await packet.decrypt("right");
    }
  });

  it("warns when the files lie in a repository", async () => {
    execFileSync("git", ["init", "-q", scratch.folder]);
    const { warnings } = await keysNew(keyWorld({ GGEN_RELEASE_KEY_PASSPHRASE: "right" }).ports, options());
    expect(warnings).toEqual([expect.stringContaining(`lie in the repository ${scratch.folder}`)]);
  });

  it("guards the revocation certificate against being imported by mistake", async () => {
    const { files, fingerprint } = await keysNew(keyWorld(withoutGpg).ports, options());
    const text = readFileSync(files.revocation, "utf8");
    expect(text).toContain("\n:-----BEGIN PGP PUBLIC KEY BLOCK-----");
    const certificate = text.slice(text.indexOf("-----BEGIN"));
    const key = await openpgp.readKey({ armoredKey: readFileSync(files.public, "utf8") });
    const { publicKey } = await openpgp.revokeKey({ key, revocationCertificate: certificate, format: "object" });
    expect(publicKey.getFingerprint().toUpperCase()).toBe(fingerprint);
    expect(await publicKey.isRevoked()).toBe(true);
  });

  it("writes over nothing, and leaves what was there as it was", async () => {
    const { ports } = keyWorld(withoutGpg);
    await keysNew(ports, options());
    const before = readFileSync(join(scratch.folder, "keys", "release.secret.asc"), "utf8");
    expect(await codeOf(keysNew(ports, options()))).toBe("KEY_EXISTS 2");
    expect(readFileSync(join(scratch.folder, "keys", "release.secret.asc"), "utf8")).toBe(before);
    expect(readdirSync(join(scratch.folder, "keys"))).toHaveLength(4);
  });

  it("writes nothing when one of the four names is taken", async () => {
    const taken = join(scratch.folder, "release.revocation.asc");
    writeFileSync(taken, "mine");
    expect(await codeOf(keysNew(keyWorld(withoutGpg).ports, options({ folder: scratch.folder })))).toBe("KEY_EXISTS 2");
    expect(readdirSync(scratch.folder)).toEqual(["release.revocation.asc"]);
    expect(readFileSync(taken, "utf8")).toBe("mine");
  });

  it("leaves none of the files when writing one fails", async () => {
    const { ports } = keyWorld(withoutGpg);
    let writes = 0;
    const files = {
      ...ports.files,
      write: async (...parameters: Parameters<typeof ports.files.write>): Promise<void> => {
        if (++writes === 3) throw new ReleaseError("DISK_FULL", { what: "No room left.", next: "Free some." });
        await ports.files.write(...parameters);
      },
    };
    expect(await codeOf(keysNew({ ...ports, files }, options({ folder: scratch.folder })))).toBe("DISK_FULL 7");
    expect(readdirSync(scratch.folder)).toEqual([]);
  });

  it("takes a name of one letter: only GnuPG's own dialogue wants five", async () => {
    const { userId } = await keysNew(keyWorld(withoutGpg).ports, options({ userId: "T <t@t.org>" }));
    expect(userId).toBe("T <t@t.org>");
  });

  it.each([
    "Jane",
    "jane@example.org",
    "Jane <jane>",
    "Jane\nDoe <jane@example.org>",
    "Jane \u202eDoe <jane@example.org>",
    "Jane <jane@example.org> <joe@example.org>",
    "Jane <jane@example.org>\u0000",
    " Jane <jane@example.org>",
    "",
    `${"J".repeat(500)} <jane@example.org>`,
  ])("refuses the user id %j", async (userId) => {
    expect(await codeOf(keysNew(keyWorld(withoutGpg).ports, options({ userId })))).toBe("KEY_USER_ID_INVALID 2");
    expect(readdirSync(scratch.folder)).toEqual([]);
  });

  it.each([0, -1, 1.5, 40_000, Number.NaN, Infinity])("refuses a life of %d days", async (days) => {
    expect(await codeOf(keysNew(keyWorld(withoutGpg).ports, options({ days })))).toBe("USAGE 2");
  });

  it.each(["../key", "", ".hidden", "a/b", "a\nb"])("refuses the file name %j", async (label) => {
    expect(await codeOf(keysNew(keyWorld(withoutGpg).ports, options({ label })))).toBe("USAGE 2");
  });

  it("makes a key that never expires when told so", async () => {
    expect((await keysNew(keyWorld(withoutGpg).ports, options({ days: null }))).expires).toBeNull();
  });
});

describe("keys list", () => {
  it("shows the key that signs with every suite's verdict", async () => {
    const key = await makeKey({ keyExpirationTime: 30 * 86_400 });
    const { keys, unreadable } = await keysList(keyWorld({ ...withoutGpg, GGEN_RELEASE_KEY: key.secret }).ports, {
      signing: unsaid,
    });
    expect(unreadable).toEqual([]);
    expect(keys).toMatchObject([
      { where: "$GGEN_RELEASE_KEY", used: true, algorithm: "ed25519", userId: "Test Key <test@example.org>" },
    ]);
    expect(keys[0]?.suites.map(({ suite, acceptance }) => `${suite} ${acceptance}`)).toEqual(
      ["bullseye", "bookworm", "noble", "trixie", "resolute", "forky"].map((suite) => `${suite} accepted`),
    );
    expect(keys[0]?.findings.map(({ verdict }) => verdict)).toEqual(["warn"]);
  });

  it("needs no passphrase", async () => {
    const { object } = await makeKey();
    const locked = (await openpgp.encryptKey({ privateKey: object, passphrase: "right" })).armor();
    const { keys } = await keysList(keyWorld({ ...withoutGpg, GGEN_RELEASE_KEY: locked }).ports, { signing: unsaid });
    expect(keys.map(({ findings }) => findings)).toEqual([[]]);
  });

  it("is empty where nothing is named and there is no gpg", async () => {
    expect(await keysList(keyWorld(withoutGpg).ports, { signing: unsaid })).toEqual({ keys: [], unreadable: [] });
  });

  it("tells what cannot be read beside what can", async () => {
    const signing: SigningSpec = { with: "openpgp", key: { from: "file", path: "/nowhere.asc" } };
    const { keys, unreadable } = await keysList(keyWorld(withoutGpg).ports, { signing });
    expect(keys).toEqual([]);
    expect(unreadable).toMatchObject([{ where: "configuration", code: "KEY_UNREADABLE" }]);
  });
});

describe("keys export", () => {
  it("gives the public half, armored or as the same octets", async () => {
    const key = await makeKey();
    const { ports } = keyWorld({ ...withoutGpg, GGEN_RELEASE_KEY: key.secret });
    const armored = await keysExport(ports, { signing: unsaid, binary: false });
    const binary = await keysExport(ports, { signing: unsaid, binary: true });
    expect(armored.content).toContain("-----BEGIN PGP PUBLIC KEY BLOCK-----");
    expect(Buffer.from(binary.content as Uint8Array)).toEqual(Buffer.from(key.object.toPublic().write()));
    expect((await openpgp.readKey({ binaryKey: binary.content as Uint8Array })).isPrivate()).toBe(false);
  });

  it("is refused where no key is named", async () => {
    expect(await codeOf(keysExport(keyWorld(withoutGpg).ports, { signing: unsaid, binary: false }))).toBe(
      "KEY_MISSING 6",
    );
    const signing: SigningSpec = { with: "none", said: true };
    expect(await codeOf(keysExport(keyWorld(withoutGpg).ports, { signing, binary: false }))).toBe("KEY_MISSING 6");
  });
});
