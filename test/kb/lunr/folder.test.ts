import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { anonymous } from '../../../src/accounts/index.ts';
import { openStore } from '../../../src/kb/engines/lunr/store.ts';
import { lunr, type SearchDocument, type SearchEngine } from '../../../src/kb/index.ts';
import { moduleOf, startChild } from '../../support/child.ts';
import { databaseSource } from '../../support/databases.ts';
import { articleFile, openShelf } from '../support.ts';
import { madeUp, seeded } from './documents.ts';

const LIST = 'index.json';

/** Writing comes a moment later, and more than a moment when the machine is busy. */
const eventually = (check: () => void) => vi.waitFor(check, { timeout: 20_000 });

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'waypost-lunr-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'lunr');
}

function open(folder: string): SearchEngine {
  const engine = lunr({ folder });
  onTestFinished(() => engine.close());
  return engine;
}

const random = seeded(1);
const herd = [
  ...Array.from({ length: 40 }, (_, n) => madeUp(`en${n}`, 'en', random)),
  ...Array.from({ length: 40 }, (_, n) => madeUp(`zh${n}`, 'zh-cn', random)),
].map((document): SearchDocument => ({ ...document, audience: 'public' }));

/** A folder that an engine wrote: two languages, a few parts, one document gone. */
async function writtenFolder(): Promise<string> {
  const folder = temporaryFolder();
  const engine = open(folder);
  await engine.index(herd.slice(0, 60));
  await engine.index(herd.slice(60));
  await engine.remove(['en3']);
  await engine.advance('12@then');
  await engine.close();
  return folder;
}

const ask = (engine: SearchEngine, text: string, locale = 'en') =>
  engine.search({ text, locale, audiences: ['public'], limit: 50 });
const parts = (folder: string) => readdirSync(folder).filter((name) => name.endsWith('.part'));

describe('lunr’s index on disk', () => {
  test('is as it was when the next process opens it', async () => {
    const folder = await writtenFolder();
    const before = lunr();
    onTestFinished(() => before.close());
    await before.index(herd);
    await before.remove(['en3']);
    await before.advance('12@then');
    const after = open(folder);
    expect(await after.position()).toBe('12@then');
    expect(await after.ready()).toBe(true);
    expect(after.capabilities.durable).toBe(true);
    expect(await after.documents?.()).toEqual({ en: 39, 'zh-cn': 40 });
    for (const [text, locale] of [
      ['wobbling chiar', 'en'],
      ['CH-12', 'en'],
      ['椅子摇晃', 'zh-cn'],
    ] as const) {
      expect(await ask(after, text, locale)).toEqual(await ask(before, text, locale));
    }
    expect((await ask(after, 'en3')).hits.map(({ id }) => id)).not.toContain('en3');
  });

  test('takes changes on top, and keeps them', async () => {
    const folder = await writtenFolder();
    const first = open(folder);
    await first.index([{ ...madeUp('en5', 'en', random), audience: 'public', title: 'Zebra' }]);
    await first.remove(['zh7']);
    await first.advance('14@later');
    await first.close();
    const second = open(folder);
    expect(await second.position()).toBe('14@later');
    expect((await ask(second, 'zebra')).hits.map(({ id }) => id)).toEqual(['en5']);
    expect(await second.documents?.()).toEqual({ en: 39, 'zh-cn': 39 });
  });

  test('holds no file that its list does not name', async () => {
    const folder = await writtenFolder();
    writeFileSync(join(folder, 'left-behind.tmp'), 'half');
    writeFileSync(join(folder, '00000000-0000-0000-0000-000000000000.part'), 'nobody’s');
    const engine = open(folder);
    await engine.index(herd.slice(0, 1));
    await engine.advance('13@now');
    await engine.close();
    const { parts: named } = JSON.parse(readFileSync(join(folder, LIST), 'utf8').split('\n')[1] ?? '') as {
      parts: { file: string }[];
    };
    expect(readdirSync(folder).toSorted()).toEqual([...named.map(({ file }) => file), LIST, 'writer.lock'].toSorted());
  });

  describe('is thrown away and built anew when', () => {
    const overwrite = (path: string, change: (bytes: Buffer) => void) => {
      const bytes = readFileSync(path);
      change(bytes);
      writeFileSync(path, bytes);
    };
    const firstPart = (folder: string) => join(folder, parts(folder)[0] ?? '');
    test.each<[string, (folder: string) => void]>([
      ['the list is cut off', (folder) => truncateSync(join(folder, LIST), 100)],
      ['the list is empty', (folder) => truncateSync(join(folder, LIST), 0)],
      [
        'a figure of the list is another',
        (folder) => {
          overwrite(join(folder, LIST), (bytes) => bytes.write('99', bytes.indexOf('12@then')));
        },
      ],
      [
        'the list is a folder',
        (folder) => {
          rmSync(join(folder, LIST));
          mkdirSync(join(folder, LIST));
        },
      ],
      ['a part is cut off', (folder) => truncateSync(firstPart(folder), 1_000)],
      ['a part is empty', (folder) => truncateSync(firstPart(folder), 0)],
      [
        'one bit of a part is another',
        (folder) => {
          overwrite(firstPart(folder), (bytes) => (bytes[500] = (bytes[500] ?? 0) ^ 1));
        },
      ],
      ['a part is missing', (folder) => rmSync(firstPart(folder))],
    ])('%s', async (_, damage) => {
      const folder = await writtenFolder();
      damage(folder);
      const engine = open(folder);
      expect(await engine.position()).toBeNull();
      await expect(ask(engine, 'chair')).rejects.toMatchObject({ code: 'engine_unavailable' });
      if (readdirSync(folder).includes(LIST)) rmSync(join(folder, LIST), { recursive: true });
      await engine.index(herd);
      await engine.advance('15@now');
      await engine.close();
      const next = open(folder);
      expect(await next.position()).toBe('15@now');
      expect(await next.documents?.()).toEqual({ en: 40, 'zh-cn': 40 });
    });

    test('another version wrote it', async () => {
      const folder = await writtenFolder();
      expect(await openStore(folder, 'words that are cut otherwise').load()).toBeNull();
    });
  });

  test('a folder that cannot be written keeps nobody from searching, and is said once', async () => {
    const folder = temporaryFolder();
    writeFileSync(folder, 'a file where the folder should be');
    const said: string[] = [];
    const log = { warn: (_: unknown, message: string) => said.push(message), info: () => undefined };
    const engine = lunr({ folder, log });
    onTestFinished(() => engine.close());
    await engine.index(herd);
    await engine.advance('1@now');
    await eventually(() => expect(said).toHaveLength(1));
    await engine.advance('2@now');
    expect((await ask(engine, 'chair')).hits.length).toBeGreaterThan(0);
    await engine.close();
    expect(said).toEqual(['The search index cannot be written; the next start builds it anew.']);
  });

  test('a start loads what is there and is fed only what changed since', async () => {
    const source = databaseSource('sqlite');
    const folder = temporaryFolder();
    const first = await openShelf(source, { engine: lunr({ folder }) });
    await first.write({
      'en/care/a.md': articleFile({ title: 'Zebra' }),
      'en/care/b.md': articleFile({ title: 'Horse' }),
    });
    await first.kb.start();
    await first.kb.close();
    await first.write({ 'en/care/c.md': articleFile({ title: 'Zebra crossing' }) });

    const fed: string[] = [];
    const engine = lunr({ folder });
    const index = engine.index.bind(engine);
    engine.index = (documents) => {
      fed.push(...documents.map(({ title }) => title));
      return index(documents);
    };
    const second = await openShelf(source, { engine, database: first.database });
    await second.kb.start();
    expect(fed).toEqual(['Zebra crossing']);
    const { hits, degraded } = await second.kb.search(anonymous, { text: 'zebra', locale: 'en' });
    expect(degraded).toBe(false);
    expect(hits.map(({ slug }) => slug)).toEqual(['a', 'c']);
  });
});

describe('several processes on one folder', () => {
  test('one writes, the others search; whoever is left writes on', async () => {
    const folder = await writtenFolder();
    const [one, two] = [open(folder), open(folder)];
    await one.index(herd.slice(0, 1));
    await one.advance('20@one');
    await eventually(() => expect(readFileSync(join(folder, LIST), 'utf8')).toContain('20@one'));
    // The second has the same to write, and more; it must wait until the first has gone.
    await two.index(herd.slice(0, 2));
    await two.advance('21@two');
    await one.advance('22@one');
    await eventually(() => expect(readFileSync(join(folder, LIST), 'utf8')).toContain('22@one'));
    await one.close();
    await two.remove(['en0']);
    await two.advance('23@two');
    await two.close();
    const three = open(folder);
    expect(await three.position()).toBe('23@two');
    expect(await three.documents?.()).toEqual({ en: 38, 'zh-cn': 40 });
  });

  test('killed at any moment, what they leave can be loaded and holds all that it says', async () => {
    const folder = temporaryFolder();
    for (let round = 0; round < 4; round++) {
      const writers = [startChild(writer(folder)), startChild(writer(folder))];
      await Promise.all(writers.map(({ printed }) => printed('advanced 5\n')));
      await eventually(() => expect(existsSync(join(folder, LIST))).toBe(true));
      // Anywhere between two times of writing, or within one.
      await new Promise((resolve) => setTimeout(resolve, 140 * round));
      for (const { child } of writers) child.kill('SIGKILL');
      await Promise.all(writers.map(({ ended }) => ended));

      const engine = lunr({ folder });
      const reached = Number(await engine.position());
      expect(reached).toBeGreaterThan(0);
      const { hits } = await engine.search({ text: 'zebra', locale: 'en', audiences: ['public'], limit: 10_000 });
      const held = new Set(hits.map(({ id }) => id));
      const numbers = Array.from({ length: reached }, (_, n) => n + 1);
      expect(numbers.filter((n) => held.has(`z${n}`) !== (n % 10 !== 0))).toEqual([]);
      await engine.close();
    }
  });
});

/** A process that goes on feeding from where the index stands: each step a document, every tenth taken back. */
function writer(folder: string): string {
  return `
    import { lunr } from ${moduleOf('src/kb/engines/lunr/index.ts')};
    const engine = lunr({ folder: ${JSON.stringify(folder)} });
    const at = Number(await engine.position() ?? 0);
    const rest = { locale: 'en', audience: 'public', summary: '', keywords: [], headings: [] };
    for (let n = at + 1; ; n++) {
      const text = Array.from({ length: 300 }, (_, w) => 'w' + ((n * 31 + w * 17) % 4001)).join(' ');
      await engine.index([{ ...rest, id: 'z' + n, title: 'Zebra ' + n, text }]);
      if (n % 10 === 0) await engine.remove(['z' + n]);
      await engine.advance(String(n));
      process.stdout.write('advanced ' + (n - at) + '\\n');
    }`;
}
