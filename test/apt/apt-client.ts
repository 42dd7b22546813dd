/** A user's machine of each Debian release, in front of repositories that it reads from the disk and over the web. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe } from "vitest";
import { describeWith } from "../requires.ts";
import { debianMachine, machinePrograms, type DebianMachine, type DebianRelease, type Ran } from "./debian-machine.ts";
import { trialRepository, type TrialOptions, type TrialRepository } from "./trial-repository.ts";
import { webServer, type WebServer } from "./web-server.ts";

export type Way = "file" | "http";

export interface AptClient {
  readonly release: DebianRelease;
  /** apt 3 verifies by sqv, those before by gpgv. */
  readonly verifier: "gpgv" | "sqv";
  readonly machine: DebianMachine;
  /** Serves the repositories of all clients. */
  readonly server: WebServer;
  /** A new one for this client alone. */
  repository(name: string, options?: TrialOptions): Promise<TrialRepository>;
  /** One for the clients of every release, which `fill` fills for the first that asks. Nobody changes it afterwards. */
  shared(fill: (repository: TrialRepository) => Promise<unknown>): Promise<TrialRepository>;
  /** Has this repository and its key as its only source, and has read nothing yet. */
  follow(repository: TrialRepository, way: Way, certificate?: string): Promise<void>;
  /** `apt-get update` that fails for everything that it complains of; by itself it takes many a fault for a warning. */
  update(...options: readonly string[]): Promise<Ran>;
  get(...words: readonly string[]): Promise<Ran>;
  policy(name: string): Promise<Policy>;
}

export interface Policy {
  readonly installed: string;
  readonly candidate: string;
  /** Newest first. */
  readonly versions: readonly string[];
  readonly output: string;
}

/** A suite for every release. `client` answers from the first hook on. */
export function describeApt(name: string, body: (client: () => AptClient) => void): void {
  describeWith([...machinePrograms, "xz"], `apt ${name}`, () => {
    let scene: Scene | undefined;
    beforeAll(async () => {
      const folder = mkdtempSync(join(tmpdir(), "ggen-release-apt-"));
      // apt reads as a user of its own.
      chmodSync(folder, 0o755);
      scene = { folder, server: await webServer(folder), shared: null };
    });
    afterAll(async () => {
      await scene?.server.close();
      if (scene !== undefined) rmSync(scene.folder, { recursive: true, force: true });
    });
    describe.each(["bullseye", "bookworm", "trixie"] as const)("of %s", (release) => {
      let client: AptClient | undefined;
      beforeAll(async () => {
        if (scene !== undefined) client = clientOf(release, await debianMachine(release, scene.folder), scene);
      });
      afterAll(() => client?.machine.remove());
      body(() => {
        if (client === undefined) throw new Error("there is no client yet");
        return client;
      });
    });
  });
}

interface Scene {
  /** Of all repositories. */
  readonly folder: string;
  readonly server: WebServer;
  shared: Promise<TrialRepository> | null;
}

function clientOf(release: DebianRelease, machine: DebianMachine, scene: Scene): AptClient {
  const { folder, server } = scene;
  const get = (...words: readonly string[]): Promise<Ran> => machine.run("apt-get", "-q", "-y", ...words);
  // Without one, apt takes every phased update.
  machine.write("/etc/machine-id", `${"1eef".padStart(32, "0")}\n`);
  const lists = ["/etc/apt/sources.list", "/etc/apt/sources.list.d", "/var/lib/apt/lists"];
  return {
    release,
    verifier: release === "trixie" ? "sqv" : "gpgv",
    machine,
    server,
    repository(name, options) {
      return trialRepository(madeFolder(join(folder, release, name)), options);
    },
    async shared(fill) {
      scene.shared ??= trialRepository(madeFolder(join(folder, "shared"))).then(async (repository) => {
        await fill(repository);
        return repository;
      });
      return scene.shared;
    },
    async follow(repository, way, certificate = repository.certificate) {
      await machine.run("rm", "-rf", ...lists);
      const path = repository.folder.slice(folder.length);
      machine.write("/etc/apt/keyrings/trial.asc", certificate);
      machine.write(
        "/etc/apt/sources.list.d/trial.sources",
        [
          "Types: deb",
          `URIs: ${way === "file" ? "file:/srv/repo" : server.url}${path}`,
          "Suites: stable",
          "Components: main",
          "Signed-By: /etc/apt/keyrings/trial.asc",
          "",
        ].join("\n"),
      );
      server.asked.length = 0;
    },
    update: (...options) => get("update", "-o", "APT::Update::Error-Mode=any", ...options),
    get,
    async policy(name) {
      const { output } = await machine.run("apt-cache", "policy", name);
      const [, table = ""] = output.split("Version table:\n");
      return {
        installed: /Installed: (\S+)/.exec(output)?.[1] ?? "",
        candidate: /Candidate: (\S+)/.exec(output)?.[1] ?? "",
        versions: [...table.matchAll(/^ (?:\*\*\*|   ) (\S+)/gm)].map(([, version = ""]) => version),
        output,
      };
    },
  };
}

function madeFolder(path: string): string {
  mkdirSync(path, { recursive: true });
  return path;
}
