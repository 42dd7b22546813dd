/** Runs the user's gpg without letting it ask, and without a secret in its arguments or environment. */
import type { Environment } from "../ports/environment.ts";
import type { Command, Completed, Processes } from "../ports/processes.ts";

/** What gpg and its agent need to find keys and, where somebody sits there, a screen to ask on. */
const passedOn =
  "PATH HOME GNUPGHOME GPG_TTY TERM DISPLAY WAYLAND_DISPLAY XAUTHORITY DBUS_SESSION_BUS_ADDRESS XDG_RUNTIME_DIR".split(
    " ",
  );

export interface GpgPorts {
  readonly environment: Environment;
  readonly processes: Processes;
}

export function runGpg(
  { processes, environment }: GpgPorts,
  command: Pick<Command, "arguments" | "input" | "timeoutSeconds" | "secret" | "keep">,
): Promise<Completed> {
  return processes.run({
    ...command,
    program: "gpg",
    arguments: ["--batch", "--no-tty", ...command.arguments],
    folder: "/",
    environment: {
      ...Object.fromEntries(passedOn.flatMap((name) => pair(name, environment.get(name)))),
      // Messages are read here, so they must be in English.
      LC_ALL: "C",
    },
  });
}

function pair(name: string, value: string | undefined): [string, string][] {
  return value === undefined ? [] : [[name, value]];
}
