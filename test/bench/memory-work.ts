/**
 * `node test/bench/memory-work.ts hash|tar.gz|zip|deb BYTES`: does this work on a program of so many bytes, throws the
 * result away, and prints the process's peak memory in MB (getrusage(2)). A tenth of the program does not compress.
 */
import { randomFillSync } from "node:crypto";
import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { contentOf, hashing } from "../../src/engines/hash.ts";
import type { Bytes } from "../../src/ports/files.ts";
import type { Packager } from "../../src/ports/packager.ts";
import { deb } from "../../src/steps/package/deb.ts";
import { tarGz } from "../../src/steps/package/tar-gz.ts";
import { zip } from "../../src/steps/package/zip.ts";
import { inputFile, sampleInputs } from "../deb-package.ts";

const [kind = "", size = "0"] = process.argv.slice(2);
const packagers: Readonly<Record<string, Packager>> = { deb, "tar.gz": tarGz, zip };
const sections: Readonly<Record<string, object>> = {
  deb: { compression: "gzip" },
  "tar.gz": { "wrap-in-folder": true },
  zip: { "wrap-in-folder": true, systems: ["linux"] },
};
const folder = mkdtempSync(join(tmpdir(), "ggen-release-memory-"));
try {
  const inputs = sampleInputs({}, folder);
  const program = bigProgram(join(folder, "big"), Number(size));
  const content = hashing(kind === "hash" ? inputs.files.open(program) : await packed());
  await inputs.files.write(join(folder, "result"), content.bytes);
  if (kind === "hash") await contentOf(inputs.files.open(join(folder, "result")));
  process.stdout.write(String(Math.round(process.resourceUsage().maxRSS / 1024)));

  async function packed(): Promise<Bytes> {
    const packager = packagers[kind];
    if (packager === undefined) throw new Error(`no work "${kind}"`);
    const [planned] = packager.plan(inputs.project, sections[kind] as never);
    if (planned === undefined) throw new Error("nothing is planned");
    return packager.write(planned, sections[kind] as never, {
      ...inputs,
      binaries: () => [{ ...inputFile(program), name: "tool" }],
    });
  }
} finally {
  rmSync(folder, { recursive: true });
}

function bigProgram(path: string, bytes: number): string {
  const megabyte = 1_000_000;
  const handle = openSync(path, "w", 0o755);
  ftruncateSync(handle, bytes);
  const noise = new Uint8Array(megabyte);
  for (let at = 0; at + megabyte <= bytes; at += 10 * megabyte)
    writeSync(handle, randomFillSync(noise), 0, megabyte, at);
  closeSync(handle);
  return path;
}
