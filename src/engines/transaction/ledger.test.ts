import { readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { realPorts, scratchFolder } from "../../../test/scratch.ts";
import { formatTime } from "../../formats/time.ts";
import { fileLedger, repairLedger } from "./ledger.ts";

const intent = '{"at":"2026-01-01T00:00:00.000Z","type":"intent","key":"a","wanted":"1"}\n';

it("appends one line a time, each with its time", async () => {
  const folder = await scratchFolder();
  const { files, clock } = realPorts(folder);
  const ledger = fileLedger(files, { ...clock, now: () => 0 }, join(folder, "ledger.jsonl"), formatTime);
  await ledger.append({ type: "intent", key: "a", wanted: "1" });
  await ledger.append({ type: "done", key: "a", already: false });
  expect(await readFile(join(folder, "ledger.jsonl"), "utf8")).toBe(
    '{"at":"1970-01-01T00:00:00.000Z","type":"intent","key":"a","wanted":"1"}\n{"at":"1970-01-01T00:00:00.000Z","type":"done","key":"a","already":false}\n',
  );
});

it("drops the torn line that a crash left, and keeps the others", async () => {
  const folder = await scratchFolder();
  const path = join(folder, "ledger.jsonl");
  await writeFile(path, `${intent}{"at":"2026-01-01T00:0`);
  expect(await repairLedger(realPorts(folder).files, path)).toBeNull();
  expect(await readFile(path, "utf8")).toBe(intent);
});

it("sets a damaged ledger aside, under a name that is free", async () => {
  const folder = await scratchFolder();
  const path = join(folder, "ledger.jsonl");
  for (const damaged of [`${intent}garbage\n${intent}`, `{"type":"unknown"}\n${intent}`]) {
    await writeFile(path, damaged);
    const aside = await repairLedger(realPorts(folder).files, path);
    expect(await readFile(aside ?? "", "utf8")).toBe(damaged);
  }
  expect((await readdir(folder)).sort()).toEqual(["ledger.jsonl.damaged-1", "ledger.jsonl.damaged-2"]);
});

it("leaves a whole ledger, and none, as they are", async () => {
  const folder = await scratchFolder();
  const path = join(folder, "ledger.jsonl");
  expect(await repairLedger(realPorts(folder).files, path)).toBeNull();
  await writeFile(path, intent);
  expect(await repairLedger(realPorts(folder).files, path)).toBeNull();
  expect(await readFile(path, "utf8")).toBe(intent);
});
