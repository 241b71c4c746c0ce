// @ts-check
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { failure, progress, root, seconds } from './install.mjs';
import { runNode } from './run.mjs';

/** What the built site is made of. */
const sources = ['src', 'public', 'astro.config.mjs', 'package-lock.json', 'scripts/build.mjs'];
const stamp = join(root, 'dist', '.stamp');
const compressible = new Set(['.css', '.html', '.js', '.json', '.map', '.mjs', '.svg', '.txt', '.webmanifest', '.xml']);

/**
 * @param {string} path a file or folder below the root
 * @returns {string[]} the files in it, in an order that does not depend on the file system
 */
function filesIn(path) {
  if (!existsSync(join(root, path))) return [];
  try {
    return readdirSync(join(root, path))
      .sort()
      .flatMap((name) => filesIn(`${path}/${name}`));
  } catch {
    return [path];
  }
}

/** @returns {string} a digest of all sources; modification times do not count, they lie after a checkout */
function digest() {
  const hash = createHash('sha256');
  for (const path of sources.flatMap(filesIn)) {
    const content = readFileSync(join(root, path));
    hash.update(`${path}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

/** @returns {boolean} whether dist was built, to its end, from the sources as they are */
export function isBuilt() {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === digest();
}

/**
 * Builds the pages into dist if the sources changed since.
 *
 * @returns {Promise<void>} rejects when the build fails, after its output was shown
 */
export async function ensureBuilt() {
  const wanted = digest();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  const began = Date.now();
  progress('Building the pages …');
  // Until the stamp is back, dist counts as not built: a build that is killed is made again.
  rmSync(stamp, { force: true });
  const { code, stdout, stderr } = await runNode(['node_modules/astro/bin/astro.mjs', 'build'], { quiet: true });
  if (code !== 0) {
    process.stderr.write(stdout + stderr);
    throw failure('Building the pages failed (see above).');
  }
  await compressAssets(join(root, 'dist', 'client'));
  writeFileSync(`${stamp}.new`, wanted);
  renameSync(`${stamp}.new`, stamp);
  progress(`Built in ${seconds(began)}.`);
}

/**
 * Writes `.br` and `.gz` beside every file of the folder that becomes smaller by it, for the front to serve as it is.
 *
 * @param {string} folder
 * @returns {Promise<void>}
 */
export async function compressAssets(folder) {
  if (!existsSync(folder)) return;
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    compressible.has(extname(name)),
  );
  await Promise.all(
    files.map(async (name) => {
      const path = join(folder, name);
      const content = readFileSync(path);
      const [small, smaller] = await Promise.all([
        promisify(gzip)(content, { level: constants.Z_BEST_COMPRESSION }),
        promisify(brotliCompress)(content),
      ]);
      if (small.length < content.length) writeFileSync(`${path}.gz`, small);
      if (smaller.length < content.length) writeFileSync(`${path}.br`, smaller);
    }),
  );
}
