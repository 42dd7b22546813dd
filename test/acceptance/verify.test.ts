/**
 * A signed release, verified as its maintainer and its users are told to: by the commands that `cut` prints, by those in
 * REPORT.md, in a gpg that has never seen the key, and by `verify`.
 */
import { chmodSync, copyFileSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { expectRefusal, releaseIn, toolScene, type Scene } from "../bad-inputs/scene.ts";
import { programWords, runCommand, type CommandRun } from "../cli.ts";
import { describeWith } from "../requires.ts";
import { scratchFolder } from "../scratch.ts";
import { gnuPgHome, type GnuPgHome } from "./gnupg.ts";

interface SignedRelease {
  readonly scene: Scene;
  readonly folder: string;
  readonly key: string;
  readonly secret: string;
  readonly publicKey: string;
  readonly printed: string;
}

describeWith(["gpg", "sha256sum"], "a signed release", () => {
  let signing: GnuPgHome;
  let key = "";
  beforeAll(() => {
    signing = gnuPgHome();
    key = signing.makeKey("Jane Doe <jane@tool.dev>", "ed25519", { usage: "sign" });
    return () => signing.remove();
  });

  async function signed(): Promise<SignedRelease> {
    const scene = await toolScene({ config: `sign: { key: "env:SIGNING_SECRET", fingerprint: ${key} }\n` });
    const secret = signing.secretOf(key);
    const run = await scene.run(["cut", "v1.2.3"], { SIGNING_SECRET: secret });
    expect([run.exit, run.stderr]).toEqual([0, expect.any(String)]);
    const folder = join(scene.repository.folder, "releases", "v1.2.3");
    return { scene, folder, key, secret, publicKey: signing.publicOf(key), printed: run.stdout };
  }

  it("is verified by the very commands that cut prints, in a gpg without the key", async () => {
    const { folder, secret, printed } = await signed();
    const commands = printed
      .slice(printed.indexOf("Verify it"))
      .split("\n")
      .slice(1)
      .filter((line) => line.startsWith("  "));
    expect(commands.join("\n")).toMatch(/gpg --import\n.*gpg --verify/);
    expect(await typed(commands, folder, { SIGNING_SECRET: secret })).toContain("Good signature");
  });

  it("is verified by the very commands of its REPORT.md, with the public key that keys export writes", async () => {
    const { scene, folder, secret } = await signed();
    const [, block = ""] =
      /## Verify\n[^]*?```sh\n([^]*?)```/.exec(readFileSync(join(folder, "REPORT.md"), "utf8")) ?? [];
    const downloads = await scratchFolder("downloads");
    for (const file of readdirSync(folder)) copyFileSync(join(folder, file), join(downloads, file));
    const exported = await scene.run(["keys", "export"], { SIGNING_SECRET: secret });
    writeFileSync(join(downloads, "tool.asc"), exported.stdout);
    expect(await typed(block.trimEnd().split("\n"), downloads, {})).toContain("Good signature");
  });

  it("is checked by the project's own key where none is named, and signed files that were changed are found", async () => {
    const { scene, folder, secret } = await signed();
    const run = await scene.run(["verify", "v1.2.3"], { SIGNING_SECRET: secret });
    expect([run.exit, run.stdout]).toEqual([0, expect.stringContaining(" 0 failed, 0 not run")]);
    copyFileSync(join(folder, "SHA256SUMS.asc"), join(folder, "manifest.json.asc"));
    expectUnverified(await scene.run(["verify", "v1.2.3"], { SIGNING_SECRET: secret }), "✗ manifest.json.asc");
  });

  it("does not pass where its signatures could not be checked", async () => {
    const { scene, folder, secret } = await signed();
    expectUnverified(await scene.run(["verify", "v1.2.3"]), "SIGNING_SECRET");
    const elsewhere = await scratchFolder("elsewhere");
    const away = await runCommand(elsewhere, ["verify", folder], { GGEN_RELEASE_KEY: secret });
    expectUnverified(away, "--key release-key.public.asc");
  });

  it("does not pass, where a key is named, once a signature was taken away", async () => {
    const { scene, folder, publicKey } = await signed();
    const file = join(scene.home, "tool.asc");
    writeFileSync(file, publicKey);
    expect((await scene.run(["verify", "v1.2.3", "--key", file])).exit).toBe(0);
    for (const name of readdirSync(folder)) if (name.endsWith(".asc")) rmSync(join(folder, name));
    expectUnverified(await scene.run(["verify", "v1.2.3", "--key", file]), "manifest.json has no signature");
  });
});

describeWith(["gpg"], "cut of a signed release that is all there", () => {
  it("needs no secret key, unless something of it is missing after all", async () => {
    const home = gnuPgHome();
    try {
      const fingerprint = home.makeKey("Jane Doe <jane@tool.dev>", "ed25519", { usage: "sign" });
      const secret = { SIGNING_SECRET: home.secretOf(fingerprint) };
      const config = `sign: { key: "env:SIGNING_SECRET", fingerprint: ${fingerprint} }\n`;
      const scene = await toolScene({ config });
      expectRefusal(await scene.run(["cut", "v1.2.3"]), { exit: 6, code: "KEY_UNREADABLE", what: "SIGNING_SECRET" });
      expect((await scene.run(["cut", "v1.2.3"], secret)).exit).toBe(0);
      const folder = join(scene.repository.folder, "releases", "v1.2.3");
      const before = await releaseIn(folder);
      const again = await scene.run(["cut", "v1.2.3"]);
      expect([again.exit, again.stdout]).toEqual([0, expect.stringContaining("all of it is there")]);
      expect(again.stdout).toContain(`signed by ${fingerprint}`);
      expect(await releaseIn(folder)).toEqual(before);

      const signature = readFileSync(join(folder, "SHA256SUMS.asc"));
      for (const content of [null, "something else\n"]) {
        rmSync(join(folder, "SHA256SUMS.asc"));
        if (content !== null) writeFileSync(join(folder, "SHA256SUMS.asc"), content);
        expectRefusal(await scene.run(["cut", "v1.2.3"]), { exit: 6, code: "KEY_UNREADABLE" });
        writeFileSync(join(folder, "SHA256SUMS.asc"), signature);
      }
      expect((await scene.run(["cut", "v1.2.3"])).exit).toBe(0);
    } finally {
      home.remove();
    }
  });
});

describeWith(["gpg"], "a dry run", () => {
  it("tells the changes that are left: all before the release, one after a file was lost, none when all is there", async () => {
    const home = gnuPgHome();
    try {
      const secret = {
        GGEN_RELEASE_KEY: home.secretOf(home.makeKey("Jane Doe <j@tool.dev>", "ed25519", { usage: "sign" })),
      };
      const scene = await toolScene();
      const left = async (): Promise<readonly string[]> => {
        const run = await scene.run(["cut", "v1.2.3", "--dry-run", "--json"], secret);
        const end = run.events.find((event) => event.type === "result");
        if (end?.type !== "result") throw new Error(run.stdout);
        const { pending } = end.result as { readonly pending: readonly { readonly key: string }[] };
        return pending.map(({ key }) => key);
      };
      const all = await left();
      expect(all.filter((key) => key.endsWith("SHA256SUMS.asc"))).toHaveLength(1);
      expect((await scene.run(["cut", "v1.2.3"], secret)).exit).toBe(0);
      expect(await left()).toEqual([]);
      const shown = await scene.run(["cut", "v1.2.3", "--dry-run"], secret);
      expect(shown.stdout).toContain("nothing is left to do: all of it is there");
      rmSync(join(scene.repository.folder, "releases/v1.2.3/SHA256SUMS.asc"));
      expect(await left()).toEqual(all.filter((key) => key.endsWith("SHA256SUMS.asc")));
    } finally {
      home.remove();
    }
  });
});

describeWith(["gpg"], "a release that was made without signatures", () => {
  it("gets those of a key that is named later, and this is told", async () => {
    const home = gnuPgHome();
    try {
      const fingerprint = home.makeKey("Jane Doe <jane@tool.dev>", "ed25519", { usage: "sign" });
      const secret = { GGEN_RELEASE_KEY: home.secretOf(fingerprint) };
      const scene = await toolScene();
      const told = `v1.2.3 was released without signatures; those by ${fingerprint} are added to it now`;
      const first = await scene.run(["cut", "v1.2.3", "--json"]);
      expect([first.exit, first.events]).toEqual([
        0,
        expect.arrayContaining([{ type: "step-finished", step: "build", detail: "1 build" }]),
      ]);
      const report = (): string => readFileSync(join(scene.repository.folder, "releases/v1.2.3/REPORT.md"), "utf8");
      const checks = report().slice(report().indexOf("## What was checked"));
      expect(report()).toContain("signed by | nobody");
      const second = await scene.run(["cut", "v1.2.3"], secret);
      expect([second.exit, second.stderr]).toEqual([0, expect.stringContaining(told)]);
      expect(report()).toContain(`signed by | Jane Doe \\<jane@tool.dev\\>, \`${fingerprint}\``);
      expect(report()).toContain("gpg --verify SHA256SUMS.asc");
      expect(report().endsWith(checks)).toBe(true);
      const signed = report();
      const third = await scene.run(["cut", "v1.2.3"], secret);
      expect([third.exit, third.stderr]).toEqual([0, expect.not.stringContaining("without signatures")]);
      expect((await scene.run(["cut", "v1.2.3"])).exit).toBe(0);
      expect(report()).toBe(signed);
    } finally {
      home.remove();
    }
  });
});

function expectUnverified({ exit, stdout }: CommandRun, says: string): void {
  expect([exit, stdout]).toEqual([3, expect.stringContaining(says)]);
}

/** Runs the lines as somebody types them in this folder, with an empty gpg and the program on PATH; answers what they print. */
async function typed(lines: readonly string[], folder: string, variables: Record<string, string>): Promise<string> {
  const home = gnuPgHome();
  try {
    const bin = join(home.folder, "bin");
    mkdirSync(bin);
    writeFileSync(
      join(bin, "ggen-release"),
      `#!/bin/sh\nexec ${programWords.map((word) => `'${word}'`).join(" ")} "$@"\n`,
    );
    chmodSync(join(bin, "ggen-release"), 0o755);
    const settings = Object.entries(variables).map(([name, value]) => `export ${name}='${value}'`);
    const script = ["set -e", `cd '${folder}'`, `PATH='${bin}':"$PATH"`, ...settings, ...lines].join("\n");
    const { code, out } = home.run("sh", ["-c", script]);
    expect([code, out]).toEqual([0, expect.any(String)]);
    return out;
  } finally {
    home.remove();
  }
}
