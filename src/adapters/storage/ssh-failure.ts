/** How ssh, or a script on the other machine, ended (ssh(1), "EXIT STATUS": 255 is ssh's own), as a failure that a user meets. */
import { ReleaseError, type ErrorCode } from "../../domain/errors/index.ts";
import { quoted } from "../../domain/quoted.ts";
import { shellWord } from "../../formats/shell-words.ts";
import { lockNotHad } from "./remote-scripts.ts";
import type { SshPlace } from "./ssh-session.ts";

type Row = readonly [sign: RegExp, code: ErrorCode, how: string, next: (host: string) => string];

const again = "then run the same command again.";

const ofConnection: readonly Row[] = [
  [
    /host key verification failed|identification has changed|no .* host key is known/i,
    "NETWORK_UNTRUSTED",
    "its host key is not the one that is known, or none is known",
    (host) => `Compare the key's fingerprint with the one that its owner tells you, enter it (ssh ${host}), ${again}`,
  ],
  [
    /permission denied \(|too many authentication failures|no supported authentication/i,
    "STORAGE_CREDENTIALS",
    "it took none of the keys",
    (host) => `Check the login by hand (ssh -o BatchMode=yes ${host} true); load the key with ssh-add.`,
  ],
  [
    /could not resolve|connection refused|no route to host|connection timed out|network is unreachable|bad configuration/i,
    "NETWORK_UNREACHABLE",
    "there was no connection",
    (host) => `Check the address by hand (ssh ${host} true), ${again}`,
  ],
];

const ofScript: readonly Row[] = [
  [
    /no space left|disk quota exceeded/i,
    "DISK_FULL",
    "no room was left",
    () => `Free some space there (df -h), ${again}`,
  ],
  [
    /permission denied|read-only file system|operation not permitted/i,
    "PERMISSION",
    "something may not be read or written",
    () => `Check who owns the folder there, ${again}`,
  ],
  [
    /not found$|: not found/im,
    "TOOL_MISSING",
    "a program is missing",
    () => `Install tar, find, stat and sha256sum there, ${again}`,
  ],
];

export function remoteFailure(place: SshPlace, exitCode: number | null, stderr: string): ReleaseError {
  const host = shellWord(place.user === null ? place.host : `${place.user}@${place.host}`);
  const told = stderr.trim() === "" ? "" : ` It says: ${quoted(lastLine(stderr))}.`;
  const failed = (code: ErrorCode, how: string, next: string): ReleaseError =>
    new ReleaseError(code, { what: `${host}: ${how}.${told}`, next });
  const rows = exitCode === 255 ? ofConnection : ofScript;
  const row = rows.find(([sign]) => sign.test(stderr));
  if (row !== undefined) return failed(row[1], row[2], row[3](host));
  if (exitCode === lockNotHad) {
    const folder = shellWord(`${place.path}/.ggen-release-swap.d`);
    return failed(
      "STORAGE_BUSY",
      "another writer holds the repository",
      `If there is none: ssh ${host} rmdir ${folder}`,
    );
  }
  if (exitCode === 255 || exitCode === null) {
    return failed("NETWORK_ANSWER_LOST", "the connection ended before the command had", `Look at it, ${again}`);
  }
  return failed("IO", `the command there ended with exit code ${exitCode}`, `Mend what the message names, ${again}`);
}

function lastLine(text: string): string {
  return (
    text
      .trim()
      .split(/[\r\n]+/)
      .at(-1) ?? ""
  );
}
