import { execFileSync } from 'node:child_process';
import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { brotliDecompressSync, createBrotliDecompress } from 'node:zlib';
import { chromium, type Browser } from 'playwright-core';
import { decompress } from 'wawoff2';
import { root } from '../../scripts/install.mjs';

/** A Chromium on this machine and the environment it must be started with. */
export interface ChromiumParts {
  executable: string;
  environment: Record<string, string>;
}

const packages = join(root, 'node_modules');
const bundle = join(packages, '@sparticuz', 'chromium');
const onMachines = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const isPackaged = process.platform === 'linux' && process.arch === 'x64';

/** Nothing that talks to the network on its own. */
const quiet = ['--disable-quic', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

/**
 * Finds a Chromium (`CHROMIUM_PATH`, else the one from the packages, unpacked once, else the machine's) and gives it
 * fonts for English and Chinese, always the same ones, so that pages look alike everywhere. The one from the packages
 * is a headless shell: the same everywhere, and it draws no window around each page, which costs a whole Chromium as
 * much as the pages.
 *
 * @throws when it cannot start, or shows no Chinese
 */
export async function prepareChromium(): Promise<ChromiumParts> {
  const { version } = JSON.parse(readFileSync(join(bundle, 'package.json'), 'utf8')) as { version: string };
  const fonts = await once(`chromium-fonts-${version}`, unpackFonts);
  nameFonts(fonts);
  const environment = { FONTCONFIG_PATH: fonts };
  const chosen = process.env['CHROMIUM_PATH'];
  if (chosen !== undefined) return proven({ executable: chosen, environment });
  const packaged = isPackaged ? await packagedChromium(version, environment) : null;
  if (packaged && runs(packaged)) return proven(packaged);
  const machines = onMachines.map((executable) => ({ executable, environment })).find(runs);
  if (machines) return proven(machines);
  throw new Error('There is no Chromium that runs here: install one, or name one by CHROMIUM_PATH.');
}

async function packagedChromium(version: string, environment: Record<string, string>): Promise<ChromiumParts> {
  const unpacked = await once(`chromium-${version}`, unpackChromium);
  return {
    executable: join(unpacked, 'chromium'),
    environment: { ...environment, LD_LIBRARY_PATH: join(unpacked, 'lib') },
  };
}

/** Starts it: a new browser, to be closed by who asked for it. */
export function launch({ executable, environment }: ChromiumParts): Promise<Browser> {
  return chromium.launch({ executablePath: executable, args: quiet, env: withInherited(environment) });
}

function withInherited(environment: Record<string, string>): Record<string, string> {
  const inherited = Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return { ...Object.fromEntries(inherited), ...environment };
}

/** Whether the program runs at all: libraries may be missing, and some distributions ship a stub that tells what to install. */
function runs({ executable, environment }: ChromiumParts): boolean {
  if (!existsSync(executable)) return false;
  try {
    execFileSync(executable, ['--version'], { env: withInherited(environment), stdio: 'ignore', timeout: 10_000 });
    return true;
  } catch {
    return false;
  }
}

/**
 * A folder in the packages' cache, filled on the first call. Filled under another name and renamed at the end, so that
 * one that was interrupted is not taken for a good one.
 */
async function once(name: string, fill: (folder: string) => Promise<void>): Promise<string> {
  const home = join(packages, '.cache', name);
  if (existsSync(home)) return home;
  mkdirSync(dirname(home), { recursive: true });
  const folder = mkdtempSync(`${home}.`);
  try {
    await fill(folder);
    renameSync(folder, home);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    // Another run was quicker.
    if (!existsSync(home)) throw error;
  }
  return home;
}

async function unpackChromium(folder: string): Promise<void> {
  for (const archive of ['al2023.tar.br', 'swiftshader.tar.br']) unpackTar(archive, folder);
  const program = createWriteStream(join(folder, 'chromium'), { mode: 0o755 });
  await pipeline(createReadStream(join(bundle, 'bin', 'chromium.br')), createBrotliDecompress(), program);
}

/** Open Sans of the package for Latin, Noto Sans SC for Chinese; fontconfig reads no WOFF2, so they become TTF. */
async function unpackFonts(folder: string): Promise<void> {
  unpackTar('fonts.tar.br', folder);
  const chinese = join(packages, '@fontsource-variable', 'noto-sans-sc', 'files');
  for (const name of readdirSync(chinese).filter((file) => file.endsWith('-wght-normal.woff2'))) {
    writeFileSync(
      join(folder, 'fonts', name.replace(/woff2$/, 'ttf')),
      await decompress(readFileSync(join(chinese, name))),
    );
  }
}

/** Says where the fonts lie. The file holds the whole path, and the project may have moved since it was written. */
function nameFonts(home: string): void {
  const families = ['Open Sans', 'Noto Sans SC', 'Noto Sans SC Thin'].map((family) => `<family>${family}</family>`);
  const aliases = ['sans-serif', 'serif', 'monospace', 'system-ui'].map(
    (family) => `<alias><family>${family}</family><prefer>${families.join('')}</prefer></alias>`,
  );
  const lines = [`<dir>${home}/fonts</dir>`, `<cachedir>${home}/cache</cachedir>`, ...aliases];
  const text = `<?xml version="1.0"?>\n<fontconfig>\n${lines.join('\n')}\n</fontconfig>\n`;
  const file = join(home, 'fonts.conf');
  if (existsSync(file) && readFileSync(file, 'utf8') === text) return;
  writeFileSync(`${file}.${process.pid}`, text);
  renameSync(`${file}.${process.pid}`, file);
}

/** Unpacks one of the package's archives: plain tar (ustar) with files and folders only. */
function unpackTar(archive: string, folder: string): void {
  const tar = brotliDecompressSync(readFileSync(join(bundle, 'bin', archive)));
  const text = (start: number, length: number): string =>
    tar.toString('utf8', start, start + length).replace(/\0.*$/s, '');
  for (let header = 0; header < tar.length && tar[header] !== 0;) {
    const path = join(folder, text(header, 100));
    const size = Number.parseInt(text(header + 124, 12), 8);
    const content = header + 512;
    if (text(header + 156, 1) === '5') mkdirSync(path, { recursive: true });
    else {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, tar.subarray(content, content + size), { mode: 0o755 });
    }
    header = content + Math.ceil(size / 512) * 512;
  }
}

/** Without a font every text is 0 px wide and nothing fails: 退 must be as wide as its size, an unmapped sign not. */
async function proven(parts: ChromiumParts): Promise<ChromiumParts> {
  const browser = await launch(parts);
  try {
    const page = await browser.newPage();
    await page.setContent('<p style="font: 100px sans-serif"><span>退</span><span>\u{10fffd}</span><span>W</span></p>');
    const widths = await page.$$eval('span', (signs) => signs.map((sign) => sign.getBoundingClientRect().width));
    const [chinese, unmapped, latin] = widths;
    if (chinese === 100 && unmapped !== 100 && latin !== undefined && latin > 0) return parts;
    throw new Error(
      `${parts.executable} shows no Chinese: 退, an unmapped sign and W are ${widths.join(', ')} px wide.`,
    );
  } finally {
    await browser.close();
  }
}
