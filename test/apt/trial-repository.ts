/** A repository as a publisher makes it: by the operations behind the commands, signed by a key out of `keys new`. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { nodeDecompressor } from "../../src/adapters/decompressor.ts";
import { openSigner } from "../../src/adapters/open-signer.ts";
import { openPgpKeys } from "../../src/adapters/openpgp-keys.ts";
import { openStorage } from "../../src/adapters/storage/open.ts";
import type { Decompressor } from "../../src/ports/decompressor.ts";
import type { Clock } from "../../src/ports/clock.ts";
import { aptAdd, type AptAddResult } from "../../src/operations/apt-add.ts";
import { aptInit } from "../../src/operations/apt-init.ts";
import type { AptWorld, SuiteOptions } from "../../src/operations/apt-repository.ts";
import { keysNew } from "../../src/operations/keys-new.ts";
import { rawDeb } from "../deb-bytes.ts";
import { realPorts } from "../scratch.ts";

export interface TrialRepository {
  /** The tree. */
  readonly folder: string;
  readonly world: AptWorld & { readonly decompressor: Decompressor };
  /** For every operation on its suite `stable`. */
  readonly options: SuiteOptions;
  /** When its publisher works, as days before now. */
  readonly calendar: { daysAgo: number };
  /** The key that users are given. */
  readonly certificate: string;
  /** Adds packages that `packageFile` describes, or files that are there. */
  add(packages: readonly (SamplePackage | string)[], phased?: number): Promise<AptAddResult>;
}

export interface SamplePackage {
  readonly name: string;
  readonly version: string;
  /** Further lines of its control file. */
  readonly more?: readonly string[];
}

export interface TrialOptions {
  /** Without a signature: apt refuses it unless it is told otherwise. */
  readonly unsigned?: boolean;
  readonly validDays?: number;
  /** Days before now at which its publisher works, until the calendar is changed. */
  readonly daysAgo?: number;
}

/** @param folder an empty one, in which the tree, the key and the packages lie side by side */
export async function trialRepository(folder: string, options: TrialOptions = {}): Promise<TrialRepository> {
  const { unsigned = false, validDays = null, daysAgo = 0 } = options;
  const calendar = { daysAgo };
  const real = realPorts(folder);
  const clock: Clock = { ...real.clock, now: () => real.clock.now() - calendar.daysAgo * 86_400_000 };
  const ports = { ...real, clock };
  const world = {
    ports,
    openSigner: openSigner(ports),
    openStorage: (place: string) => openStorage(place, ports),
    decompressor: nodeDecompressor(ports.processes),
  };
  const request = { userId: "Trial Archive <archive@example.org>", folder: "keys", label: "trial", days: 730 };
  const { files } = await keysNew({ ...ports, keys: openPgpKeys(ports) }, request);
  const tree = join(folder, "tree");
  const suite: SuiteOptions = {
    repo: tree,
    suite: "stable",
    unsigned,
    ...(unsigned ? {} : { signKey: files.signing }),
  };
  const identity = { origin: "Trial", label: "Trial", codename: "stable" };
  await aptInit(world, { ...suite, ...identity, components: ["main"], architectures: ["amd64"], validDays });
  return {
    folder: tree,
    world,
    options: suite,
    calendar,
    certificate: readFileSync(files.public, "utf8"),
    add(packages, phased) {
      const paths = packages.map((one) => (typeof one === "string" ? one : packageFile(join(folder, "made"), one)));
      const more = phased === undefined ? {} : { phased };
      return aptAdd(world, { ...suite, component: "main", link: false, files: paths, ...more });
    },
  };
}

/** A .deb with one file, /usr/share/NAME/version, that says which version it is. */
export function packageFile(folder: string, { name, version, more = [] }: SamplePackage): string {
  const fields = [`Package: ${name}`, `Version: ${version}`, "Architecture: all"];
  fields.push("Maintainer: Jane Doe <jane@example.org>", `Description: sample ${name}`);
  const control = `${[...fields, ...more].join("\n")}\n`;
  const folders = ["./", "./usr/", "./usr/share/", `./usr/share/${name}/`];
  const data = [
    ...folders.map((path) => ({ name: path, type: "5", mode: "0000755\0" })),
    { name: `./usr/share/${name}/version`, content: `${version}\n` },
  ];
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${name}_${version.replace(/^\d+:/, "")}_all.deb`);
  writeFileSync(path, rawDeb({ control, data }));
  return path;
}
