/** Closing lines of a test run: what did not run, by name, and `N passed, N failed` as the last line. */
import type { Reporter, TestCase, TestModule } from "vitest/node";

class Counts implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]) {
    let passed = 0;
    let failed = unhandledErrors.length;
    const notRun = new Set<string>();
    for (const module of modules) {
      failed += module.errors().length;
      for (const test of module.children.allTests()) {
        const state = test.result().state;
        if (state === "passed") passed++;
        else if (state === "failed") failed++;
        else notRun.add(nameOfNotRun(test));
      }
    }
    for (const name of notRun) process.stdout.write(`not run: ${name}\n`);
    process.stdout.write(`${passed} passed, ${failed} failed\n`);
  }
}

/** The suite where nothing of it ran, and otherwise the very test. */
function nameOfNotRun(test: TestCase): string {
  const { parent } = test;
  if (parent.type !== "suite") return test.fullName;
  const states = [...parent.children.allTests()].map((one) => one.result().state);
  return states.every((state) => state === "skipped" || state === "pending") ? parent.fullName : test.fullName;
}

// vitest makes an instance of a reporter's default export.
export default Counts;
