/**
 * Ports of the real machine that a test can kill at any single effect. Invariant: once killed, no port does or answers
 * anything more; what a process that dies in the middle of an effect leaves on the disk is left there.
 */
import { spawnSync } from "node:child_process";
import { appendFile, mkdir, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { ReleaseError } from "../../src/domain/errors/index.ts";
import type { Environment } from "../../src/ports/environment.ts";
import type { Bytes, Files } from "../../src/ports/files.ts";
import type { Git } from "../../src/ports/git.ts";
import type { Ports } from "../../src/ports/index.ts";
import { Killed } from "../../src/standins/memory-world.ts";

/** torn: in the middle of the effect, where it has one. */
export type Moment = "before" | "torn" | "after";

/** What happens to a run at one of its effects. */
export interface Fate {
  /** The effect, by its name (`write repository/releases/v1.0.0/tool#1`) or its number, counted from 0. */
  readonly effect: string | number;
  /** When to die; or that from this effect on the disk is full; or what somebody else does just before it. */
  readonly end: Moment | "disk-full" | (() => Promise<unknown>);
}

export interface MortalPorts<Whole extends Ports> {
  readonly ports: Whole;
  /** Names of the effects so far, in order. */
  readonly effects: readonly string[];
  /** Whether the fate has been met. */
  met(): boolean;
  /** Waits until effects that had begun have ended: nothing of a dead process may reach into the next run. */
  atRest(): Promise<void>;
}

/** A process number that nobody has: names of unfinished files carry it. */
const deadProcess = spawnSync("true").pid;
/** PID_MAX_LIMIT (proc(5)): numbers just below are given out last. */
const highestProcess = 4_194_303;
let processes = 0;

/** `name` shortens paths, so that effects of two scenes have the same names. */
export function mortalPorts<Whole extends Ports>(
  whole: Whole,
  name: (path: string) => string,
  fate: Fate | null = null,
): MortalPorts<Whole> {
  const effects: string[] = [];
  const counts = new Map<string, number>();
  const underWay = new Set<Promise<unknown>>();
  let dead = false;
  let full = false;
  let met = false;

  const die = (): never => {
    dead = true;
    throw new Killed();
  };
  const alive = (): void => {
    if (dead) throw new Killed();
  };
  /** A port that answers as long as the process lives. */
  const mortal = <Port extends object>(port: Port): Port =>
    new Proxy(port, {
      get(target, property) {
        const value: unknown = Reflect.get(target, property);
        if (typeof value !== "function") return value;
        return (...words: readonly unknown[]): unknown => {
          alive();
          return Reflect.apply(value, target, words);
        };
      },
    });
  const effect = async <Answer>(verb: string, path: string, act: () => Promise<Answer>, tear?: () => Promise<void>) => {
    alive();
    const unnumbered = `${verb} ${name(path)}`;
    const count = (counts.get(unnumbered) ?? 0) + 1;
    counts.set(unnumbered, count);
    const label = `${unnumbered}#${count}`;
    effects.push(label);
    const mine = fate?.effect === label || fate?.effect === effects.length - 1;
    met ||= mine;
    if (mine && typeof fate.end === "function") await fate.end();
    if (mine && fate.end === "before") die();
    if (mine && fate.end === "torn") {
      await tear?.();
      die();
    }
    if (mine && fate.end === "disk-full") full = true;
    if (full && takesRoom.has(verb)) throw diskFull(path);
    const acting = act();
    underWay.add(acting);
    const answer = await acting.finally(() => underWay.delete(acting));
    // Another effect that ran beside this one may have been the last.
    if (mine && fate.end === "after") die();
    alive();
    return answer;
  };

  const files = mortalFiles(whole.files, mortal(whole.files), effect);
  const git: Git = {
    ...mortal(whole.git),
    createTag: (repository, tag, commit, message) =>
      effect("createTag", join(repository.folder, tag), () => whole.git.createTag(repository, tag, commit, message)),
    clone: (repository, commit, tag, folder) =>
      effect(
        "clone",
        folder,
        () => whole.git.clone(repository, commit, tag, folder),
        async () => {
          await mkdir(join(folder, ".git", "objects"), { recursive: true });
          await writeFile(join(folder, ".git", "HEAD"), "ref: refs/heads/main\n");
        },
      ),
  };
  // A killed run's lock names a process that is no more.
  const identity = { ...whole.environment.process, pid: highestProcess - processes++ };
  const ports: Whole = {
    ...whole,
    files,
    git,
    processes: {
      ...mortal(whole.processes),
      run: (command) =>
        effect("run", join(command.folder, basename(command.program)), () => whole.processes.run(command)),
    },
    clock: { ...whole.clock, sleep: async () => alive() },
    environment: Object.create(whole.environment, { process: { value: identity } }) as Environment,
  };
  return { ports, effects, met: () => met, atRest: async () => void (await Promise.allSettled(underWay)) };
}

type Effect = <Answer>(
  verb: string,
  path: string,
  act: () => Promise<Answer>,
  tear?: () => Promise<void>,
) => Promise<Answer>;

/** Verbs that need room on the disk. */
const takesRoom: ReadonlySet<string> = new Set(["write", "create", "append", "link", "makeFolder", "makeScratch"]);

function diskFull(path: string): ReleaseError {
  return new ReleaseError("DISK_FULL", {
    what: `No room left to write ${path} (ENOSPC).`,
    next: "Free some space (df -h, df -i), then run the same command again.",
  });
}

function mortalFiles(whole: Files, asked: Files, effect: Effect): Files {
  return {
    ...asked,
    makeFolder: (path) =>
      effect(
        "makeFolder",
        path,
        () => whole.makeFolder(path),
        async () => void (await mkdir(dirname(path), { recursive: true })),
      ),
    makeScratch: (label) => effect("makeScratch", label, () => whole.makeScratch(label)),
    write: (path, content, mode) =>
      effect(
        "write",
        path,
        () => whole.write(path, content, mode),
        async () => {
          await mkdir(dirname(path), { recursive: true });
          await writeFile(unfinishedName(path), await halfOf(content), { mode: 0o600 });
        },
      ),
    create: (path, content) =>
      effect(
        "create",
        path,
        () => whole.create(path, content),
        async () => {
          await mkdir(dirname(path), { recursive: true });
          await writeFile(path, content.slice(0, content.length / 2), { flag: "wx" }).catch(() => undefined);
        },
      ),
    append: (path, text) =>
      effect(
        "append",
        path,
        () => whole.append(path, text),
        () => appendFile(path, text.slice(0, text.length / 2)),
      ),
    setMode: (path, mode) => effect("setMode", path, () => whole.setMode(path, mode)),
    rename: (from, to) => effect("rename", to, () => whole.rename(from, to)),
    remove: (path) =>
      effect(
        "remove",
        path,
        () => whole.remove(path),
        async () => {
          const names = await readdir(path).catch(() => []);
          for (const child of names.slice(0, Math.ceil(names.length / 2)))
            await rm(join(path, child), { recursive: true });
        },
      ),
    link: (target, path) =>
      effect(
        "link",
        path,
        () => whole.link(target, path),
        () => symlink(target, unfinishedName(path)),
      ),
  };
}

/** What the file adapter names a file of `path` before it is whole. */
function unfinishedName(path: string): string {
  return join(dirname(path), `.${basename(path)}.${deadProcess}.0.part`);
}

async function halfOf(content: Bytes | Uint8Array | string): Promise<Uint8Array> {
  if (typeof content === "string") return Buffer.from(content.slice(0, content.length / 2));
  if (content instanceof Uint8Array) return content.subarray(0, content.length / 2);
  for await (const chunk of content) return chunk.subarray(0, chunk.length / 2);
  return new Uint8Array();
}
