/** The keyring package on users' machines: installed, used, and followed by the one with the next key. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openPgpKeys } from "../../src/adapters/openpgp-keys.ts";
import { aptKeyring, type AptKeyringResult } from "../../src/operations/apt-keyring.ts";
import { aptSign } from "../../src/operations/apt-change.ts";
import { aptList } from "../../src/operations/apt-packages.ts";
import { keysNew } from "../../src/operations/keys-new.ts";
import { debianMachine, machinePrograms, type DebianMachine, type Ran } from "../apt/debian-machine.ts";
import { trialRepository, type TrialRepository } from "../apt/trial-repository.ts";
import { webServer, type WebServer } from "../apt/web-server.ts";
import { describeWith } from "../requires.ts";
import { scratchFolder } from "../scratch.ts";

const keyring = (
  { world, options }: TrialRepository,
  more: { url?: string; version?: string; signKey?: string } = {},
): Promise<AptKeyringResult> => aptKeyring(world, { ...options, component: "main", ...more });

describeWith(["xz"], "the keyring package", () => {
  it("wants an address, is the same for the same key, and never gets other bytes", async () => {
    const repository = await trialRepository(await scratchFolder("keyring"));
    await expect(keyring(repository)).rejects.toThrow("USAGE");
    const url = "https://example.org/apt";
    expect(await keyring(repository, { url })).toMatchObject({ package: "trial-archive-keyring", added: true });
    expect(await keyring(repository)).toMatchObject({ added: false });
    await expect(keyring(repository, { url: "https://example.org/other" })).rejects.toThrow(
      /already, with another key or source/,
    );
    const secret = { ...repository.options, component: "main", nextKey: repository.options.signKey ?? "" };
    await expect(aptKeyring(repository.world, secret)).rejects.toThrow("KEY_UNREADABLE");
    await expect(keyring(repository, { url, version: "-1" })).rejects.toThrow("DEB_VERSION_INVALID");
    const { packages } = await aptList(repository.world, { repo: repository.folder });
    expect(packages.map(({ name, architecture }) => `${name} ${architecture}`)).toEqual(["trial-archive-keyring all"]);
    await expect(
      aptKeyring(repository.world, {
        repo: repository.folder,
        suite: "stable",
        component: "main",
        unsigned: true,
        url,
      }),
    ).rejects.toThrow("USAGE");
  });
});

describeWith(["lintian", "xz"], "the keyring package", () => {
  it("has nothing in it that lintian calls an error", async () => {
    const repository = await trialRepository(await scratchFolder("keyring"));
    await keyring(repository, { url: "https://example.org/apt" });
    const { packages } = await aptList(repository.world, { repo: repository.folder });
    const { processes } = repository.world.ports;
    const lintian = {
      program: "lintian",
      arguments: ["--fail-on", "none", "--tag-display-limit", "0", join(repository.folder, packages[0]?.file ?? "")],
      folder: repository.folder,
      environment: { PATH: "/usr/bin:/bin", LC_ALL: "C.UTF-8", HOME: repository.folder },
    };
    const { stdout } = await processes.run(lintian);
    expect(
      Buffer.from(stdout)
        .toString()
        .split("\n")
        .filter((line) => /^[EW]: /.test(line)),
    ).toEqual([]);
  });
});

for (const release of ["bullseye", "bookworm", "trixie"] as const) {
  describeWith([...machinePrograms, "xz"], `the keyring package on ${release}`, () => {
    let [folder, repository]: [string, TrialRepository | undefined] = ["", undefined];
    let machine: DebianMachine | undefined;
    let server: WebServer | undefined;
    const repo = (): TrialRepository => {
      if (repository === undefined) throw new Error("no repository");
      return repository;
    };
    const run = async (...words: readonly string[]): Promise<Ran> =>
      machine?.run(...words) ?? { exit: null, output: "" };
    const update = (): Promise<Ran> => run("apt-get", "-q", "update", "-o", "APT::Update::Error-Mode=any");
    const source = "/etc/apt/sources.list.d/trial.sources";
    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), "ggen-release-keyring-"));
      repository = await trialRepository(folder);
      server = await webServer(repository.folder);
      await keyring(repository, { url: server.url });
      await repository.add([{ name: "tool", version: "1.0" }]);
      machine = await debianMachine(release, repository.folder);
      await machine.run("rm", "-rf", "/etc/apt/sources.list", "/etc/apt/sources.list.d");
    });
    afterAll(async () => {
      await server?.close();
      machine?.remove();
      rmSync(folder, { recursive: true, force: true });
    });

    it("takes the place of what the page told, without asking, and apt goes on through it", async () => {
      const page = readFileSync(join(repo().folder, "dists/stable/index.html"), "utf8");
      const text = page.replaceAll(/<[^>]+>/g, "").replaceAll("&lt;", "<");
      const [, lines = ""] = /<<'END'\n([\s\S]*?)\nEND/.exec(text) ?? [];
      expect(lines).toContain(`URIs: ${server?.url}`);
      machine?.write("/etc/apt/keyrings/trial.asc", readFileSync(join(repo().folder, "trial.asc"), "utf8"));
      machine?.write(source, `${lines}\n`);
      expect(await update()).toMatchObject({ exit: 0 });
      const installed = await run("apt-get", "-q", "-y", "install", "trial-archive-keyring");
      expect(installed).toMatchObject({ exit: 0 });
      expect(machine?.read(source)).toContain("Signed-By: /usr/share/keyrings/trial-archive-keyring.asc");
      expect((await run("ls", "/etc/apt/sources.list.d")).output).toBe("trial.sources\n");
      await run("rm", "/etc/apt/keyrings/trial.asc");
      const updated = await update();
      expect(updated).toMatchObject({ exit: 0 });
      expect(updated.output).not.toMatch(/^[WE]:/m);
      expect(await run("apt-get", "-q", "-y", "install", "tool")).toMatchObject({ exit: 0 });
    });

    it("brings the next key as an update, without which that one is not believed", async () => {
      const { world, options } = repo();
      const request = { userId: "Trial Archive <archive@example.org>", folder: "next", label: "next", days: 730 };
      const { files } = await keysNew({ ...world.ports, keys: openPgpKeys(world.ports) }, request);
      const next = { ...options, signKey: files.signing };
      await aptSign(world, next);
      expect((await update()).exit).not.toBe(0);
      await aptSign(world, options);
      const added = await aptKeyring(world, { ...options, component: "main", nextKey: files.public });
      expect(added).toMatchObject({
        added: true,
        version: expect.stringMatching(/^\d{4}\.\d\d\.\d\d\+next$/) as string,
      });
      expect(await update()).toMatchObject({ exit: 0 });
      expect(await run("apt-get", "-q", "-y", "upgrade")).toMatchObject({ exit: 0 });
      await aptSign(world, next);
      expect(await update()).toMatchObject({ exit: 0 });
      expect((await run("apt-cache", "policy", "tool")).output).toContain("Candidate: 1.0");
    });

    it("leaves a source that the user has changed", async () => {
      await run("apt-get", "-q", "-y", "purge", "trial-archive-keyring");
      expect((await run("test", "-e", source)).exit).toBe(1);
      const own = `Types: deb\nURIs: ${server?.url}\nSuites: stable\nComponents: main\nSigned-By: /etc/apt/keyrings/own.asc\n`;
      machine?.write(source, own);
      machine?.write("/etc/apt/keyrings/own.asc", repo().certificate);
      await aptSign(repo().world, repo().options);
      expect(await update()).toMatchObject({ exit: 0 });
      const kept = await run(
        "apt-get",
        "-q",
        "-y",
        "-o",
        "Dpkg::Options::=--force-confdef",
        "-o",
        "Dpkg::Options::=--force-confold",
        "install",
        "trial-archive-keyring",
      );
      expect(kept).toMatchObject({ exit: 0 });
      expect(machine?.read(source)).toBe(own);
    });
  });
}
