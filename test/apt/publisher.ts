/** A publisher of a repository that may lie anywhere: a key, packages, and the real program with the variables that the place needs. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { spawn, type ChildProcess } from "node:child_process";
import { nodeDecompressor } from "../../src/adapters/decompressor.ts";
import { openSigner } from "../../src/adapters/open-signer.ts";
import { openPgpKeys } from "../../src/adapters/openpgp-keys.ts";
import { openStorage } from "../../src/adapters/storage/open.ts";
import { verifyTree, type CheckSignature } from "../../src/engines/apt/verify.ts";
import { byHashPath } from "../../src/engines/apt/layout.ts";
import { parseCleartext } from "../../src/formats/openpgp-cleartext.ts";
import { parseRelease } from "../../src/formats/release-file.ts";
import { aptAdd } from "../../src/operations/apt-add.ts";
import { aptInit } from "../../src/operations/apt-init.ts";
import { keysNew } from "../../src/operations/keys-new.ts";
import type { Decompressor } from "../../src/ports/decompressor.ts";
import type { Http } from "../../src/ports/http.ts";
import type { Ports } from "../../src/ports/index.ts";
import type { Storage } from "../../src/ports/storage.ts";
import { machineEnvironment, programWords, runCommand, type CommandRun } from "../cli.ts";
import { realPorts } from "../scratch.ts";
import { digestOf } from "../../src/engines/hash.ts";
import { packageFile } from "./trial-repository.ts";

export interface Publisher {
  readonly ports: Ports;
  readonly storage: Storage;
  readonly certificate: string;
  readonly options: {
    readonly repo: string;
    readonly suite: string;
    readonly unsigned: false;
    readonly signKey: string;
  };
  readonly openSigner: ReturnType<typeof openSigner>;
  readonly decompressor: Decompressor;
  /** In this process. */
  add(...files: readonly string[]): Promise<void>;
  /** `ggen-release apt add`, to its end. */
  run(...files: readonly string[]): Promise<CommandRun>;
  /** The same, to be killed. */
  start(...files: readonly string[]): ChildProcess;
  package(name: string, version: string): string;
  /** What does not verify, and what was not looked at. */
  faults(): Promise<readonly string[]>;
  /** `NAME VERSION` of what clients are offered. */
  offered(): Promise<readonly string[]>;
}

/** Makes the suite `stable` at `repo`. `folder`: an empty one, for key and packages. */
export async function publisher(
  folder: string,
  repo: string,
  variables: Readonly<Record<string, string>> = {},
  http?: Http,
): Promise<Publisher> {
  const ports = realPorts(folder, { ...process.env, ...variables, HOME: folder });
  const keys = openPgpKeys(ports);
  const request = { userId: "Trial Archive <archive@example.org>", folder: "keys", label: "trial", days: 730 };
  const { files } = await keysNew({ ...ports, keys }, request);
  const certificate = readFileSync(files.public, "utf8");
  const storage = await openStorage(repo, ports, http);
  const world = {
    ports,
    openSigner: openSigner(ports),
    openStorage: () => openStorage(repo, ports, http),
    decompressor: nodeDecompressor(ports.processes),
  };
  const options = { repo, suite: "stable", unsigned: false, signKey: files.signing } as const;
  const identity = { origin: "Trial", label: "Trial", codename: "stable" };
  await aptInit(world, { ...options, ...identity, components: ["main"], architectures: ["amd64"], validDays: null });
  const checkSignature: CheckSignature = ({ over, text, form }) => keys.verify(certificate, once(over), text, form);
  const words = (paths: readonly string[]): readonly string[] => {
    return ["apt", "add", ...paths, "--repo", repo, "--sign-key", files.signing];
  };
  const environment = { ...variables, HOME: folder };
  return {
    ports,
    storage,
    certificate,
    options,
    openSigner: world.openSigner,
    decompressor: world.decompressor,
    async add(...paths) {
      await aptAdd(world, { ...options, component: "main", link: false, files: paths });
    },
    run: (...paths) => runCommand(folder, words(paths), environment),
    start(...paths) {
      const [program = "", ...rest] = programWords;
      const env = { ...machineEnvironment(), ...environment };
      return spawn(program, [...rest, ...words(paths)], { cwd: folder, env, stdio: "ignore" });
    },
    package: (name, version) => packageFile(join(folder, "made"), { name, version }),
    async faults() {
      const findings = await verifyTree({ ...world, storage, clock: ports.clock, checkSignature }, { deep: false });
      return findings.filter(({ verdict }) => verdict !== "pass").map(({ message }) => message);
    },
    async offered() {
      const stored = await storage.read("dists/stable/main/binary-amd64/Packages");
      const text = Buffer.from(stored?.bytes ?? "").toString();
      const versions = [...text.matchAll(/^Version: (.*)$/gm)].map(([, version = ""]) => version);
      return [...text.matchAll(/^Package: (.*)$/gm)].map(([, name = ""], index) => `${name} ${versions[index]}`);
    },
  };
}

/** What a client that reads the tree at this instant would miss, or find other than the InRelease says. */
export async function missingNow(storage: Storage): Promise<readonly string[]> {
  const head = await storage.read("dists/stable/InRelease");
  const signed = parseCleartext(Buffer.from(head?.bytes ?? "").toString());
  if (signed === null) return ["InRelease"];
  const faults: string[] = [];
  for (const [path, { sha256 }] of parseRelease(signed.text).indexes) {
    const index = await storage.read(`dists/stable/${byHashPath(path, sha256)}`);
    if (index === null || digestOf(index.bytes) !== sha256) faults.push(path);
    if (index === null || !path.endsWith("/Packages")) continue;
    for (const [, file = ""] of Buffer.from(index.bytes)
      .toString()
      .matchAll(/^Filename: (.*)$/gm)) {
      if ((await storage.status(file)) === null) faults.push(file);
    }
  }
  return faults;
}

async function* once(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield bytes;
}
