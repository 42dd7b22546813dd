/** Findings on their way to the user: warnings are shown, the first failure ends the run and names the others. */
import { ReleaseError } from "../domain/errors/index.ts";
import type { Finding } from "../domain/finding.ts";
import type { Reporter } from "../ports/reporter.ts";

export function showAndRefuse(reporter: Reporter, findings: readonly Finding[]): void {
  for (const { verdict, message, next } of findings) {
    if (verdict === "warn") reporter.report({ type: "warning", message, ...(next === undefined ? {} : { next }) });
    else if (verdict === "not-run") reporter.report({ type: "note", message: `not checked: ${message}` });
  }
  const failures = findings.filter(({ verdict }) => verdict === "fail");
  const [first] = failures;
  if (first === undefined) return;
  throw new ReleaseError(first.code ?? "USAGE", {
    what: `${first.message}.`,
    next: first.next ?? "Mend it, then run the same command again.",
    details: failures.slice(1).map(({ message, next }) => `also: ${message}${next === undefined ? "" : ` (${next})`}`),
  });
}
