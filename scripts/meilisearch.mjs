// @ts-check
// A real Meilisearch server from the development packages: for tests, and for `npm run start:full`.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statfsSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { failure, root } from './install.mjs';

/**
 * @typedef {object} MeilisearchServer a running server
 * @property {string} url
 * @property {string} key its master key
 * @property {number} pid of the server itself
 * @property {() => Promise<void>} stop ends it and waits until it is down
 */

const packaged = join(root, 'node_modules', '@gaubee', 'meilisearch-linux-amd64', 'meilisearch');

/** Long enough for a loaded machine that has the binary on a cold disk. */
const startMs = 30_000;

/**
 * Starts a server on 127.0.0.1.
 *
 * @param {{ folder?: string, port?: number }} [options] `folder`: where the data and the master key live on; without it
 *   they are in a temporary folder, deleted at the end. `port`: a free one if left out
 * @returns {Promise<MeilisearchServer>} once it answers. It ends with this process, however that ends
 */
export async function startMeilisearch({ folder, port } = {}) {
  if (process.platform !== 'linux' || process.arch !== 'x64' || !existsSync(packaged)) {
    throw failure(`There is no Meilisearch package for ${process.platform}-${process.arch}.`);
  }
  makeRunnable();
  const home = folder ?? mkdtempSync(join(quickFolder(), 'waypost-meilisearch-'));
  const cleanUp = () => {
    if (folder === undefined) rmSync(home, { recursive: true, force: true });
  };
  try {
    mkdirSync(home, { recursive: true, mode: 0o700 });
    const key = keptKey(home);
    return await serve(home, key, { port: port ?? (await freePort()), scratch: folder === undefined, cleanUp });
  } catch (error) {
    cleanUp();
    throw error;
  }
}

/** @returns {string} where temporary data lie: in memory, where no change waits for a disk, if there is room */
export function quickFolder() {
  try {
    const { bavail, bsize } = statfsSync('/dev/shm');
    return bavail * bsize > 1024 ** 3 ? '/dev/shm' : tmpdir();
  } catch {
    return tmpdir();
  }
}

/** The package's file lacks the run bit. */
function makeRunnable() {
  if ((statSync(packaged).mode & 0o111) === 0) chmodSync(packaged, 0o755);
}

/** @param {string} home @returns {string} the master key, made once and kept beside the data */
function keptKey(home) {
  const path = join(home, 'master-key');
  if (!existsSync(path)) writeFileSync(path, randomBytes(32).toString('base64url'), { mode: 0o600 });
  return readFileSync(path, 'utf8');
}

/** @returns {Promise<number>} */
function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

/**
 * The server runs below a shell that says its number and waits for its standard input to close, which happens however
 * this process ends. It stands apart from the terminal, so that Ctrl-C stops the portal first and the server after it.
 */
const untilInputCloses =
  '"$@" >&2 & server=$!; trap "" PIPE; echo $server; read -r _; kill -TERM $server; kill -CONT $server; wait $server; [ -z "$SCRATCH" ] || rm -rf "$SCRATCH"';

/**
 * @param {string} home
 * @param {string} key
 * @param {{ port: number, scratch: boolean, cleanUp: () => void }} options `scratch`: the folder goes with the server
 * @returns {Promise<MeilisearchServer>}
 */
async function serve(home, key, { port, scratch, cleanUp }) {
  const child = spawn(
    '/bin/sh',
    ['-c', untilInputCloses, 'sh', packaged, '--no-analytics', '--db-path', join(home, 'data')],
    {
      cwd: home, // it makes folders for dumps and snapshots where it stands
      // By the environment: the arguments of a process are everybody's to read.
      env: {
        PATH: process.env['PATH'] ?? '',
        SCRATCH: scratch ? home : '',
        MEILI_MASTER_KEY: key,
        MEILI_HTTP_ADDR: `127.0.0.1:${port}`,
        MEILI_LOG_LEVEL: 'WARN',
      },
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
    },
  );
  const ended = new Promise((resolve) => child.once('close', resolve));
  process.once('exit', cleanUp);
  let said = '';
  let isOver = false;
  void ended.then(() => (isOver = true));
  child.stderr.setEncoding('utf8').on('data', (chunk) => (said = (said + chunk).slice(-4_000)));
  const stop = async () => {
    child.stdin.end();
    await ended;
    process.off('exit', cleanUp);
    cleanUp();
  };
  const url = `http://127.0.0.1:${port}`;
  const pid = await new Promise((resolve) => {
    child.stdout.setEncoding('utf8').once('data', (text) => resolve(Number.parseInt(text, 10)));
    child.once('close', () => resolve(0));
  });
  const deadline = Date.now() + startMs;
  while (!isOver && !hasEnded(pid) && Date.now() < deadline) {
    if (await isHealthy(url)) return { url, key, pid, stop };
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await stop();
  throw failure(`Meilisearch did not start on ${home}:\n${said}`);
}

/** @param {number} pid @returns {boolean} whether the server ended by itself; the shell still waits for its input then */
function hasEnded(pid) {
  try {
    return / Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return true;
  }
}

/** @param {string} url @returns {Promise<boolean>} */
async function isHealthy(url) {
  try {
    return (await fetch(`${url}/health`, { signal: AbortSignal.timeout(1_000) })).ok;
  } catch {
    return false;
  }
}
