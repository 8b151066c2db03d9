import type { Reporter, TestCase } from 'vitest/node';

/** Names the tests that passed only when they were tried again, so that none of them goes unnoticed. */
export class FlakyReporter implements Reporter {
  readonly #flaky: string[] = [];

  onTestCaseResult(test: TestCase): void {
    if (test.diagnostic()?.flaky === true) this.#flaky.push(`${test.module.relativeModuleId}: ${test.fullName}`);
  }

  onTestRunEnd(): void {
    for (const name of this.#flaky) process.stdout.write(`passed only at the second try: ${name}\n`);
  }
}
