/** The C compiler's own words about its version: it compiles bundled C code, and links. */
import type { ToolJob } from "../../ports/builder.ts";

/** First line of `$CC --version`, default `cc`; empty where there is none. */
export async function compilerVersion(job: ToolJob): Promise<string> {
  const [program = "cc", ...options] = (job.environment["CC"] ?? "cc").split(" ").filter((word) => word !== "");
  if ((await job.ports.processes.find(program)) === null) return "";
  const done = await job.ports.processes.run({
    program,
    arguments: [...options, "--version"],
    folder: job.folder,
    environment: job.environment,
  });
  return done.stdout.split("\n")[0] ?? "";
}
