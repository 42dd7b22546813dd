/**
 * Commands on another machine by the system's ssh (ssh(1), ssh_config(5)), over one connection that they share. Invariant:
 * a host key that is not known is refused, nothing asks for a password, and no word is read by a shell as anything but
 * itself.
 */
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ReleaseError, isReleaseError } from "../../domain/errors/index.ts";
import { quoted } from "../../domain/quoted.ts";
import { shellWords } from "../../formats/shell-words.ts";
import type { Environment } from "../../ports/environment.ts";
import type { Bytes } from "../../ports/files.ts";
import type { Command, Processes } from "../../ports/processes.ts";
import { scratchRefused } from "../file-failure.ts";
import { markWords, ownMark } from "../run-mark.ts";
import { holdScratch, removeUnfinishedAtExit } from "../temporary-files.ts";
import type { Place } from "./place.ts";
import { remoteFailure } from "./ssh-failure.ts";

export interface RemoteShell {
  /** Standard output as it comes; a failure at its end fails the stream. */
  stream(script: string, words: readonly string[]): Bytes;
  /** Standard output, short, when the script has ended well. */
  run(script: string, words: readonly string[], input?: Uint8Array | Bytes): Promise<string>;
}

export type SshPlace = Extract<Place, { readonly kind: "ssh" }>;

/** A socket's path may have little more than 100 bytes, of which ssh takes some for a temporary name. */
const longestPath = 80;
/** The connection ends by itself when nobody has used it for so long. */
const persistSeconds = 15;
const scriptSeconds = 3600;
/** What ssh, its agent and its proxy commands need; nothing else of the caller's environment is theirs. */
const passed = /^(HOME|PATH|USER|LOGNAME|SHELL|TMPDIR|LANG|LC_.*|SSH_AUTH_SOCK|KRB5CCNAME|XDG_.*)$/;

/** Failures: USAGE, TOOL_MISSING. */
export async function openShell(
  place: SshPlace,
  { processes, environment }: { readonly processes: Processes; readonly environment: Environment },
): Promise<RemoteShell> {
  const [program = "ssh", ...given] = commandWords(environment.get("GGEN_RELEASE_SSH"));
  const options = [...given, ...(await optionsOf(place))];
  const variables = environment.names().filter((name) => passed.test(name));
  const base = {
    program,
    folder: environment.folder,
    environment: Object.fromEntries(variables.map((name) => [name, environment.get(name) ?? ""])),
  };
  const commandOf = (script: string, words: readonly string[]): Command => ({
    ...base,
    arguments: [...options, "--", place.host, `exec ${shellWords(["sh", "-c", script, "sh", ...words])}`],
  });
  const failure = (exitCode: number | null, stderr: string): ReleaseError => remoteFailure(place, exitCode, stderr);
  return {
    async *stream(script, words) {
      try {
        yield* processes.stream(commandOf(script, words));
      } catch (error) {
        const [whole, code, stderr = ""] = /ended with exit code (\d+|none): (.*)$/s.exec(messageOf(error)) ?? [];
        throw whole === undefined ? error : failure(code === "none" ? null : Number(code), stderr);
      }
    },
    async run(script, words, input) {
      const command = { ...commandOf(script, words), timeoutSeconds: scriptSeconds };
      const { exitCode, stdout, stderr } = await processes.run(input === undefined ? command : { ...command, input });
      if (exitCode === 0) return stdout;
      throw failure(exitCode, stderr);
    },
  };
}

async function optionsOf({ user, port }: SshPlace): Promise<readonly string[]> {
  const settings = [
    "BatchMode=yes",
    "StrictHostKeyChecking=yes",
    "ConnectTimeout=20",
    "ServerAliveInterval=15",
    "ServerAliveCountMax=4",
    "ControlMaster=auto",
    `ControlPath=${join(await socketFolder(), "c")}`,
    `ControlPersist=${persistSeconds}`,
  ];
  return [
    "-T",
    "-a",
    "-x",
    ...settings.flatMap((setting) => ["-o", setting]),
    ...(user === null ? [] : ["-l", user]),
    ...(port === null ? [] : ["-p", String(port)]),
  ];
}

/** Nobody else may enter it: who can use the socket can use the connection. */
async function socketFolder(): Promise<string> {
  // Named as all that the next run removes where this one is killed.
  const name = `ggen-release-ssh-${markWords(ownMark())}-`;
  const parent = join(tmpdir(), name).length > longestPath ? "/tmp" : tmpdir();
  try {
    const folder = await mkdtemp(join(parent, name));
    removeUnfinishedAtExit();
    holdScratch(folder);
    return folder;
  } catch (error) {
    throw scratchRefused(error);
  }
}

/** Of GGEN_RELEASE_SSH, parted at spaces; no shell reads it. */
function commandWords(text: string | undefined): readonly string[] {
  const words = (text ?? "").split(" ").filter((word) => word !== "");
  const loose = words.find((word) => /stricthostkeychecking|userknownhostsfile=\/dev\/null/i.test(word));
  if (loose === undefined) return words;
  throw new ReleaseError("USAGE", {
    what: `GGEN_RELEASE_SSH holds ${quoted(loose)}, and the host's key is always checked.`,
    next: "Leave it out, and put the host's key into known_hosts after you have compared its fingerprint.",
  });
}

function messageOf(error: unknown): string {
  return isReleaseError(error) && error.code === "IO" ? error.what : "";
}
