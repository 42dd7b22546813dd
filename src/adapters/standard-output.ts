/**
 * The two standard outputs when they cannot be written. Invariant: what becomes of the output never becomes of the
 * release: the run goes on to its end.
 */
import type { ExitCode } from "../domain/errors/index.ts";

/** As IO has in the catalogue, which would cost every start its loading. */
const lostResult: ExitCode = 7;

/** A reader that has gone away (`| head`) is no failure; a result that is lost in another way is told in the exit code. */
export function outliveOutput(): void {
  let lost = false;
  process.stderr.on("error", () => undefined);
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE" || lost) return;
    lost = true;
    process.stderr.write(
      `error: The result could not be written (${error.code ?? error.message}). [IO]\n  next: Run the same command again, with its output going elsewhere.\n`,
    );
    process.once("exit", (code) => {
      if (code === 0) process.exitCode = lostResult;
    });
  });
}
