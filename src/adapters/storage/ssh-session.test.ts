/** What ssh is started with, and how its ends are told, without an ssh. */
import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import type { Command, Completed, Processes } from "../../ports/processes.ts";
import { systemEnvironment } from "../system-environment.ts";
import { openShell, type SshPlace } from "./ssh-session.ts";

const place: SshPlace = { kind: "ssh", user: "me", host: "host.example", port: 2222, path: "/srv/apt" };

function session(
  variables: Readonly<Record<string, string>> = {},
  outcome: Partial<Completed> = {},
): { readonly commands: Command[]; readonly run: (...words: readonly string[]) => Promise<string> } {
  const commands: Command[] = [];
  const processes: Processes = {
    async run(command) {
      commands.push(command);
      return { exitCode: 0, signal: null, timedOut: false, stdout: "", stderr: "", milliseconds: 0, ...outcome };
    },
    stream: () => {
      throw new Error("not asked for");
    },
    find: async () => null,
  };
  const shell = openShell(place, { processes, environment: systemEnvironment(variables, "/") });
  return { commands, run: async (...words) => (await shell).run('printf "%s|" "$@"', words) };
}

describe("ssh", () => {
  it("is started without a question, with the host's key checked, and with its own variables only", async () => {
    const { commands, run } = session({
      HOME: "/home/me",
      SSH_AUTH_SOCK: "/run/agent",
      AWS_SECRET_ACCESS_KEY: "canary",
    });
    await run();
    const [command] = commands;
    expect(command?.program).toBe("ssh");
    expect(command?.environment).toEqual({ HOME: "/home/me", SSH_AUTH_SOCK: "/run/agent" });
    const words = command?.arguments ?? [];
    for (const option of ["BatchMode=yes", "StrictHostKeyChecking=yes"]) expect(words).toContain(option);
    expect(words.slice(words.indexOf("-l"), words.indexOf("-l") + 6)).toEqual([
      "-l",
      "me",
      "-p",
      "2222",
      "--",
      "host.example",
    ]);
  });

  it("is started as the caller says, but for what would take any host", async () => {
    const { commands, run } = session({ GGEN_RELEASE_SSH: "/opt/ssh  -F /etc/my.conf" });
    await run();
    expect([commands[0]?.program, ...(commands[0]?.arguments ?? [])].slice(0, 3)).toEqual([
      "/opt/ssh",
      "-F",
      "/etc/my.conf",
    ]);
    for (const words of ["ssh -oStrictHostKeyChecking=no", "ssh -o UserKnownHostsFile=/dev/null"]) {
      await expect(session({ GGEN_RELEASE_SSH: words }).run()).rejects.toThrow("USAGE");
    }
  });

  it.each(["plain", "a b", "it's", "$HOME `id` $(id)", "a;b|c&d>e", '"\\', "*", "-n", "", "ü"])(
    "hands the word %j to the script as it is",
    async (word) => {
      const { commands, run } = session();
      await run(word, "end");
      // What sshd does with it: the user's shell reads it.
      const command = commands[0]?.arguments.at(-1) ?? "";
      expect(execFileSync("sh", ["-c", command], { encoding: "utf8" })).toBe(`${word}|end|`);
    },
  );

  it.each([
    [255, "Host key verification failed.", "NETWORK_UNTRUSTED"],
    [255, "me@host.example: Permission denied (publickey).", "STORAGE_CREDENTIALS"],
    [255, "ssh: Could not resolve hostname host.example: Name or service not known", "NETWORK_UNREACHABLE"],
    [255, "ssh: connect to host host.example port 2222: Connection refused", "NETWORK_UNREACHABLE"],
    [255, "client_loop: send disconnect: Broken pipe", "NETWORK_ANSWER_LOST"],
    [null, "", "NETWORK_ANSWER_LOST"],
    [1, "tar: 0: Wrote only 512 of 10240 bytes\ntar: No space left on device", "DISK_FULL"],
    [1, "mkdir: cannot create directory 'x': Permission denied", "PERMISSION"],
    [127, "sh: 1: tar: not found", "TOOL_MISSING"],
    [40, "", "STORAGE_BUSY"],
    [3, "anything", "IO"],
  ])("that ends with %j and %j is told as a failure of its kind", async (exitCode, stderr, code) => {
    await expect(session({}, { exitCode, stderr }).run()).rejects.toMatchObject({ code });
  });
});
