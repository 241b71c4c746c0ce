import { expect, test, vi } from 'vitest';
import { anonymous } from '../../src/accounts/index.ts';
import { EngineUnavailable, lunr, type SearchEngine } from '../../src/kb/index.ts';
import { databaseSource } from '../support/databases.ts';
import { articleFile, openShelf } from './support.ts';

const source = databaseSource('sqlite');
const answered = { hits: [] };

/** A first engine whose answers are ours to decide; lunr is below it. */
async function chain(search: SearchEngine['search']) {
  const asked = vi.fn(search);
  const engine: SearchEngine = {
    name: 'first',
    capabilities: { durable: true, prefix: false, typos: false },
    position: () => Promise.resolve('0@'),
    index: () => Promise.resolve(),
    remove: () => Promise.resolve(),
    advance: () => Promise.resolve(),
    search: asked,
    ready: () => Promise.resolve(true),
    close: () => Promise.resolve(),
  };
  const { kb, write } = await openShelf(source, { engine, net: lunr() });
  await write({ 'en/care/oil.md': articleFile({ title: 'Oil a table' }) });
  await kb.catchUp();
  await kb.start();
  return { kb, asked, ask: (text: string) => kb.search(anonymous, { text, locale: 'en', touch: false }) };
}

test('questions pass an engine by from its first failure on: none of them waits for it again', async () => {
  const { ask, asked, kb } = await chain(() => new Promise(() => undefined));
  expect(await ask('oil')).toMatchObject({ engine: 'lunr', degraded: true, hits: [{ slug: 'oil' }] });
  expect(asked.mock.calls.map(([{ text }]) => text)).toEqual(['oil']);
  for (let again = 0; again < 20; again += 1) {
    expect(await ask('oil table')).toMatchObject({ engine: 'lunr', degraded: true });
  }
  // Only the background asked again, and with an ordinary word.
  expect(asked.mock.calls.map(([{ text }]) => text)).not.toContain('oil table');
  expect(await kb.searchState()).toMatchObject({ engine: 'first', ready: false, answering: 'lunr' });
});

test('it is used again as soon as it answers the background', async () => {
  let isAway = true;
  const { ask, kb } = await chain(() =>
    isAway ? Promise.reject(new EngineUnavailable('first', 'is away.')) : Promise.resolve(answered),
  );
  expect((await ask('oil')).engine).toBe('lunr');
  isAway = false;
  await vi.waitFor(async () => expect((await ask('oil')).engine).toBe('first'), { timeout: 10_000 });
  expect(await kb.searchState()).toMatchObject({ ready: true, trouble: null, answering: 'first' });
});

test('a question that one engine cannot answer does not keep it away', async () => {
  const { ask } = await chain(({ text }) =>
    text === 'odd' ? Promise.reject(new Error('Odd.')) : Promise.resolve(answered),
  );
  expect((await ask('odd')).engine).toBe('lunr');
  await vi.waitFor(async () => expect((await ask('oil')).engine).toBe('first'), { timeout: 10_000 });
});
