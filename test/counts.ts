/** Closing lines of a test run: what did not run, by name, and `N passed, N failed` as the last line. */
import type { Reporter, TestModule } from "vitest/node";

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
        else notRun.add(test.parent.type === "suite" ? test.parent.fullName : test.fullName);
      }
    }
    for (const name of notRun) process.stdout.write(`not run: ${name}\n`);
    process.stdout.write(`${passed} passed, ${failed} failed\n`);
  }
}

// vitest makes an instance of a reporter's default export.
export default Counts;
