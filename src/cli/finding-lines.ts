/** Findings as people read them: the sign of the verdict, what was seen, and below it what to do. */
import type { Finding, Verdict } from "../domain/finding.ts";

const signs: Readonly<Record<Verdict, string>> = { pass: "✓", warn: "!", fail: "✗", "not-run": "-" };

export function findingLines(findings: readonly Finding[]): readonly string[] {
  return findings.flatMap(({ verdict, message, next }) => [
    `${signs[verdict]} ${message}`,
    ...(next === undefined ? [] : [`  ${next}`]),
  ]);
}
