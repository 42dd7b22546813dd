/** `apt serve`: a repository on this machine's loopback, for a trial, and what to type to follow it there. */
import { ReleaseError } from "../domain/errors/index.ts";
import { archiveName, keyringPath, sourceLines, sourcePath } from "../engines/apt/archive-lines.ts";
import { readHead } from "../engines/apt/suite.ts";
import { suitesOf } from "../engines/apt/suites.ts";
import type { ServedFolder, ServeFolder } from "../ports/folder-server.ts";
import type { AptWorld } from "./apt-repository.ts";

export interface AptServing {
  readonly served: ServedFolder;
  readonly folder: string;
  /** Lines for a shell of root. */
  readonly lines: readonly string[];
}

export async function aptServe(
  { openStorage, serveFolder }: Pick<AptWorld, "openStorage"> & { readonly serveFolder: ServeFolder },
  { repo, suite, port }: { readonly repo: string; readonly suite: string | undefined; readonly port: number },
): Promise<AptServing> {
  const storage = await openStorage(repo);
  if (storage.lock === null) {
    throw new ReleaseError("USAGE", {
      what: `${storage.place} is not on this machine.`,
      next: "Serve a folder. What is elsewhere has a web server of its own, or can be copied here first.",
    });
  }
  const suites = await suitesOf(storage);
  const name = suite ?? (suites.includes("stable") ? "stable" : suites[0]);
  const head = name === undefined ? null : await readHead(storage, name);
  if (name === undefined || head === null) {
    throw new ReleaseError("APT_SUITE_MISSING", {
      what: `${storage.place} has no suite${name === undefined ? "" : ` ${name}`}.`,
      next: `Make one: ggen-release apt init --repo ${storage.place} --origin NAME`,
    });
  }
  const served = await serveFolder(storage.place, port);
  const { origin, components } = head.suite.release;
  const archive = archiveName(origin);
  const key = head.signature === null ? null : keyringPath(archive);
  return {
    served,
    folder: storage.place,
    lines: [
      // Present wherever apt is, which cannot be said of curl.
      ...(key === null
        ? []
        : [
            "install -d -m 0755 /etc/apt/keyrings",
            `/usr/lib/apt/apt-helper download-file ${served.url}/${archive}.asc ${key}`,
          ]),
      `cat >${sourcePath(archive)} <<'END'`,
      ...sourceLines({ url: served.url, suites: [name], components, key }),
      "END",
      "apt-get update",
    ],
  };
}
