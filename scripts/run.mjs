// @ts-check
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import module from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { failure, root } from './install.mjs';

/** Waypost runs TypeScript as it is and keeps data in node:sqlite: both need this version at least. */
const oldestNode = 24;
/** @type {NodeJS.Signals[]} */
const passedOn = ['SIGTERM', 'SIGINT', 'SIGHUP'];

/** @returns {{ path: string, version: string } | undefined} the Node.js of the lock file, where there is one for this machine */
function lockedNode() {
  const system = process.platform === 'win32' ? 'win' : process.platform;
  const folder = join(root, 'node_modules', `node-${system}-${process.arch}`);
  const path = join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (!existsSync(path)) return undefined;
  return { path, version: `v${JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).version}` };
}

/** @returns {boolean} whether this process may run Waypost itself */
function isRightNode() {
  const locked = lockedNode();
  if (locked !== undefined) return locked.version === process.version;
  return Number.parseInt(process.versions.node, 10) >= oldestNode;
}

/**
 * @returns {string} the Node.js that runs Waypost; call it after ensureInstalled
 * @throws when neither the lock file nor the machine has one that is new enough
 */
function nodePath() {
  const path = lockedNode()?.path ?? (isRightNode() ? process.execPath : undefined);
  if (path === undefined) {
    throw failure(
      `Waypost needs Node.js ${oldestNode} or newer; this is ${process.version}, and the packages hold none for ${process.platform}-${process.arch}.`,
    );
  }
  return path;
}

/**
 * Calls back when the process that started this one is gone, if npm started it: npm hands on SIGTERM and SIGINT, but
 * not SIGHUP, and not its own violent end. Without npm there may be good reasons to outlive the parent.
 *
 * @param {() => void} onGone
 */
function watchParent(onGone) {
  if (process.env['npm_lifecycle_event'] === undefined) return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    onGone();
  }, 300);
  timer.unref();
}

/**
 * Runs Node.js (the locked one) as a child and passes on every signal that asks to stop.
 *
 * @param {string[]} args script and arguments
 * @param {{ quiet?: boolean, cwd?: string, env?: Record<string, string>, onMessage?: (message: unknown) => void }} [options]
 *   `cwd`: the folder with package.json if left out; `quiet`: collect the output instead of showing it; `onMessage`:
 *   hears what the child sends by `process.send`
 * @returns {Promise<{ code: number, stdout: string, stderr: string }>} its exit code (1 when a signal ended it)
 */
export function runNode(args, { quiet = false, cwd = root, env = {}, onMessage } = {}) {
  return new Promise((resolve, reject) => {
    const output = quiet ? 'pipe' : 'inherit';
    const child = spawn(nodePath(), args, {
      cwd,
      env: { ...process.env, ASTRO_TELEMETRY_DISABLED: '1', ...env },
      stdio: [quiet ? 'ignore' : 'inherit', output, output, ...(onMessage ? [/** @type {const} */ ('ipc')] : [])],
    });
    let [stdout, stderr] = ['', ''];
    child.stdout?.setEncoding('utf8').on('data', (chunk) => (stdout += chunk));
    child.stderr?.setEncoding('utf8').on('data', (chunk) => (stderr += chunk));
    if (onMessage) child.on('message', onMessage);

    /** @param {NodeJS.Signals} signal */
    const passOn = (signal) => child.kill(signal);
    for (const signal of passedOn) process.on(signal, passOn);
    watchParent(() => child.kill('SIGTERM'));

    child.on('error', reject);
    child.on('close', (code) => {
      for (const signal of passedOn) process.off(signal, passOn);
      resolve({ code: code ?? 1, stdout, stderr });
    });
  });
}

/**
 * Goes on under the locked Node.js: at once when this is it, else by running the same script again under it. Then this
 * process only passes on signals, takes over the exit code, and `work` is not called here.
 *
 * @param {string} script `import.meta.url` of the calling script
 * @param {() => Promise<number>} work gives the exit code
 * @returns {Promise<void>}
 */
export async function underLockedNode(script, work) {
  if (isRightNode()) {
    // A signal to oneself takes the same way out as one from npm.
    watchParent(() => process.kill(process.pid, 'SIGTERM'));
    process.exitCode = await work();
    return;
  }
  const { code } = await runNode([fileURLToPath(script), ...process.argv.slice(2)], { cwd: process.cwd() });
  process.exitCode = code;
}

/**
 * The `waypost` command, in this process.
 *
 * @param {string[]} argv verb and options
 * @returns {Promise<number>} the exit code
 */
export async function waypost(argv) {
  // Compiled code is kept between two starts; where the folder cannot be written, nothing is.
  module.enableCompileCache(join(root, 'node_modules', '.cache', 'waypost'));
  const { main } = await import('../src/cli/index.ts');
  return main(argv);
}

/**
 * Runs a script's body. What it throws goes to standard error, a foreseen failure as one line, and exit code is 1.
 *
 * @param {() => Promise<void>} body
 * @returns {Promise<void>}
 */
export async function runScript(body) {
  try {
    await body();
  } catch (error) {
    console.error(error instanceof Error && error.name === 'Failure' ? error.message : error);
    process.exitCode = 1;
  }
}
