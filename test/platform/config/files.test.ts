import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  brandSchema,
  ConfigurationFaults,
  prepareDataFolder,
  readConfiguration,
  type EnvironmentVariables,
} from '../../../src/platform/config/index.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'waypost-config-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe('the data folder', () => {
  const prepare = (secret: string | null = null) => prepareDataFolder({ dataFolder: join(folder, 'data'), secret });

  it('is made, with a secret of its own that only the owner reads, and that stays', () => {
    const { secret } = prepare();
    expect(secret).toMatch(/^[\w-]{64}$/);
    expect(prepare().secret).toBe(secret);
    expect(statSync(join(folder, 'data/secret')).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(folder, 'data'))).toEqual(['secret']);
  });

  it('keeps no secret when the environment has one', () => {
    expect(prepare('from the environment').secret).toBe('from the environment');
    expect(readdirSync(join(folder, 'data'))).toEqual([]);
  });

  it('gets one secret when several processes start together', async () => {
    const script = `import { prepareDataFolder } from ${JSON.stringify(join(process.cwd(), 'src/platform/config/index.ts'))};
      process.stdout.write(prepareDataFolder({ dataFolder: ${JSON.stringify(join(folder, 'data'))}, secret: null }).secret);`;
    const secrets = await Promise.all(Array.from({ length: 4 }, () => output(['--input-type=module', '-e', script])));
    expect(new Set(secrets).size).toBe(1);
    expect(secrets[0]).toHaveLength(64);
  });

  it('says in one sentence why it cannot be written', () => {
    writeFileSync(join(folder, 'data'), 'a file');
    expect(() => prepare()).toThrow(expect.objectContaining({ code: 'data_folder' }));
    expect(() => prepare()).toThrow(/^The data folder \S+ cannot be written: there is a file of this name\.$/);
    expect(() => prepareDataFolder({ dataFolder: join(folder, 'data/below'), secret: null })).toThrow(
      /cannot be written: a part of the path is a file\.$/,
    );
  });

  it('is not given a new secret in place of a damaged one', () => {
    mkdirSync(join(folder, 'data'));
    writeFileSync(join(folder, 'data/secret'), 'short');
    expect(() => prepare()).toThrow(/is damaged/);
    expect(readFileSync(join(folder, 'data/secret'), 'utf8')).toBe('short');
  });
});

describe('the company’s configuration', () => {
  const schema = z.strictObject({
    brand: brandSchema,
    connectors: z.array(z.object({ name: z.string('a name') })).default([]),
  });
  const write = (text: string) => writeFileSync(join(folder, 'waypost.config.ts'), text);
  const read = (env: EnvironmentVariables = {}) => readConfiguration(schema, { WAYPOST_SITE: folder, ...env }, folder);
  async function faultsOf(env: EnvironmentVariables = {}): Promise<ConfigurationFaults> {
    return read(env).then(
      () => {
        throw new Error('There was no fault.');
      },
      (error: unknown) => {
        if (error instanceof ConfigurationFaults) return error;
        throw error;
      },
    );
  }
  const brand = `{ name: 'Kitewood', helpName: { en: 'Help', 'zh-cn': '帮助' }, locales: ['en', 'zh-cn'], timeZone: 'Europe/Berlin' }`;

  it('is a TypeScript file, checked and given back', async () => {
    write(`const site: { brand: object } = { brand: ${brand} };\nexport default site;`);
    const { environment, site } = await read();
    expect(environment.site).toBe(folder);
    expect(site).toEqual({
      brand: {
        name: 'Kitewood',
        helpName: { en: 'Help', 'zh-cn': '帮助' },
        locales: ['en', 'zh-cn'],
        timeZone: 'Europe/Berlin',
      },
      connectors: [],
    });
  });

  it('tells its faults together with those of the environment', async () => {
    write(`export default { brand: { name: '', locales: ['en', 'de'], timeZone: 'Mars/Base' }, conectors: [] };`);
    const { faults } = await faultsOf({ PORT: 'x' });
    expect(faults.map(({ where }) => where)).toEqual([
      'PORT',
      'waypost.config.ts: brand.name',
      'waypost.config.ts: brand.locales[1]',
      'waypost.config.ts: brand.timeZone',
      'waypost.config.ts',
    ]);
    expect(faults.at(-1)?.message).toBe('nothing here is called “conectors”.');
    expect(faults[2]?.message).toBe('expected one of en, zh-cn; “de” came.');
  });

  it('shows nothing of what a plugin may hold', async () => {
    write(`export default { brand: ${brand}, connectors: [{ name: { token: 'c4n4ry' } }, 'c4n4ry with secrets: 1'] };`);
    const { faults, message } = await faultsOf();
    expect(faults.length).toBe(2);
    expect(message).not.toContain('c4n4ry');
  });

  it.each([
    ['no file', null, 'WAYPOST_SITE', 'there is none'],
    ['no default export', 'export const site = {};', 'waypost.config.ts', 'no default export'],
    ['a syntax error', 'export default {', 'waypost.config.ts', 'cannot be read'],
    ['an exception', `throw new Error('no token');\nexport default {};`, 'waypost.config.ts', 'no token'],
    ['something else', 'export default 7;', 'waypost.config.ts', 'expected object; 7 came'],
  ])('with %s is one clear fault', async (_, text, where, words) => {
    if (text !== null) write(text);
    const { faults } = await faultsOf();
    expect(faults).toMatchObject([{ where, message: expect.stringContaining(words) as string }]);
  });
});

/** What a child process of the same Node prints. */
function output(args: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
    child.on('error', reject);
    child.on('exit', (code) => (code === 0 ? resolve(text) : reject(new Error(`exit code ${code}`))));
  });
}
