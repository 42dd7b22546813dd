import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { realPorts, scratchFolder } from "../../test/scratch.ts";
import { withLock } from "./lock.ts";

it("lets one run in at a time and names the holder to the other", async () => {
  const folder = await scratchFolder();
  const [path, ports] = [join(folder, "lock"), realPorts(folder)];
  await withLock(ports, path, async () => {
    await expect(withLock(ports, path, async () => "second")).rejects.toMatchObject({
      code: "LOCKED",
      exit: 9,
      message: expect.stringContaining(`Process ${process.pid}`),
    });
  });
  expect(await withLock(ports, path, async () => "third")).toBe("third");
});

it("takes over from a holder that is dead, or whose process number now belongs to another", async () => {
  const folder = await scratchFolder();
  const [path, ports] = [join(folder, "lock"), realPorts(folder)];
  const mine = ports.environment.process;
  for (const holder of [
    { ...mine, pid: 4_194_000 },
    { ...mine, start: "1" },
    { ...mine, boot: "another" },
  ]) {
    await writeFile(path, JSON.stringify(holder));
    expect(await withLock(ports, path, async () => readFile(path, "utf8"))).toBe(JSON.stringify(mine));
  }
});

it("takes over a lock that is torn or empty", async () => {
  const folder = await scratchFolder();
  const [path, ports] = [join(folder, "lock"), realPorts(folder)];
  for (const text of ["", '{"pid":1', "null"]) {
    await writeFile(path, text);
    expect(await withLock(ports, path, async () => "in")).toBe("in");
  }
});

it("removes what takers of earlier locks left when they were killed, and no lock that somebody living is moving", async () => {
  const folder = await scratchFolder();
  const [path, ports] = [join(folder, "lock"), realPorts(folder)];
  const mine = ports.environment.process;
  await writeFile(`${path}.11.stale`, JSON.stringify({ ...mine, pid: 4_194_000 }));
  await writeFile(`${path}.12.stale`, '{"pid":');
  await writeFile(`${path}.13.stale`, JSON.stringify(mine));
  expect(await withLock(ports, path, () => readdir(folder))).toEqual(["lock", "lock.13.stale"]);
});

it("does not take a lock for torn that is being written at this moment", async () => {
  const folder = await scratchFolder();
  const [path, ports] = [join(folder, "lock"), realPorts(folder)];
  await writeFile(path, "");
  const second = withLock(ports, path, async () => "in");
  await ports.clock.sleep(30);
  await writeFile(path, JSON.stringify(ports.environment.process));
  await expect(second).rejects.toMatchObject({ code: "LOCKED", exit: 9 });
});

it("is released when a signal ends the run", async () => {
  const folder = await scratchFolder();
  const [path, ports] = [join(folder, "lock"), realPorts(folder)];
  await withLock(ports, path, async () => {
    const texts = { what: "Stopped by SIGINT.", why: "", next: "", details: [] };
    ports.reporter.report({ type: "failed", code: "INTERRUPTED", exit: 130, ...texts });
    await expect.poll(() => ports.files.status(path)).toBeNull();
  });
});

it("believes a holder on another machine, and says how to end it", async () => {
  const folder = await scratchFolder();
  const [path, ports] = [join(folder, "lock"), realPorts(folder)];
  await writeFile(path, JSON.stringify({ host: "elsewhere", pid: 1, boot: "x", start: "1" }));
  await expect(withLock(ports, path, async () => "in")).rejects.toMatchObject({
    code: "LOCKED",
    next: expect.stringContaining(`remove ${path}`),
  });
});

it("lets exactly one of many in at the same moment", async () => {
  const folder = await scratchFolder();
  const [path, ports] = [join(folder, "lock"), realPorts(folder)];
  await writeFile(path, JSON.stringify({ ...ports.environment.process, pid: 4_194_000 }));
  let inside = 0;
  let most = 0;
  const enter = async (): Promise<void> => {
    most = Math.max(most, ++inside);
    await ports.clock.sleep(20);
    inside--;
  };
  const runs = await Promise.allSettled(Array.from({ length: 8 }, () => withLock(ports, path, enter)));
  expect(most).toBe(1);
  expect(runs.some(({ status }) => status === "fulfilled")).toBe(true);
});

it("is released when the work fails", async () => {
  const folder = await scratchFolder();
  const [path, ports] = [join(folder, "lock"), realPorts(folder)];
  await expect(withLock(ports, path, () => Promise.reject(new Error("broken")))).rejects.toThrow("broken");
  expect(await withLock(ports, path, async () => "in")).toBe("in");
});
