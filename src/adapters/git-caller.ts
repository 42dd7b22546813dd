/**
 * How git is run: with a short environment, and with everything off that a hostile `.git/config` could have run. The
 * settings go in the environment, behind the caller's own, so that command lines stay readable.
 */
import type { Environment } from "../ports/environment.ts";
import type { Command, Completed, Processes } from "../ports/processes.ts";

const hardened = [
  "core.hooksPath=/dev/null",
  "core.fsmonitor=false",
  "core.pager=cat",
  "core.editor=true",
  "core.untrackedCache=false",
  "core.quotePath=false",
  "core.autocrlf=false",
  "core.eol=lf",
  "diff.external=",
  "gpg.program=gpg",
  "gpg.openpgp.program=gpg",
  "gpg.x509.program=gpgsm",
  "gpg.ssh.program=ssh-keygen",
  "log.showSignature=false",
  // Of these two every archive of a tag would depend on who makes it.
  "core.attributesFile=/dev/null",
  // Git's own default: whoever runs `git archive` on the tag gets the same bytes.
  "tar.umask=0002",
  "protocol.ext.allow=never",
  "advice.detachedHead=false",
  "filter.lfs.smudge=",
  "filter.lfs.process=",
  "filter.lfs.required=false",
];

/** What git needs of the caller: where programs and the user's name are, and how to reach a remote. */
const passedOn = [
  "PATH",
  "HOME",
  "XDG_CONFIG_HOME",
  "GNUPGHOME",
  "SSH_AUTH_SOCK",
  "HTTP_PROXY",
  "HTTPS_PROXY",
  "NO_PROXY",
  "http_proxy",
  "https_proxy",
  "no_proxy",
  "GIT_SSL_CAINFO",
  "SSL_CERT_FILE",
  "TMPDIR",
] as const;
const passedPrefixes = ["GIT_AUTHOR_", "GIT_COMMITTER_", "GIT_CONFIG_"] as const;

export interface GitCaller {
  run(folder: string, arguments_: readonly string[], more?: Partial<Command>): Promise<Completed>;
  stream(folder: string, arguments_: readonly string[], input?: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array>;
}

export function gitCaller(processes: Processes, environment: Environment): GitCaller {
  const child: Record<string, string> = {
    LC_ALL: "C",
    GIT_ATTR_NOSYSTEM: "1",
    GIT_TERMINAL_PROMPT: "0",
    GIT_OPTIONAL_LOCKS: "0",
    GIT_ASKPASS: "/bin/false",
    SSH_ASKPASS: "/bin/false",
    // An empty one is none, whatever core.gitProxy says.
    GIT_PROXY_COMMAND: "",
    // A commit is what its id names; the clean clone would have neither replacements nor grafts.
    GIT_NO_REPLACE_OBJECTS: "1",
    GIT_GRAFT_FILE: "/dev/null",
  };
  for (const name of environment.names()) {
    const value = environment.get(name);
    if (value === undefined) continue;
    if (passedOn.some((known) => known === name) || passedPrefixes.some((prefix) => name.startsWith(prefix))) {
      child[name] = value;
    }
  }
  addSettings(child, hardened);
  const command = (folder: string, arguments_: readonly string[]): Command => ({
    program: "git",
    arguments: arguments_,
    folder,
    environment: child,
    keep: 64 * 1024 * 1024,
  });
  return {
    run: (folder, arguments_, more) => processes.run({ ...command(folder, arguments_), ...more }),
    stream: (folder, arguments_, input) =>
      processes.stream({ ...command(folder, arguments_), ...(input === undefined ? {} : { input }) }),
  };
}

/** As `git -c` would, behind what the caller's environment sets in the same way (git(1), GIT_CONFIG_COUNT): the last one counts. */
function addSettings(child: Record<string, string>, settings: readonly string[]): void {
  const given = Number(child["GIT_CONFIG_COUNT"] ?? "0");
  for (const [index, setting] of settings.entries()) {
    const equals = setting.indexOf("=");
    child[`GIT_CONFIG_KEY_${given + index}`] = setting.slice(0, equals);
    child[`GIT_CONFIG_VALUE_${given + index}`] = setting.slice(equals + 1);
  }
  child["GIT_CONFIG_COUNT"] = String(given + settings.length);
}
