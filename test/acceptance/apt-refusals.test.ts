/**
 * What a user's machine says of a repository that is not what its publisher signed. Each fault has to be refused for its
 * own reason: apt gives others when something else is wrong, and the fault would go unseen.
 */
import { cpSync, globSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { aptSign } from "../../src/operations/apt-change.ts";
import { describeApt } from "../apt/apt-client.ts";
import type { TrialRepository } from "../apt/trial-repository.ts";

const suite = "dists/stable";

/** Changes one byte of each file, and no file's length. */
function damage(repository: TrialRepository, pattern: string, at: number): void {
  const files = globSync(pattern, { cwd: repository.folder, withFileTypes: true }).filter((entry) => entry.isFile());
  expect(files.length).toBeGreaterThan(0);
  for (const { parentPath, name } of files) {
    const bytes = readFileSync(join(parentPath, name));
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    // The tree links files that hold the same: written over, both would be damaged twice.
    rmSync(join(parentPath, name));
    writeFileSync(join(parentPath, name), bytes);
  }
}

function edit(repository: TrialRepository, file: string, change: (text: string) => string): void {
  const path = join(repository.folder, suite, file);
  const text = readFileSync(path, "utf8");
  const changed = change(text);
  expect(changed).not.toBe(text);
  writeFileSync(path, changed);
}

describeApt("refuses", (client) => {
  let repository: TrialRepository;
  let stranger: TrialRepository;
  let pristine: string;

  beforeAll(async () => {
    [repository, stranger] = [await client().repository("publisher"), await client().repository("stranger")];
    for (const each of [repository, stranger]) await each.add([{ name: "tool", version: "1.0" }]);
    pristine = `${repository.folder}-as-published`;
    cpSync(repository.folder, pristine, { recursive: true });
  });

  /** As it was published, in front of a machine that has read it. */
  async function published(): Promise<void> {
    rmSync(repository.folder, { recursive: true });
    cpSync(pristine, repository.folder, { recursive: true });
    await client().follow(repository, "http");
    const { exit, output } = await client().update();
    expect({ exit, output }).toEqual({ exit: 0, output });
  }

  async function refusedUpdate(): Promise<string> {
    const { exit, output } = await client().update();
    expect(exit).toBe(100);
    return output;
  }

  const bySignature = { gpgv: "BADSIG", sqv: "Message has been manipulated" };
  const byKey = { gpgv: "NO_PUBKEY", sqv: "Missing key" };

  it("a signed Release of which one word was changed, and keeps what it had", async () => {
    await published();
    edit(repository, "InRelease", (text) => text.replace("Origin: Trial", "Origin: Tri4l"));
    expect(await refusedUpdate()).toContain(bySignature[client().verifier]);
    expect((await client().policy("tool")).candidate).toBe("1.0");
  });

  it("a Release that somebody else has signed", async () => {
    await published();
    writeFileSync(join(repository.folder, suite, "InRelease"), readFileSync(join(stranger.folder, suite, "InRelease")));
    expect(await refusedUpdate()).toContain(byKey[client().verifier]);
  });

  it("the publisher's own Release while its user trusts another key", async () => {
    await published();
    await client().follow(repository, "http", stranger.certificate);
    expect(await refusedUpdate()).toContain(byKey[client().verifier]);
    expect((await client().policy("tool")).candidate).not.toBe("1.0");
  });

  it("text before and after what is signed", async () => {
    await published();
    edit(repository, "InRelease", (text) => `Origin: Evil\n${text}`);
    expect(await refusedUpdate()).toContain("Clearsigned file isn't valid, got 'NOSPLIT'");
    edit(repository, "InRelease", (text) => `${text.replace("Origin: Evil\n", "")}Origin: Evil\n`);
    expect(await refusedUpdate()).toMatch(/Splitting up \S+ into data and signature failed/);
  });

  it("a Release that its signature in a file of its own is not made over, where no other is there", async () => {
    await published();
    rmSync(join(repository.folder, suite, "InRelease"));
    await client().follow(repository, "http");
    expect((await client().update()).exit).toBe(0);
    edit(repository, "Release", (text) => text.replace("Label: Trial", "Label: Tri4l"));
    expect(await refusedUpdate()).toContain(bySignature[client().verifier]);
  });

  it("an index of which one byte was changed, in all its forms", async () => {
    await published();
    await client().follow(repository, "http");
    damage(repository, `${suite}/**/Packages*`, 60);
    damage(repository, `${suite}/**/by-hash/**`, 60);
    expect(await refusedUpdate()).toContain("Hash Sum mismatch");
    expect((await client().policy("tool")).candidate).not.toBe("1.0");
  });

  it.each(["file", "http"] as const)("a package of which one byte was changed, by %s", async (way) => {
    await published();
    await client().follow(repository, way);
    expect((await client().update()).exit).toBe(0);
    damage(repository, "pool/**/*.deb", 200);
    await client().get("clean");
    const { exit, output } = await client().get("install", "tool");
    expect(exit).toBe(100);
    expect(output).toContain("Hash Sum mismatch");
  });

  it("a state whose time has passed, and takes it again once it is signed anew", async () => {
    const old = await client().repository("expired", { validDays: 3, daysAgo: 10 });
    await old.add([{ name: "tool", version: "9.0" }]);
    await client().follow(old, "http");
    expect(await refusedUpdate()).toContain("is expired (invalid since");
    expect((await client().policy("tool")).candidate).not.toBe("9.0");
    old.calendar.daysAgo = 0;
    await aptSign(old.world, old.options);
    expect((await client().update()).exit).toBe(0);
    expect((await client().policy("tool")).candidate).toBe("9.0");
  });

  it("what nobody has signed", async () => {
    const unsigned = await client().repository("unsigned", { unsigned: true });
    await unsigned.add([{ name: "tool", version: "9.0" }]);
    await client().follow(unsigned, "http");
    expect(await refusedUpdate()).toContain("is not signed");
    expect((await client().policy("tool")).candidate).not.toBe("9.0");
  });

  it("to go back to an older state, though it was signed once", async () => {
    const replayed = await client().repository("replayed", { daysAgo: 1 });
    await replayed.add([{ name: "tool", version: "1.0" }]);
    const path = join(replayed.folder, suite, "InRelease");
    const older = readFileSync(path);
    replayed.calendar.daysAgo = 0;
    await replayed.add([{ name: "tool", version: "1.1" }]);
    await client().follow(replayed, "http");
    expect((await client().update()).exit).toBe(0);
    writeFileSync(path, older);
    await client().update();
    expect((await client().policy("tool")).candidate).toBe("1.1");
  });
});
