import { describe, expect, test } from 'vitest';
import { anonymous, type Viewer } from '../../src/accounts/index.ts';
import { maskPersonal } from '../../src/kb/gaps/mask.ts';
import { eachDatabase, type DatabaseSource } from '../support/databases.ts';
import { articleFile, author, customer, openShelf } from './support.ts';

const HOUR = 3_600_000;
const agent: Viewer = { ...(author as Extract<Viewer, { kind: 'person' }>), role: 'agent' };
/** The inquiry of one visitor. */
const inquiry = (n: number) => `inquiry-${n}`.padEnd(22, '0');

async function shelf(source: DatabaseSource) {
  const opened = await openShelf(source);
  const { kb } = opened;
  await opened.write({
    'en/categories.yaml': 'care:\n  title: Care\n  description: Of wood.\n  order: 1\n',
    'en/care/oil.md': articleFile({ title: 'Oil the table', summary: 'Twice a year.' }),
    'zh-cn/care/oil.md': articleFile({ title: '给桌子上油' }),
  });
  await kb.start();
  const ask = async (text: string, n: number, viewer: Viewer = anonymous, locale = 'en') => {
    await kb.search(viewer, { text, locale, inquiry: inquiry(n) });
    await kb.gaps.flush();
  };
  const open = async () => (await kb.gaps.list(author, {})).gaps;
  return { ...opened, ask, open };
}

eachDatabase('gaps', (source) => {
  test('what is asked in vain is counted by inquiries, whatever its word order', async () => {
    const { ask, open } = await shelf(source);
    await ask('Hire furniture for a fair', 1);
    await ask('hire furniture for a fair', 1);
    await ask('Furniture hire, fairs?', 2);
    await ask('Sauna benches', 3);
    await ask('oil the table', 4);
    expect(await open()).toMatchObject([
      {
        question: 'Hire furniture for a fair',
        inquiries: 2,
        foundNothing: 2,
        alsoAsked: ['Furniture hire, fairs?'],
      },
      { question: 'Sauna benches', inquiries: 1, alsoAsked: [], state: 'open', article: null },
    ]);
  });

  test('each language has its own, and Chinese is cut as the search cuts it', async () => {
    const { ask, open } = await shelf(source);
    await ask('桑拿房能用哪款椅子', 1, anonymous, 'zh-cn');
    await ask('哪款椅子桑拿房能用呢', 2, anonymous, 'zh-cn');
    await ask('sauna', 3);
    expect((await open()).map(({ locale, inquiries }) => [locale, inquiries])).toContainEqual(['en', 1]);
    expect((await open()).every(({ locale, question }) => (locale === 'en') === /^[a-z]/.test(question))).toBe(true);
  });

  test('what may point at a person is not kept', async () => {
    const { ask, database } = await shelf(source);
    await ask('Write to mei@kitewood.example or +49 40 555 01 42 about KW-10023', 1);
    const kept = JSON.stringify(
      await database.db.selectFrom('gapAsker').innerJoin('gap', 'gap.id', 'gapId').selectAll().execute(),
    );
    for (const personal of ['mei@', '10023', '555']) expect(kept).not.toContain(personal);
  });

  test('colleagues, tests of the search and questions being typed are no customers', async () => {
    const { kb, ask, open } = await shelf(source);
    await ask('sauna', 1, agent);
    await kb.search(anonymous, { text: 'sauna', locale: 'en', touch: false });
    await kb.search(anonymous, { text: 'sauna', locale: 'en', suggest: true });
    await kb.gaps.flush();
    expect(await open()).toEqual([]);
  });

  test('a draft begins with the customers’ words, once, and the gap closes when readers see it', async () => {
    const { kb, ask, open, runtime } = await shelf(source);
    await ask('Sauna benches -->', 1);
    await ask('Benches for a sauna', 2);
    const [gap] = await open();
    const gapId = gap?.gapId ?? '';
    const { articleId } = await kb.gaps.write(author, { gapId });
    expect(await kb.gaps.write(author, { gapId })).toEqual({ articleId });
    const draft = await kb.authoring.open(author, { articleId });
    expect(draft).toMatchObject({
      locale: 'en',
      category: 'care',
      audience: 'staff',
      text: { title: 'Sauna benches -->' },
    });
    expect(draft.text.keywords).toEqual(['Benches for a sauna', 'Sauna benches -->']);
    expect(draft.text.source.match(/-->/g)).toHaveLength(1);
    expect(await open()).toMatchObject([{ state: 'drafted', article: { articleId } }]);

    expect(await kb.gaps.closeAnswered()).toBe(0);
    const text = { ...draft.text, title: 'Sauna benches', summary: 'Alder does not mind.', source: 'Words.' };
    await kb.authoring.publish(author, { articleId, version: draft.version, text, audience: 'customers' });
    expect(await kb.gaps.closeAnswered()).toBe(0); // strangers asked, and still find nothing
    await kb.authoring.setFacts(author, { articleId, audience: 'public' });
    expect(await kb.gaps.closeAnswered()).toBe(1);
    expect(await open()).toEqual([]);
    const { gaps } = await kb.gaps.list(agent, { view: 'closed' });
    expect(gaps).toMatchObject([{ state: 'answered', closedAt: new Date(runtime.now()).toISOString() }]);
  });

  test('any article that answers it closes it; asked in vain again, it is open again', async () => {
    const { kb, ask, open, write } = await shelf(source);
    await ask('sauna benches', 1);
    await write({ 'en/care/sauna.md': articleFile({ title: 'Sauna benches', summary: 'Benches in a sauna.' }) });
    expect(await kb.gaps.closeAnswered()).toBe(1);
    expect(await kb.gaps.closeAnswered()).toBe(0);
    await write({ 'en/care/sauna.md': articleFile({ title: 'Horses', summary: 'No word of it.' }) });
    await kb.catchUp();
    await ask('sauna benches', 1);
    expect(await open()).toEqual([]); // the same inquiry counts once
    await ask('sauna benches', 2);
    expect(await open()).toMatchObject([{ state: 'open', inquiries: 2, closedAt: null }]);
  });

  test('what is none of ours stays closed until somebody opens it', async () => {
    const { kb, ask, open } = await shelf(source);
    await ask('weather tomorrow', 1);
    const gapId = (await open())[0]?.gapId ?? '';
    await kb.gaps.dismiss(author, { gapId });
    await ask('weather tomorrow', 2);
    expect(await open()).toEqual([]);
    expect(await kb.gaps.list(author, { view: 'closed' })).toMatchObject({
      counts: { open: 0, closed: 1 },
      gaps: [{ state: 'dismissed', inquiries: 2 }],
    });
    await kb.gaps.reopen(author, { gapId });
    expect(await open()).toHaveLength(1);
  });

  test('pages follow one another without a gap twice or left out', async () => {
    const { kb, ask } = await shelf(source);
    for (let n = 0; n < 33; n += 1)
      await kb.search(anonymous, { text: `zebra${n}`, locale: 'en', inquiry: inquiry(n) });
    await ask('zebra0', 99);
    const first = await kb.gaps.list(author, {});
    const second = await kb.gaps.list(author, { after: first.next ?? undefined });
    expect([first.gaps.length, second.gaps.length, second.next]).toEqual([30, 3, null]);
    expect(first.gaps[0]).toMatchObject({ question: 'zebra0', inquiries: 2 });
    expect(new Set([...first.gaps, ...second.gaps].map(({ gapId }) => gapId)).size).toBe(33);
    expect(first.open).toEqual([{ locale: 'en', count: 33 }]);
  });

  test('what one inquiry asked is forgotten after 90 days, what two asked is not', async () => {
    const { kb, ask, open, runtime } = await shelf(source);
    await ask('sauna benches', 1);
    await ask('garden swing', 2);
    await ask('garden swing', 3);
    runtime.advance(91 * 24 * HOUR);
    expect(await kb.gaps.forgetSingle()).toBe(1);
    expect((await open()).map(({ question }) => question)).toEqual(['garden swing']);
  });

  test('customers see none of it, agents look, authors decide', async () => {
    const { kb, ask, open } = await shelf(source);
    await ask('sauna benches', 1);
    const gapId = (await open())[0]?.gapId ?? '';
    await expect(kb.gaps.list(anonymous, {})).rejects.toMatchObject({ code: 'unauthenticated' });
    await expect(kb.gaps.list(customer, {})).rejects.toMatchObject({ code: 'forbidden' });
    for (const act of ['write', 'dismiss', 'reopen'] as const) {
      await expect(kb.gaps[act](agent, { gapId })).rejects.toMatchObject({ code: 'forbidden' });
      await expect(kb.gaps[act](author, { gapId: 'unknown' })).rejects.toMatchObject({ code: 'not_found' });
    }
    expect(await kb.gaps.list(agent, {})).toMatchObject({ counts: { open: 1, closed: 0 } });
  });
});

describe('masking', () => {
  test.each([
    ['ring me at 040 555-0142 please', 'ring me at … please'],
    ['订单KW-10023在哪', '订单…在哪'],
    ['order kw10023 and parcel JD0146000034', 'order … and parcel …'],
    ['mail mei.lin@kitewood.example，谢谢', 'mail …，谢谢'],
    ['chair CH-12 with 38 mm legs in 2026', 'chair CH-12 with 38 mm legs in 2026'],
  ])('%s', (text, masked) => {
    expect(maskPersonal(text)).toBe(masked);
  });
});
