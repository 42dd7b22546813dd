/** Keys that must not sign a release, met before anything is built. */
import { execFileSync, spawnSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { gnuPgHome, revoke, type GnuPgHome } from "../acceptance/gnupg.ts";
import { describeWith } from "../requires.ts";
import { expectRefusal, toolScene, type Refusal } from "./scene.ts";

/** Exports the secret key that `make` leaves in a fresh GnuPG home, and cuts a release that is to be signed with it. */
async function cutSignedBy(make: (home: GnuPgHome) => string, variables: Record<string, string> = {}) {
  const home = gnuPgHome();
  onTestFinished(() => home.remove());
  const secret = home.secretOf(make(home));
  const scene = await toolScene({ config: 'sign: { key: "env:RELEASE_KEY_FILE_TEXT" }\n' });
  const run = await scene.run(["cut", "v1.2.3"], { RELEASE_KEY_FILE_TEXT: secret, ...variables });
  return { scene, run, secret };
}

async function expectRefusedBeforeBuild(make: (home: GnuPgHome) => string, refusal: Refusal): Promise<void> {
  const { scene, run } = await cutSignedBy(make);
  expectRefusal(run, refusal);
  expect(await scene.left()).toEqual([]);
  expect(scene.repository.git("tag", "--list")).toBe("");
}

const who = "Jane Doe <jane@tool.dev>";

describeWith(["gpg"], "a signing key is refused before anything is built", () => {
  it("when it has expired (bad input 57)", async () => {
    await expectRefusedBeforeBuild(
      (home) => {
        const key = home.makeKey(who, "ed25519", { usage: "sign", expires: "seconds=1" });
        execFileSync("sleep", ["2"]);
        return key;
      },
      { exit: 6, code: "KEY_EXPIRED", what: "expired" },
    );
  });

  it("when it is revoked (bad input 58)", async () => {
    await expectRefusedBeforeBuild(
      (home) => {
        const key = home.makeKey(who, "ed25519", { usage: "sign" });
        revoke(home, key);
        return key;
      },
      { exit: 6, code: "KEY_REVOKED", what: "revoked" },
    );
  });

  it("when apt refuses its kind: RSA of 1024 bits, DSA (bad input 59)", async () => {
    for (const [algorithm, what] of [
      ["rsa1024", /rsa ?1024/i],
      ["dsa2048", /dsa/i],
    ] as const)
      await expectRefusedBeforeBuild((home) => home.makeKey(who, algorithm, { usage: "sign" }), {
        exit: 6,
        code: "KEY_WEAK",
        what,
      });
  });

  it("when its self-signatures are SHA-1 (bad input 60)", async () => {
    await expectRefusedBeforeBuild(
      (home) => home.makeKey(who, "rsa3072", { usage: "sign", more: ["--cert-digest-algo", "SHA1"] }),
      { exit: 6, code: "KEY_WEAK", what: /sha-?1/i },
    );
  });

  it("when it is locked and no passphrase, or a wrong one, is given, at once and without showing it (bad input 61)", async () => {
    const locked = (home: GnuPgHome): string =>
      home.makeKey(who, "ed25519", { usage: "sign", passphrase: "correct horse" });
    const home = gnuPgHome();
    onTestFinished(() => home.remove());
    const key = locked(home);
    const secret = home.gpg(["--passphrase", "correct horse", "--armor", "--export-secret-keys", key]);
    const scene = await toolScene({ config: 'sign: { key: "env:SIGNING_SECRET" }\n' });
    for (const passphrase of [undefined, "battery-staple"]) {
      const began = performance.now();
      const run = await scene.run(["cut", "v1.2.3"], {
        SIGNING_SECRET: secret,
        GGEN_RELEASE_KEY_PASSPHRASE: passphrase,
      });
      expectRefusal(run, { exit: 6, code: "KEY_PASSPHRASE" });
      expect(performance.now() - began).toBeLessThan(15_000);
      expect(`${run.stdout}${run.stderr}`).not.toMatch(/battery-staple|correct horse|PRIVATE KEY/);
    }
    expect(await scene.left()).toEqual([]);
  });
});

describeWith(["gpg"], "a key that can sign", () => {
  it("is warned of when it expires soon (bad input 57), or is RSA of 2048 bits (bad input 59), and never shown", async () => {
    const kinds = [
      { algorithm: "ed25519", expires: "20d", says: /expires/ },
      { algorithm: "rsa2048", expires: "2y", says: /rsa ?2048/i },
    ];
    for (const { algorithm, expires, says } of kinds) {
      const { run, scene, secret } = await cutSignedBy((home) =>
        home.makeKey(who, algorithm, { usage: "sign", expires }),
      );
      expect([run.exit, run.stderr]).toEqual([0, expect.stringMatching(/warning: /)]);
      expect(run.stderr).toMatch(says);
      // The fourth line of the armor: of a small key, the one with the secret number in it.
      const line = secret.split("\n")[3] ?? "";
      expect(line).toHaveLength(64);
      expect(`${run.stdout}${run.stderr}`).not.toContain(line);
      const places = [scene.repository.folder, scene.home, scene.temporary];
      expect(spawnSync("grep", ["-rlF", "-e", line, ...places], { encoding: "utf8" })).toMatchObject({
        status: 1,
        stdout: "",
      });
    }
  });
});

describeWith(["gpg"], "a signature by another key (bad input 62)", () => {
  it("is refused by verify, however good it is", async () => {
    const home = gnuPgHome();
    onTestFinished(() => home.remove());
    const [ours, other] = [
      home.makeKey(who, "ed25519", { usage: "sign" }),
      home.makeKey("Other <o@tool.dev>", "ed25519", { usage: "sign" }),
    ];
    const scene = await toolScene({ config: 'sign: { key: "env:SIGNING_SECRET" }\n' });
    expect((await scene.run(["cut", "v1.2.3"], { SIGNING_SECRET: home.secretOf(ours) })).exit).toBe(0);
    const [good, bad] = [join(scene.home, "good.asc"), join(scene.home, "bad.asc")];
    await writeFile(good, home.publicOf(ours));
    await writeFile(bad, home.publicOf(other));
    const [right, wrong] = await Promise.all([good, bad].map((key) => scene.run(["verify", "v1.2.3", "--key", key])));
    expect(right?.exit, right?.stdout).toBe(0);
    expect([wrong?.exit, wrong?.stdout]).toEqual([3, expect.stringContaining("SHA256SUMS.asc")]);
  });
});
