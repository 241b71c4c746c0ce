// @ts-check
// `npm run bench`: how fast, against a floor measured in the same run; `-- --large` measures the search in more articles, too.
import { ensureBuilt } from './build.mjs';
import { ensureInstalled } from './install.mjs';
import { runScript, underLockedNode } from './run.mjs';

await runScript(async () => {
  await ensureInstalled({ dev: false });
  await ensureBuilt();
  await underLockedNode(import.meta.url, async () => {
    const { runBench } = await import('../bench/run.ts');
    return runBench(process.argv.slice(2));
  });
});
