// @ts-check
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder with package.json. */
export const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * @typedef {object} LockEntry one package of package-lock.json, as far as it matters here
 * @property {string} [version]
 * @property {string} [integrity]
 * @property {boolean} [dev]
 * @property {boolean} [devOptional]
 * @property {boolean} [optional]
 * @property {boolean} [peer]
 * @property {boolean} [link]
 */

/**
 * @param {string} path
 * @returns {Record<string, LockEntry> | undefined} undefined when there is no such file, or half of one
 */
function packagesOf(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8')).packages;
  } catch {
    return undefined;
  }
}

/**
 * Whether node_modules holds what package-lock.json says. npm keeps its own record of what it installed and writes it
 * last, so that a killed installation is not taken for a good one, and one made by hand is accepted.
 *
 * @param {{ dev: boolean, folder?: string }} wanted `dev`: the parts for tests and checks, too
 * @returns {boolean}
 */
export function isInstalled({ dev, folder = root }) {
  const installed = packagesOf(join(folder, 'node_modules', '.package-lock.json'));
  const locked = packagesOf(join(folder, 'package-lock.json'));
  if (installed === undefined || locked === undefined) return false;
  return Object.entries(locked).every(([name, entry]) => {
    if (name === '' || entry.link) return true;
    if (!dev && (entry.dev || entry.devOptional)) return true;
    const found = installed[name];
    if (found === undefined) return Boolean(entry.optional || entry.peer || entry.devOptional);
    return found.version === entry.version && found.integrity === entry.integrity;
  });
}

/**
 * Makes node_modules what package-lock.json says, if it is not. What is more than enough stays: `npm start` after
 * `npm test` installs nothing.
 *
 * @param {{ dev: boolean }} wanted `dev`: the parts for tests and checks, too
 * @returns {Promise<void>} rejects when npm fails, with what to do
 */
export async function ensureInstalled({ dev }) {
  if (isInstalled({ dev })) return;
  const began = Date.now();
  progress(`Installing packages${dev ? ' and the parts for tests' : ''} (about half a minute) …`);
  const code = await npm(['ci', dev ? '--include=dev' : '--omit=dev', '--strict-allow-scripts', '--loglevel=error']);
  if (code !== 0 || !isInstalled({ dev })) {
    throw failure('Installing the packages failed (see above). Is the package registry within reach?');
  }
  progress(`Installed in ${seconds(began)}.`);
}

/**
 * Runs npm: the very npm that runs this script, on the Node.js it runs on. Not on the Node.js in node_modules, which
 * the installation replaces.
 *
 * @param {string[]} args
 * @returns {Promise<number>} its exit code
 */
function npm(args) {
  const cli = process.env['npm_execpath'];
  const own = process.env['npm_node_execpath'];
  const known = cli !== undefined && cli.endsWith('.js') && existsSync(cli);
  const node = own !== undefined && existsSync(own) ? own : process.execPath;
  return new Promise((resolve, reject) => {
    const child = spawn(known ? node : 'npm', known ? [cli, ...args] : args, {
      cwd: root,
      stdio: ['ignore', 'ignore', 'inherit'],
      shell: !known && process.platform === 'win32',
    });
    child.on('error', reject);
    child.on('exit', (code) => resolve(code ?? 1));
  });
}

/**
 * @param {number} began milliseconds since 1970
 * @returns {string} how long ago that is, for people
 */
export function seconds(began) {
  return `${((Date.now() - began) / 1000).toFixed(1)} s`;
}

/**
 * Tells people what takes so long. On standard error: standard output belongs to the command's answer.
 *
 * @param {string} line
 */
export function progress(line) {
  console.error(line);
}

/**
 * @param {string} message one sentence for people
 * @returns {Error} an end that was foreseen, and is shown without a stack
 */
export function failure(message) {
  return Object.assign(new Error(message), { name: 'Failure' });
}
