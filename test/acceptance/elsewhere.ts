/**
 * Circumstances that must not change a byte: another user, folder, umask, time zone, locale, home and caches, and the
 * toolchain under another path. Who is not root, or may not mount, stays the same user, and says so.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, chownSync, cpSync, existsSync, mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import type { Variables } from "../cli.ts";
import { isOnPath } from "../requires.ts";

const nobody = 65534;
const asNobody = ["setpriv", `--reuid=${nobody}`, `--regid=${nobody}`, "--clear-groups"];
/** Mounts its first argument on its second, in a namespace of its own, and becomes the rest. */
const mounted = ["unshare", "--mount", "sh", "-c", 'mount --bind "$1" "$2" && shift 2 && exec "$@"', "sh"];
const narrow = ["sh", "-c", 'umask 077; exec "$@"', "sh"];

/** Why commands cannot be run as another user here; null where they can. */
export const sameUser: string | null = obstacle();

function obstacle(): string | null {
  if (process.getuid?.() !== 0) return "not root";
  const missing = ["setpriv", "unshare"].find((program) => !isOnPath(program));
  if (missing !== undefined) return `${missing} is not on the PATH`;
  const tried = spawnSync("unshare", ["--mount", "true"]);
  return tried.status === 0 ? null : "this machine gives no mount namespace";
}

export interface Elsewhere {
  /** A folder of the other user's. */
  readonly folder: string;
  readonly variables: Variables;
  /** Words before a command. */
  readonly through: readonly string[];
  /** Gives what lies below a path to the user. */
  readonly give: (path: string) => void;
}

/** @param toolchain root of the folder that holds the tools (`bin/` below it) */
export function elsewhere(base: string, toolchain: string): Elsewhere {
  const folder = join(base, "somewhere else, with a long name");
  const tools = join(base, "tools");
  for (const path of [folder, tools, ...["home", "tmp", "cargo"].map((name) => join(folder, name))])
    mkdirSync(path, { recursive: true });
  chmodSync(base, 0o755);
  const settings = join(process.env["CARGO_HOME"] ?? join(homedir(), ".cargo"), "config.toml");
  if (existsSync(settings)) cpSync(settings, join(folder, "cargo", "config.toml"));
  const give = (path: string): void => {
    if (sameUser === null) execFileSync("chown", ["-R", `${nobody}:${nobody}`, path]);
  };
  give(folder);
  if (sameUser === null) chownSync(tools, nobody, nobody);
  return {
    folder,
    give,
    through: sameUser === null ? [...mounted, toolchain, tools, ...asNobody, ...narrow] : narrow,
    variables: {
      HOME: join(folder, "home"),
      XDG_CACHE_HOME: join(folder, "cache"),
      TMPDIR: join(folder, "tmp"),
      PATH: sameUser === null ? [join(tools, "bin"), ...readableFolders()].join(delimiter) : process.env["PATH"],
      TZ: "Pacific/Chatham",
      LC_ALL: "tr_TR.UTF-8",
      LANG: "tr_TR.UTF-8",
      USER: "nobody",
      LOGNAME: "nobody",
      CARGO_HOME: join(folder, "cargo"),
      RUSTUP_HOME: sameUser === null ? join(folder, "rustup") : process.env["RUSTUP_HOME"],
      GOCACHE: join(folder, "go-build"),
      GOPATH: join(folder, "go"),
      GOROOT: undefined,
      ...moduleOrigins(),
    },
  };
}

/** Folders of the PATH that the other user may look into, that of the running Node among them. */
function readableFolders(): readonly string[] {
  const folders = [dirname(process.execPath), ...(process.env["PATH"] ?? "").split(delimiter)];
  const [program = "", ...words] = asNobody;
  const listing = execFileSync(
    program,
    [...words, "sh", "-c", 'for d; do ! [ -x "$d" ] || echo "$d"; done', "sh", ...folders],
    {
      encoding: "utf8",
    },
  );
  return listing.split("\n").filter((line) => line !== "");
}

/** Where the machine takes Go modules from: settings of a home that the other user does not see. */
function moduleOrigins(): Variables {
  if (!isOnPath("go")) return {};
  const names = ["GOPROXY", "GOSUMDB", "GONOSUMDB", "GONOPROXY", "GOPRIVATE", "GOINSECURE"];
  const answers = execFileSync("go", ["env", "-json", ...names], { encoding: "utf8" });
  return Object.fromEntries(
    Object.entries(JSON.parse(answers) as Record<string, string>).filter(([, value]) => value !== ""),
  );
}
