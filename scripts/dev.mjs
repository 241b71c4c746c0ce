// @ts-check
// `npm run dev`: the same application with live reload.
import { ensureInstalled } from './install.mjs';
import { runNode, runScript } from './run.mjs';

await runScript(async () => {
  await ensureInstalled({ dev: true });
  const { code } = await runNode(['node_modules/astro/bin/astro.mjs', 'dev', ...process.argv.slice(2)]);
  process.exitCode = code;
});
