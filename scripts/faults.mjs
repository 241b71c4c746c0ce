// @ts-check
// `npm run test:faults`: real processes killed, frozen and locked out, longer than `npm test` has time for.
import { ensureBuilt } from './build.mjs';
import { ensureInstalled } from './install.mjs';
import { runScript, underLockedNode } from './run.mjs';

await runScript(async () => {
  await ensureInstalled({ dev: true });
  await ensureBuilt();
  await underLockedNode(import.meta.url, async () => {
    const { runFaults } = await import('../test/faults/full.ts');
    return runFaults(process.argv.slice(2));
  });
});
