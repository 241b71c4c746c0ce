// @ts-check
// `npm run check`: what can be said about the code without running it, in seconds.
import { relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { ensureInstalled, root, seconds } from './install.mjs';
import { runNode, runScript } from './run.mjs';
import { wallRules } from './walls.mjs';

/**
 * @typedef {object} Finding
 * @property {string} name what was checked
 * @property {boolean} ok
 * @property {string} output for people, when not ok
 */
/**
 * @typedef {object} LintedFile one file of ESLint's JSON output, as far as it matters here
 * @property {string} filePath
 * @property {{ ruleId: string | null, line?: number, column?: number, message: string }[]} messages
 */

/**
 * @param {string} name
 * @param {string[]} args
 * @returns {Promise<Finding[]>}
 */
async function tool(name, args) {
  const { code, stdout, stderr } = await runNode(args, { quiet: true });
  return [{ name, ok: code === 0, output: stdout + stderr }];
}

/** @returns {Promise<Finding[]>} one run of ESLint as two findings: its rules in general, and the walls */
async function lintAndWalls() {
  const { code, stdout, stderr } = await runNode(
    [
      'node_modules/eslint/bin/eslint.js',
      '.',
      '--format=json',
      '--max-warnings=0',
      '--cache',
      '--cache-location=node_modules/.cache/eslint/',
      '--cache-strategy=content',
    ],
    { quiet: true },
  );
  /** @type {LintedFile[]} */
  let files;
  try {
    files = JSON.parse(stdout);
  } catch {
    return ['lint', 'walls'].map((name) => ({ name, ok: false, output: stdout + stderr }));
  }
  const lines = files.flatMap(({ filePath, messages }) =>
    messages.map(({ ruleId, line = 1, column = 1, message }) => ({
      isWall: ruleId !== null && wallRules.has(ruleId),
      text: `${relative(root, filePath)}:${line}:${column} ${message} (${ruleId ?? 'syntax'})`,
    })),
  );
  return [false, true].map((isWall) => {
    const found = lines.filter((line) => line.isWall === isWall).map(({ text }) => text);
    return {
      name: isWall ? 'walls' : 'lint',
      ok: found.length === 0 && (code === 0 || lines.length > 0),
      output: found.join('\n'),
    };
  });
}

/** @returns {Promise<Finding[]>} */
function format() {
  return tool('format', ['node_modules/prettier/bin/prettier.cjs', '--check', '--log-level=warn', '--cache', '.']);
}

/** @returns {Promise<Finding[]>} it covers every file of tsconfig.json, `.ts` and `.mjs`, too */
function types() {
  return tool('types', ['node_modules/astro/bin/astro.mjs', 'check', '--minimumSeverity=error']);
}

/** @returns {Promise<Finding[]>} files, exports and packages that nobody uses */
function unused() {
  return tool('unused', [
    'node_modules/knip/bin/knip.js',
    '--config=scripts/knip.json',
    '--no-progress',
    '--no-config-hints',
  ]);
}

/**
 * Runs all checks and prints a line for each, and the output of those that fail.
 *
 * @returns {Promise<{ passed: number, failed: number }>}
 */
export async function runChecks() {
  let passed = 0;
  let failed = 0;
  /** @param {() => Promise<Finding[]>} check */
  const run = async (check) => {
    const began = Date.now();
    for (const { name, ok, output } of await check()) {
      console.log(`${ok ? '✓' : '✗'} ${name} (${seconds(began)})`);
      if (!ok) console.log(`${stripVTControlCharacters(output).trim()}\n`);
      if (ok) passed += 1;
      else failed += 1;
    }
  };
  // Types take longest: the others share the second core meanwhile.
  const others = async () => {
    for (const check of [lintAndWalls, unused, format]) await run(check);
  };
  await Promise.all([run(types), others()]);
  return { passed, failed };
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await runScript(async () => {
    await ensureInstalled({ dev: true });
    const { passed, failed } = await runChecks();
    console.log(`${passed} passed, ${failed} failed`);
    if (failed > 0) process.exitCode = 1;
  });
}
