/** The trial server as users start it, asked by hand, and followed by a real apt with the very lines that it prints. */
import { spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { debianMachine, machinePrograms } from "../apt/debian-machine.ts";
import { trialRepository, type TrialRepository } from "../apt/trial-repository.ts";
import { machineEnvironment, programWords, runCommand } from "../cli.ts";
import { describeWith } from "../requires.ts";
import { scratchFolder } from "../scratch.ts";

interface Started {
  readonly url: string;
  readonly printed: () => string;
  readonly child: ChildProcess;
  readonly ended: Promise<readonly [number | null, NodeJS.Signals | null]>;
}

async function serve(folder: string, ...more: readonly string[]): Promise<Started> {
  const [program = "", ...words] = [...programWords, "apt", "serve", "--repo", folder, "--suite", "stable", ...more];
  const child = spawn(program, words, { cwd: folder, env: machineEnvironment(), stdio: ["ignore", "pipe", "pipe"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  let printed = "";
  const ended = new Promise<readonly [number | null, NodeJS.Signals | null]>((resolve) =>
    child.on("close", (code, signal) => resolve([code, signal])),
  );
  const url = await new Promise<string>((resolve, reject) => {
    const take = (part: Buffer): void => {
      printed += part.toString();
      const found = /http:\/\/127\.0\.0\.1:\d+/.exec(printed)?.[0];
      if (found !== undefined && /apt-get update|"note"/.test(printed)) resolve(found);
    };
    child.stdout.on("data", take);
    child.stderr.on("data", take);
    child.on("close", () => reject(new Error(printed)));
  });
  return { url, printed: () => printed, child, ended };
}

async function repository(): Promise<TrialRepository> {
  const made = await trialRepository(await scratchFolder("serve"));
  await made.add([{ name: "tool", version: "1.0" }]);
  return made;
}

/** A request as bytes, which no library has made safe. */
function raw(url: string, request: string): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write(request));
    let answer = "";
    socket.on("data", (part) => (answer += part.toString("latin1")));
    socket.on("error", reject);
    socket.on("close", () => resolve(answer));
  });
}

const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`;

describeWith(["xz"], "apt serve", () => {
  it("gives files with their types, parts of them, and no second time what has not changed", async () => {
    const { folder } = await repository();
    const { url } = await serve(folder);
    const deb = `${url}/pool/main/t/tool/tool_1.0_all.deb`;
    const whole = await fetch(deb);
    const bytes = Buffer.from(await whole.arrayBuffer());
    expect(whole.headers.get("content-type")).toBe("application/vnd.debian.binary-package");
    expect(bytes).toEqual(readFileSync(join(folder, "pool/main/t/tool/tool_1.0_all.deb")));
    const part = async (range: string, more: Record<string, string> = {}): Promise<readonly [number, string]> => {
      const answer = await fetch(deb, { headers: { range, ...more } });
      return [answer.status, Buffer.from(await answer.arrayBuffer()).toString("latin1")];
    };
    const text = bytes.toString("latin1");
    expect(await part("bytes=0-6")).toEqual([206, "!<arch>"]);
    expect(await part("bytes=10-")).toEqual([206, text.slice(10)]);
    expect(await part("bytes=-5")).toEqual([206, text.slice(-5)]);
    expect(await part(`bytes=${bytes.length}-`)).toEqual([416, ""]);
    expect(await part("bytes=1-2,4-5")).toEqual([200, text]);
    expect(await part("bytes=0-6", { "if-range": "Thu, 01 Jan 1970 00:00:00 GMT" })).toEqual([200, text]);
    const since = { "if-modified-since": whole.headers.get("last-modified") ?? "" };
    expect((await fetch(deb, { headers: since })).status).toBe(304);
    expect((await fetch(url)).headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect((await fetch(`${url}/dists/stable`)).url).toBe(`${url}/dists/stable/`);
    const head = await fetch(deb, { method: "HEAD" });
    expect([head.status, head.headers.get("content-length")]).toEqual([200, String(bytes.length)]);
    expect((await fetch(deb, { method: "DELETE" })).status).toBe(405);
    expect((await fetch(`${url}/none`)).status).toBe(404);
  });

  it("gives nothing outside of the folder, by whatever way it is asked for", async () => {
    const { folder } = await repository();
    writeFileSync(join(folder, "..", "secret"), "secret-content");
    symlinkSync(join("..", "secret"), join(folder, "link"));
    symlinkSync("..", join(folder, "up"));
    mkdirSync(join(folder, ".hidden"));
    writeFileSync(join(folder, ".hidden", "file"), "secret-content");
    const { url } = await serve(folder);
    const ways = [
      "/../secret",
      "/%2e%2e/secret",
      "/..%2fsecret",
      "/x/../../secret",
      "//secret",
      "/link",
      "/up/secret",
      "/pool/..\\..\\secret",
    ];
    ways.push(
      "/.hidden/file",
      "/%00secret",
      "/secret%00",
      "http://x/../secret",
      "../secret",
      "/%",
      "/%ff",
      "/dists/%2e%2e/%2e%2e/secret",
      "/.ggen-release.lock",
    );
    for (const way of ways) {
      const answer = await raw(url, get(way));
      expect([way, /^HTTP\/1\.1 4\d\d /.test(answer), answer.includes("secret-content")]).toEqual([way, true, false]);
    }
    expect(await raw(url, get("/index.html"))).toMatch(/^HTTP\/1\.1 200 /);
  });

  it.each(["SIGINT", "SIGTERM"] as const)("ends with 0 at %s, connections open or not", async (signal) => {
    const { folder } = await repository();
    const { url, child, ended, printed } = await serve(folder);
    const open = connect(Number(new URL(url).port), "127.0.0.1");
    open.on("error", () => undefined);
    await new Promise((resolve) => open.once("connect", resolve));
    child.kill(signal);
    expect(await ended).toEqual([0, null]);
    expect(printed()).toContain("Ended.");
  });

  it("says what is wrong with a port that is taken, a repository without suites, or one that is elsewhere", async () => {
    const { folder } = await repository();
    const { url } = await serve(folder, "--json");
    const again = await runCommand(folder, ["apt", "serve", "--repo", folder, "--port", new URL(url).port]);
    expect(again).toMatchObject({ exit: 2 });
    expect(again.stderr).toContain("EADDRINUSE");
    const empty = await runCommand(folder, ["apt", "serve", "--repo", join(folder, "pool")]);
    expect(empty.stderr).toContain("APT_SUITE_MISSING");
  });
});

describeWith([...machinePrograms, "xz"], "apt serve and the lines that it prints", () => {
  it.each(["bullseye", "bookworm", "trixie"] as const)("are what apt of %s needs", async (release) => {
    const { folder } = await repository();
    const { printed } = await serve(folder);
    const machine = await debianMachine(release, folder);
    onTestFinished(() => machine.remove());
    await machine.run("rm", "-f", "/etc/apt/sources.list");
    const lines = printed().slice(printed().indexOf("install -d"));
    machine.write("/root/follow", `set -e\n${lines}\napt-get -q -y install tool\n`);
    expect(await machine.run("sh", "/root/follow")).toMatchObject({ exit: 0 });
    expect(machine.read("/usr/share/tool/version")).toBe("1.0\n");
  });
});
