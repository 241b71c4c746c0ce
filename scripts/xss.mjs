// @ts-check
// `npm run test:xss`: every payload through everything, as long as it takes.
import { ensureBuilt } from './build.mjs';
import { ensureInstalled } from './install.mjs';
import { runNode, runScript } from './run.mjs';

await runScript(async () => {
  await ensureInstalled({ dev: true });
  await ensureBuilt();
  const { code } = await runNode(
    [
      'node_modules/vitest/vitest.mjs',
      'run',
      'test/browser/xss.test.ts',
      'test/browser/xssSinks.test.ts',
      // Progress is to be seen while it is made.
      '--disable-console-intercept',
      ...process.argv.slice(2),
    ],
    { env: { WAYPOST_XSS: 'all' } },
  );
  process.exitCode = code;
});
