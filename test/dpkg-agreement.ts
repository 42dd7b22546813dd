/**
 * Our reader beside the real dpkg. What we take, dpkg has to unpack and dpkg-deb to list; what we refuse without naming a
 * stricter rule, dpkg has to refuse.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { collectingReporter } from "../src/adapters/collecting-reporter.ts";
import { nodeDecompressor } from "../src/adapters/decompressor.ts";
import { nodeProcesses } from "../src/adapters/node-processes.ts";
import { isReleaseError, type ReleaseError } from "../src/domain/errors/index.ts";
import { readControl, readDeb } from "../src/engines/deb/read.ts";
import { inMemory } from "../src/formats/random-access.ts";
import { dpkgRoot, type DpkgRoot, ended } from "./dpkg-root.ts";
import { mutatedDeb } from "./mutated-debs/mutated-deb.ts";

export interface Disagreement {
  readonly number: number;
  readonly how: string;
  readonly ours: string;
  readonly dpkg: string;
}

export interface Agreement {
  readonly taken: number;
  readonly refused: number;
  /** Refused by a rule in which we are stricter: rule → how often. */
  readonly stricter: ReadonlyMap<string, number>;
  readonly disagreements: readonly Disagreement[];
}

/** What dpkg says of the system that it unpacks to, not of the package. */
const ofTheSystem =
  /^unable to (create|open|stat|make backup|install|clean up|securely remove|move aside)|^error creating (hard link|device|symbolic link|directory|pipe)|^trying to overwrite|^error (setting|ensuring)|^unable to read link/;

const decompressor = nodeDecompressor(nodeProcesses(collectingReporter()));

/** Judges the packages of these numbers. Several dozen at once share a system, which is new for each call. */
export async function agreementOf(numbers: readonly number[], scratch = memoryFolder()): Promise<Agreement> {
  const root = mkdtempSync(join(scratch, "ggen-release-dpkg-"));
  try {
    return await judge(numbers, dpkgRoot(root), root);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** dpkg syncs each file that it writes, which memory answers at once. */
function memoryFolder(): string {
  try {
    rmSync(mkdtempSync("/dev/shm/ggen-release-"), { recursive: true });
    return "/dev/shm";
  } catch {
    return tmpdir();
  }
}

async function judge(numbers: readonly number[], dpkg: DpkgRoot, root: string): Promise<Agreement> {
  const stricter = new Map<string, number>();
  const disagreements: Disagreement[] = [];
  const toUnpack = new Map<string, { readonly number: number; readonly how: string; readonly ours?: ReleaseError }>();
  const folder = join(root, "packages");
  mkdirSync(folder);
  let refused = 0;
  for (const number of numbers) {
    const { how, bytes } = mutatedDeb(number);
    const whole = await refusal(() => readWhole(bytes));
    const rule = whole === undefined ? undefined : ruleOf(whole);
    if (whole !== undefined) refused++;
    if (rule !== undefined) {
      stricter.set(rule, (stricter.get(rule) ?? 0) + 1);
      continue;
    }
    const path = join(folder, `${number}.deb`);
    writeFileSync(path, bytes);
    const control = whole && (await refusal(() => readControl(inMemory("x.deb", bytes), decompressor)));
    if (control !== undefined && ruleOf(control) !== undefined) continue;
    if (whole !== undefined) {
      const shown = await ended("dpkg-deb", ["--field", path, "Package"]);
      if ((shown.exit === 0) !== (control === undefined)) {
        const ours = control === undefined ? "takes the control part" : control.message;
        disagreements.push({ number, how, ours, dpkg: `--field: ${shown.stderr}` });
      }
      if (control !== undefined) continue;
    }
    const listed = await ended("dpkg-deb", ["--contents", path]);
    if (whole === undefined && listed.exit !== 0) {
      disagreements.push({ number, how, ours: "takes it", dpkg: `--contents: ${listed.stderr}` });
    }
    if (whole === undefined || listed.exit === 0)
      toUnpack.set(path, { number, how, ...(whole === undefined ? {} : { ours: whole }) });
  }
  const faults = await dpkg.unpack([...toUnpack.keys()]);
  for (const [path, { number, how, ours }] of toUnpack) {
    let fault = faults.get(path);
    // What was unpacked before it may be in its way: alone, it has a system of its own.
    if (fault !== undefined && ours === undefined) fault = (await dpkg.unpack([path])).get(path);
    if (ours !== undefined && fault === undefined)
      disagreements.push({ number, how, ours: ours.message, dpkg: "unpacks it" });
    if (ours === undefined && fault !== undefined && !ofTheSystem.test(fault)) {
      disagreements.push({ number, how, ours: "takes it", dpkg: fault });
    }
  }
  rmSync(folder, { recursive: true });
  return { taken: numbers.length - refused, refused, stricter, disagreements };
}

async function readWhole(bytes: Uint8Array): Promise<void> {
  const deb = await readDeb(inMemory("x.deb", bytes), decompressor);
  for await (const entry of deb.entries()) if (entry.path.length > 4096) throw new Error("an endless path");
}

async function refusal(read: () => Promise<unknown>): Promise<ReleaseError | undefined> {
  try {
    await read();
    return undefined;
  } catch (error) {
    if (isReleaseError(error)) return error;
    throw error;
  }
}

function ruleOf({ code, details }: ReleaseError): string | undefined {
  if (code === "DEB_TOO_LARGE") return "unpacked-size";
  return code === "DEB_AMBIGUOUS" ? /^rule ([^:]+)/.exec(details[0] ?? "")?.[1] : undefined;
}
