// @ts-check
// `npm start`. It runs before anything is installed, on any Node.js from 20 on: only Node's own modules up here.
import { ensureBuilt } from './build.mjs';
import { ensureInstalled } from './install.mjs';
import { runScript, underLockedNode, waypost } from './run.mjs';

await runScript(async () => {
  await ensureInstalled({ dev: false });
  await ensureBuilt();
  await underLockedNode(import.meta.url, () => waypost(['start', ...process.argv.slice(2)]));
});
