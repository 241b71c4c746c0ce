import type { Reporter, TestModule } from 'vitest/node';

/**
 * Says in one last line how many tests passed and failed: `N passed, N failed`. A test that is skipped counts as failed,
 * unless a name filter (`-t`) left it out. `npm test` gets the numbers instead, and adds its own.
 */
export default class CountReporter implements Reporter {
  #isFiltered = false;

  onInit(vitest: { config: { testNamePattern?: RegExp | undefined } }): void {
    this.#isFiltered = vitest.config.testNamePattern !== undefined;
  }

  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    let passed = 0;
    let failed = unhandled.length;
    for (const module of modules) {
      failed += module.errors().length;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === 'passed') passed += 1;
        else if (state !== 'skipped') failed += 1;
        else if (!this.#isFiltered) {
          failed += 1;
          console.error(`Skipped, which counts as failed: ${test.fullName}`);
        }
      }
      for (const suite of module.children.allSuites()) failed += suite.errors().length;
    }
    if (modules.length === 0) failed += 1;
    if (failed > 0) process.exitCode = 1;
    if (process.send) process.send({ passed, failed });
    // At the very end: tearing down still prints.
    else process.once('exit', () => console.log(`${passed} passed, ${failed} failed`));
  }
}
