#!/usr/bin/env node
// @ts-check
// `npm run waypost -- VERB …`: the command line, installed first if need be. Only `start` needs the built pages.
import { ensureBuilt } from './build.mjs';
import { ensureInstalled } from './install.mjs';
import { runScript, underLockedNode, waypost } from './run.mjs';

await runScript(async () => {
  const argv = process.argv.slice(2);
  await ensureInstalled({ dev: false });
  if (argv[0] === 'start' && !argv.includes('--help')) await ensureBuilt();
  await underLockedNode(import.meta.url, () => waypost(argv));
});
