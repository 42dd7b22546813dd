import type { Packager } from "../ports/packager.ts";
import { binary } from "../steps/package/binary.ts";
import { deb } from "../steps/package/deb.ts";
import { formula } from "../steps/package/formula.ts";
import { source } from "../steps/package/source.ts";
import { tarGz } from "../steps/package/tar-gz.ts";
import { zip } from "../steps/package/zip.ts";

/** Every package format that `packages:` knows, each after those that it is made from. A new one is its file and its line here. */
export const packagers: readonly Packager[] = [binary, tarGz, zip, deb, formula, source];
