/** Paths at which a package installs files. Invariant: what is accepted is unpacked by dpkg at exactly this path. */
import { ReleaseError } from "../../domain/errors/index.ts";
import { quoted } from "../../domain/quoted.ts";

/** What Linux holds in one name and in one path (limits.h), and an installed path is never quite alone in it. */
const longestName = 255;
const longestPath = 4000;

/** What became links into /usr. */
const merged: ReadonlySet<string> = new Set(["bin", "sbin", "lib", "lib32", "lib64", "libx32"]);

/** An absolute path without a slash at its end. Throws PACKAGE_PATH_INVALID. */
export function parseInstallPath(text: string): string {
  const fault = faultOf(text);
  if (fault === undefined) return text;
  throw new ReleaseError("PACKAGE_PATH_INVALID", {
    what: `${quoted(text)} is not a path to install at: ${fault}.`,
    next: "Write the whole path, such as /usr/share/tool/rules.json, or rename the file.",
  });
}

function faultOf(path: string): string | undefined {
  if (!path.startsWith("/")) return "it does not begin with a slash";
  const names = path.slice(1).split("/");
  if (names.includes("..") || names.includes(".")) return "it holds . or ..";
  if (names.includes("")) return "a name in it is empty";
  // dpkg does not know that both names are one, and loses files that move between packages (Debian Policy 10.1).
  if (merged.has(names[0] ?? "")) return `/${names[0]} is a link to /usr/${names[0]} on today's systems`;
  // dpkg refuses a newline; a list of conffiles loses white space at the end.
  if (/[\u0000-\u001f\u007f]/.test(path)) return "it holds a control character";
  if (/\s$/.test(path)) return "it ends in white space";
  if (!path.isWellFormed() || path.includes("\ufffd")) return "it is not Unicode";
  if (names.some((name) => Buffer.byteLength(name) > longestName)) return `a name in it has over ${longestName} bytes`;
  if (Buffer.byteLength(path) > longestPath) return `it has over ${longestPath} bytes`;
  return undefined;
}
