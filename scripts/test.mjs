// @ts-check
// `npm test`: checks, build and every test. A step that fails does not stop the later ones; nothing is skipped.
import { ensureBuilt } from './build.mjs';
import { runChecks } from './check.mjs';
import { ensureInstalled } from './install.mjs';
import { runNode } from './run.mjs';

/** @typedef {{ passed: number, failed: number }} Count */

/** @returns {Promise<Count>} */
async function build() {
  await ensureBuilt();
  console.log('✓ build');
  return { passed: 1, failed: 0 };
}

/** @returns {Promise<Count>} */
async function vitest() {
  /** @type {Count | undefined} */
  let count;
  const { code } = await runNode(['node_modules/vitest/vitest.mjs', 'run', ...process.argv.slice(2)], {
    // test/support/countReporter.ts sends the count here, instead of printing it before the checks are added.
    onMessage: (message) => {
      count = /** @type {Count} */ (message);
    },
  });
  if (count === undefined) return { passed: 0, failed: 1 };
  return code !== 0 && count.failed === 0 ? { ...count, failed: 1 } : count;
}

let passed = 0;
let failed = 0;

/** @param {() => Promise<Count>} step */
async function count(step) {
  try {
    const one = await step();
    passed += one.passed;
    failed += one.failed;
  } catch (error) {
    console.error(error instanceof Error && error.name === 'Failure' ? `✗ ${error.message}` : error);
    failed += 1;
  }
}

await count(async () => {
  await ensureInstalled({ dev: true });
  return { passed: 0, failed: 0 };
});
await count(build);
// The tests wait a lot for other processes; the checks run in that time.
await Promise.all([count(runChecks), count(vitest)]);
if (failed > 0) process.exitCode = 1;
process.once('exit', () => console.log(`${passed} passed, ${failed} failed`));
