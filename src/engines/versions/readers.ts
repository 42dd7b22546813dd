/** The kinds of files in which versions are found without being told. */
import { cargoLock } from "./cargo-lock.ts";
import { cargoManifest } from "./cargo-manifest.ts";
import { changelog, releaseNotes } from "./changelog.ts";
import { debianChangelog } from "./debian-changelog.ts";
import { formula } from "./formula.ts";
import { npmLock } from "./npm-lock.ts";
import { npmManifest } from "./npm-manifest.ts";
import { pythonManifest } from "./python-manifest.ts";
import type { Reader } from "./reader.ts";
import { versionFile } from "./version-file.ts";

export const readers: readonly Reader[] = [
  cargoManifest,
  cargoLock,
  npmManifest,
  npmLock,
  pythonManifest,
  versionFile,
  formula,
  debianChangelog,
  changelog,
  releaseNotes,
];
