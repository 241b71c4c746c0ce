import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { translator } from '../../src/platform/i18n/index.ts';
import { caller, type Answer, type Caller } from '../support/caller.ts';
import { openDocuments } from '../support/documents.ts';
import { readMail } from '../support/mail.ts';
import { redirectTargets } from '../support/naughty.ts';
import { startPortal, type TestPerson, type TestPortal } from '../support/portal.ts';
import { snapshot } from '../support/snapshot.ts';

const locales = ['en', 'zh-cn'] as const;

let documents: Awaited<ReturnType<typeof openDocuments>>;
let portal: TestPortal;
let mei: TestPerson;
let ravi: TestPerson;
let customer: Caller;
let guest: Caller;
beforeAll(async () => {
  documents = await openDocuments();
  portal = await startPortal();
  mei = await portal.person('Mei Lin');
  ravi = await portal.person('Ravi Menon', 'agent');
  customer = caller(portal, mei);
  guest = caller(portal);
});
afterAll(async () => {
  await portal.close();
  await documents.close();
});

describe('known and unknown addresses look the same', () => {
  const forms: Record<string, (email: string) => Record<string, string>> = {
    'sign-in': (email) => ({ email, password: 'not the password of anybody' }),
    'sign-in/link': (email) => ({ email }),
    'sign-up': (email) => ({ email, name: 'Somebody', password: 'another ordinary sentence' }),
    forgotten: (email) => ({ email }),
    ask: (email) => ({ email, subject: 'S', body: 'B' }),
  };

  it.for(Object.keys(forms).flatMap((page) => locales.map((locale) => ({ page, locale }))))(
    'at /$locale/$page',
    async ({ page, locale }) => {
      const known = mei.email;
      const unknown = `nobody.${page.replace('/', '.')}.${locale}@kitewood.example`;
      const told = async (email: string): Promise<string> => {
        const first = await guest.post(`/${locale}/${page}`, forms[page]?.(email) ?? {});
        const then = first.location === null ? first : await guest.get(first.location);
        const { text, title, fields } = await documents.read(then.text);
        const words = JSON.stringify([
          first.status,
          first.location,
          then.status,
          title,
          text,
          { ...fields, key: [], inquiry: [] },
        ]);
        return words.replaceAll(email, '<address>').replaceAll(/W-\d+/g, '<number>');
      };
      expect(await told(known)).toBe(await told(unknown));
    },
  );
});

describe('limits', () => {
  let narrow: TestPortal;
  let known: TestPerson;
  let flooded: string;
  beforeAll(async () => {
    const rate = { max: 2, windowSeconds: 3_600 };
    narrow = await startPortal({ site: { limits: { signIns: rate, questions: rate, mails: rate } } });
    known = await narrow.person('Known');
    flooded = (await narrow.person('Flooded')).email;
  });
  afterAll(() => narrow.close());

  async function third(send: () => Promise<Answer>): Promise<Answer> {
    await send();
    await send();
    return send();
  }

  it('are told in words, with the time to wait and what was typed', async () => {
    const stranger = caller(narrow);
    for (const [locale, page, form] of [
      ['zh-cn', 'sign-in', { email: known.email, password: 'wrong' }],
      ['en', 'sign-in', { email: 'unknown@kitewood.example', password: 'wrong' }],
      ['en', 'ask', { subject: 'S', body: 'Typed.', email: 'g@kitewood.example', name: 'G', order: 'KW-1' }],
    ] as const) {
      const answer = await third(() => stranger.post(`/${locale}/${page}`, form));
      expect([page, answer.status]).toEqual([page, 429]);
      const seconds = answer.headers.get('retry-after');
      expect(Number(seconds)).toBeGreaterThan(0);
      const { text, fields } = await documents.read(answer.text);
      expect(text).toContain(translator(locale).t('errors.429.text', { seconds: Number(seconds) }));
      for (const [name, value] of Object.entries(form)) if (name !== 'password') expect(fields[name]).toEqual([value]);
    }
  });

  it('hold for JSON, too', async () => {
    const who = caller(narrow, known);
    const answer = await third(() => who.json('/api/v1/tickets', { subject: 'S', body: 'B' }));
    expect(answer.status).toBe(429);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(JSON.parse(answer.text)).toMatchObject({ type: '/problems/limited', status: 429 });
  });

  it('keep an address from being flooded, known or not, without saying which', async () => {
    const stranger = caller(narrow);
    for (const email of [flooded, 'nobody@kitewood.example']) {
      const answers = [];
      for (let time = 0; time < 4; time++) answers.push(await stranger.post('/en/sign-in/link', { email }));
      expect(new Set(answers.map(({ status, location }) => `${status} ${location}`)).size).toBeLessThanOrEqual(2);
    }
    await narrow.app.queue.runDue();
    const mails = narrow.mails().map(readMail);
    expect(mails.filter(({ to }) => to.includes(flooded)).length).toBeLessThanOrEqual(2);
    expect(mails.filter(({ to }) => to.includes('nobody@'))).toEqual([]);
  });
});

it('links in mails come from the configured address, whatever the request claims', async () => {
  const claims = {
    'x-forwarded-host': 'evil.example',
    'x-forwarded-proto': 'https',
    forwarded: 'host=evil.example;proto=https',
    'x-original-host': 'evil.example',
    'x-host': 'evil.example',
  };
  await guest.post('/en/ask', { subject: 'S', body: 'B', email: 'claims@kitewood.example' }, claims);
  await guest.post('/en/sign-in/link', { email: mei.email }, claims);
  await guest.post('/en/forgotten', { email: mei.email }, claims);
  await guest.post(
    '/en/sign-up',
    { name: 'N', email: 'new@kitewood.example', password: 'an ordinary sentence' },
    claims,
  );
  const opened = await customer.json('/api/v1/tickets', { subject: 'S', body: 'B' }, claims);
  expect((JSON.parse(opened.text) as { url: string }).url.startsWith(`${portal.url}/`)).toBe(true);
  await portal.app.queue.runDue();
  const mails = portal.mails().map(readMail);
  expect(mails.length).toBeGreaterThanOrEqual(5);
  for (const { links, html, text } of mails) {
    for (const link of links) expect(new URL(link).origin).toBe(portal.url);
    expect(html + text).not.toContain('evil.example');
  }
});

it('no redirect leaves the site, however its target is written', { timeout: 120_000 }, async () => {
  const leaves = ({ location }: Answer): boolean =>
    location !== null && new URL(location, `${portal.url}/en/sign-in`).origin !== portal.url;
  const wrong: string[] = [];
  for (const target of redirectTargets()) {
    const q = encodeURIComponent(target);
    const answers = await Promise.all([
      guest.post('/en/sign-in', { email: mei.email, password: mei.password, return_to: target }),
      guest.post('/theme', { theme: 'dark', back: target }),
      customer.get(`/en/sign-in?return_to=${q}`),
      guest.get(`/en/sign-in?return_to=${q}`),
    ]);
    const [entered, themed, already, form] = answers;
    if ([entered, themed, already].some(({ status }) => status !== 303)) wrong.push(`${target}: no redirect`);
    if (answers.some(leaves)) wrong.push(`${target}: leaves the site`);
    const { links, fields } = await documents.read(form.text);
    const kept = [...(fields['return_to'] ?? []), ...links.map(({ href }) => href)];
    for (const href of kept)
      if (
        URL.canParse(href, portal.url) &&
        new URL(href, portal.url).origin !== portal.url &&
        !/^(tel|mailto):/.test(href)
      )
        wrong.push(`${target}: ${href}`);
  }
  expect(wrong).toEqual([]);
});

it('a mailed link leads to nowhere but this site', async () => {
  const targets = redirectTargets().filter((_, index) => index % 10 === 0);
  const spent = new Set<string>();
  for (const target of targets) {
    await guest.post('/en/sign-in/link', { email: mei.email, return_to: target });
    await portal.app.queue.runDue();
    const tokens = portal
      .mails()
      .flatMap((mail) => readMail(mail).links)
      .filter((link) => link.includes('/enter?token='))
      .filter((link) => !spent.has(link));
    for (const link of tokens) {
      spent.add(link);
      const { status, location } = await guest.post('/en/enter', {
        token: new URL(link).searchParams.get('token') ?? '',
      });
      if (status !== 422)
        expect([target, status, new URL(location ?? '', portal.url).origin]).toEqual([target, 303, portal.url]);
    }
  }
  expect(spent.size).toBeGreaterThanOrEqual(targets.length);
});

describe('a write with a cookie from another site', () => {
  const origins: Record<string, Record<string, string>> = {
    'another origin': { origin: 'https://evil.example' },
    'no origin that says so': { origin: 'null' },
    'a neighbour’s port': { origin: 'http://127.0.0.1:1' },
    'the browser’s own word': { 'sec-fetch-site': 'cross-site' },
    'the same site, not the same origin': { 'sec-fetch-site': 'same-site' },
  };

  it.for(Object.keys(origins))('changes nothing: %s', async (name) => {
    const { text } = await customer.json('/api/v1/tickets', { subject: 'S', body: 'B' });
    const { number } = JSON.parse(text) as { number: string };
    const headers = origins[name] ?? {};
    const before = await snapshot(portal);
    const form = { subject: 'S', body: 'B', intent: 'answer', theme: 'dark', visibility: 'customer' };
    for (const [cookie, path] of [
      [mei.cookie, '/en/ask'],
      [mei.cookie, `/en/tickets/${number}`],
      [mei.cookie, '/en/account'],
      [mei.cookie, '/en/sign-out'],
      [mei.cookie, '/theme'],
      [mei.cookie, '/en/articles/chair-wobbles'],
      [mei.cookie, '/api/v1/tickets'],
      [mei.cookie, '/api/auth/sign-out'],
      [ravi.cookie, `/staff/tickets/${number}`],
      [ravi.cookie, '/staff/bridge'],
    ] as const) {
      for (const body of [new URLSearchParams(form), JSON.stringify(form), multipartOf(form)]) {
        const response = await fetch(portal.url + path, {
          method: 'POST',
          redirect: 'manual',
          body,
          headers: { cookie, ...headers },
        });
        expect([path, response.status, response.headers.get('set-cookie')]).toEqual([path, 403, null]);
        await response.text();
      }
    }
    expect(await snapshot(portal)).toBe(before);
  });

  it('is explained in the language of the page', async () => {
    const page = async (locale: string) => {
      const answer = await customer.post(`/${locale}/ask`, { subject: 'S' }, { origin: 'https://evil.example' });
      return documents.read(answer.text);
    };
    expect(await page('en')).toMatchObject({ lang: 'en', headings: [expect.stringMatching(/^[^\p{Script=Han}]+$/u)] });
    expect(await page('zh-cn')).toMatchObject({ lang: 'zh-CN', headings: [expect.stringMatching(/\p{Script=Han}/u)] });
  });
});

function multipartOf(fields: Record<string, string>): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  return form;
}
