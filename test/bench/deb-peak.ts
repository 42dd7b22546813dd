/**
 * `node test/bench/deb-peak.ts MEGABYTES`: packs a program of that size into a .deb that is thrown away, and prints the
 * process's peak memory in KiB (getrusage(2)). A tenth of the program does not compress, the rest does.
 */
import { randomFillSync } from "node:crypto";
import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deb } from "../../src/steps/package/deb.ts";
import { inputFile, sampleInputs } from "../deb-package.ts";

const megabyte = 1024 * 1024;
const size = Number(process.argv[2]) * megabyte;
const folder = mkdtempSync(join(tmpdir(), "ggen-release-peak-"));
try {
  const inputs = sampleInputs({}, folder);
  const program = join(folder, "big");
  const handle = openSync(program, "w", 0o755);
  ftruncateSync(handle, size);
  const noise = new Uint8Array(megabyte);
  for (let at = 0; at < size; at += 10 * megabyte) writeSync(handle, randomFillSync(noise), 0, megabyte, at);
  closeSync(handle);
  const [planned] = deb.plan(inputs.project, {});
  if (planned === undefined) throw new Error("nothing is planned");
  const bytes = await deb.write(planned, {}, { ...inputs, binaries: () => [{ ...inputFile(program), name: "tool" }] });
  await inputs.files.write(join(folder, planned.file), bytes);
  console.log(process.resourceUsage().maxRSS);
} finally {
  rmSync(folder, { recursive: true });
}
