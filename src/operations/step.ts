/** A step of a release as the reporter hears of it: announced, begun, ended, or failed. */
import type { Reporter } from "../ports/reporter.ts";

export function announce(reporter: Reporter, steps: Readonly<Record<string, string>>): void {
  reporter.report({ type: "steps", steps: Object.entries(steps).map(([step, title]) => ({ step, title })) });
}

export async function inStep<Result>(
  reporter: Reporter,
  step: string,
  title: string,
  act: () => Promise<Result>,
  detail?: (result: Result) => string,
): Promise<Result> {
  reporter.report({ type: "step-started", step, title });
  try {
    const result = await act();
    reporter.report({ type: "step-finished", step, ...(detail === undefined ? {} : { detail: detail(result) }) });
    return result;
  } catch (error) {
    reporter.report({ type: "step-failed", step });
    throw error;
  }
}
