/**
 * One release at a time on one machine: a file that names its holder by process, boot and start time. A holder that is
 * dead is taken over. The lock gives a clear message; safety comes from observing the channels, with or without it.
 */
import { basename, dirname, join } from "node:path";
import { ReleaseError } from "../domain/errors/index.ts";
import type { ProcessIdentity } from "../ports/environment.ts";
import type { Ports } from "../ports/index.ts";

export async function withLock<Result>(ports: Ports, path: string, act: () => Promise<Result>): Promise<Result> {
  const mine = JSON.stringify(ports.environment.process);
  await take(ports, path, mine);
  const release = async (): Promise<void> => {
    if ((await ports.files.readText(path).catch(() => "")) === mine) await ports.files.remove(path);
  };
  // A signal ends the run without coming back here.
  const detach = ports.reporter.attach(({ type }) => {
    if (type === "failed") void release().catch(() => undefined);
  });
  try {
    return await act();
  } finally {
    detach();
    await release();
  }
}

async function take(ports: Ports, path: string, mine: string): Promise<void> {
  // Twice: after a dead holder's lock has been removed, another run may be quicker.
  for (let attempt = 0; attempt < 2; attempt++) {
    if (await ports.files.create(path, mine)) return removeStale(ports, path);
    const text = await holderText(ports, path);
    if (text === null) continue;
    const holder = parseHolder(text);
    if (holder !== null && (await isHeld(ports, holder)))
      throw locked(path, holder, holder.host === ports.environment.process.host);
    await setAside(ports, path, text);
  }
  throw new ReleaseError("LOCKED", {
    what: `${path} is held by another run.`,
    next: "Wait for it to end, then run the same command again.",
  });
}

/** A file without a holder in it may be one that is being written at this moment. */
async function holderText({ files, clock }: Ports, path: string): Promise<string | null> {
  const read = (): Promise<string | null> => files.readText(path).catch(() => null);
  const text = await read();
  if (text === null || parseHolder(text) !== null) return text;
  await clock.sleep(100);
  return read();
}

/** Takes a dead holder's lock away. If another run was quicker, what was moved is its living lock, and goes back. */
async function setAside({ files, environment }: Ports, path: string, dead: string): Promise<void> {
  const aside = `${path}.${environment.process.pid}.stale`;
  const moved = await files
    .rename(path, aside)
    .then(() => files.readText(aside))
    .catch(() => dead);
  if (moved !== dead) await files.rename(aside, path);
  else await files.remove(aside);
}

/** What runs have set aside and were killed before they removed it. A living lock is put back by whoever moved it. */
async function removeStale(ports: Ports, path: string): Promise<void> {
  const { files } = ports;
  for (const name of await files.list(dirname(path))) {
    if (!name.startsWith(`${basename(path)}.`) || !name.endsWith(".stale")) continue;
    const aside = join(dirname(path), name);
    const holder = parseHolder(await files.readText(aside).catch(() => ""));
    if (holder === null || !(await isHeld(ports, holder))) await files.remove(aside);
  }
}

/** A holder on another machine cannot be asked, so it is believed. */
async function isHeld({ environment }: Ports, holder: ProcessIdentity): Promise<boolean> {
  return holder.host !== environment.process.host || environment.isAlive(holder);
}

function locked(path: string, holder: ProcessIdentity, here: boolean): ReleaseError {
  return new ReleaseError("LOCKED", {
    what: `Process ${holder.pid} on ${holder.host} holds ${path}.`,
    next: here
      ? "Wait for it to end, then run the same command again."
      : `If that machine no longer runs it, remove ${path}, then run the same command again.`,
  });
}

function parseHolder(text: string): ProcessIdentity | null {
  try {
    const value = JSON.parse(text) as Partial<ProcessIdentity>;
    return typeof value.pid === "number" && typeof value.host === "string"
      ? { host: value.host, pid: value.pid, boot: value.boot ?? "", start: value.start ?? "" }
      : null;
  } catch {
    return null;
  }
}
