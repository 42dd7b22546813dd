import { Command, Option } from "clipanion";
import { aptServe } from "../operations/apt-serve.ts";
import { AptCommand } from "./apt-command.ts";
import type { Outcome } from "./command.ts";
import type { World } from "./context.ts";
import { wholeNumber } from "./values.ts";

export class AptServeCommand extends AptCommand {
  static override paths = [["apt", "serve"]];
  static override usage = Command.Usage({
    description: "Serve a repository on this machine, for a trial",
    details:
      "On 127.0.0.1 alone, to read alone, until Ctrl-C. It prints what to type as root in another terminal, or in a container that shares this machine's network. It is no server for users: any web server serves the folder.",
    examples: [["On a port of its own choice", "ggen-release apt serve --repo /srv/www/apt"]],
  });

  override suite = Option.String("--suite", { description: "The suite in the lines that it prints (default: stable)" });
  port = Option.String("--port", { description: "The port (default: any that is free)" });

  protected async act({ ports, openStorage, serveFolder, show }: World): Promise<Outcome> {
    const { repo } = await this.settings(ports);
    const port = this.port === undefined ? 0 : wholeNumber("--port", this.port);
    const { served, folder, lines } = await aptServe({ openStorage, serveFolder }, { repo, suite: this.suite, port });
    const { url } = served;
    if (this.json) ports.reporter.report({ type: "note", message: url });
    else {
      show([
        `${folder} is served at ${url}/ to this machine alone, until Ctrl-C.`,
        "As root in another terminal, or in a container on this machine's network:",
        "",
        ...lines,
      ]);
    }
    await served.ended;
    await served.close();
    return { result: { url, folder }, lines: ["Ended."] };
  }
}
