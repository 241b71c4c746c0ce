import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { translator, type Locale } from '../../src/platform/i18n/index.ts';
import { launchChromium } from '../support/chromium.ts';
import { readMail } from '../support/mail.ts';
import { startPortal, type TestPerson, type TestPortal } from '../support/portal.ts';
import { filledDatabase } from '../support/postgres.ts';
import { visitor } from '../support/visitor.ts';
import {
  answer,
  ask,
  messageBodies,
  press,
  readOwnTicket,
  searchAndRead,
  signIn,
  stories,
  type Walker,
} from './customer.ts';
import { answerAtDesk, replies } from './desk.ts';

interface Variant {
  name: string;
  locale: Locale;
  width: number;
  scripts: boolean;
  guest: boolean;
  database: 'SQLite' | 'PostgreSQL';
}

const variants: Variant[] = [
  {
    name: 'English, signed in, on a desktop',
    locale: 'en',
    width: 1280,
    scripts: true,
    guest: false,
    database: 'SQLite',
  },
  {
    name: 'Chinese, signed in, on a phone',
    locale: 'zh-cn',
    width: 390,
    scripts: true,
    guest: false,
    database: 'SQLite',
  },
  {
    name: 'English, a guest without scripts',
    locale: 'en',
    width: 768,
    scripts: false,
    guest: true,
    database: 'SQLite',
  },
  {
    name: 'Chinese, a guest on PostgreSQL',
    locale: 'zh-cn',
    width: 390,
    scripts: true,
    guest: true,
    database: 'PostgreSQL',
  },
];

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

describe.for(variants)('the path, in $name', ({ locale, width, scripts, guest, database }) => {
  const t = translator(locale, { timeZone: 'Europe/Berlin' });
  const story = stories[locale];
  const reply = replies[locale];
  const mei = { name: 'Mei Lin', email: 'mei.lin@kitewood.example' };
  let portal: TestPortal;
  let ravi: TestPerson;
  let walker: Walker;
  beforeAll(async () => {
    portal = await startPortal(database === 'PostgreSQL' ? { databaseUrl: await filledDatabase() } : {});
    ravi = await portal.person('Ravi Menon', 'agent');
    const window = { url: portal.url, width, scripts, language: locale === 'en' ? 'en-GB' : 'zh-CN' };
    walker = { ...(await visitor(browser, window)), t, story, guest: guest ? mei : null };
    if (guest) return;
    const customer = await portal.person(mei.name);
    await portal.app.database.db.updateTable('person').set({ locale }).where('id', '=', customer.id).execute();
    await signIn(walker, t, customer);
  });
  afterAll(async () => {
    await walker.close();
    await portal.close();
  });

  /** The newest mail to the customer, after the worker has done what is owed. */
  async function newestMail() {
    await portal.app.queue.runDue();
    const mail = portal
      .mails()
      .map(readMail)
      .findLast(({ to }) => to.includes(mei.email));
    if (!mail) throw new Error('There is no mail to the customer.');
    return mail;
  }

  it('leads from a question to an answer on the page and by mail, and on', { timeout: 60_000 }, async () => {
    const { page, open, context, troubles } = walker;
    await searchAndRead(walker);
    await ask(walker);
    const number = /W-\d+/.exec(page.url())?.[0] ?? '';
    if (guest) await confirmAddress(number);
    expect(page.url()).toContain(`/${locale}/tickets/${number}`);
    await readOwnTicket(walker);

    const desk = await visitor(browser, { url: portal.url, scripts, width });
    await answerAtDesk(desk, { ravi, number, locale, story, customer: mei });

    const mail = await newestMail();
    expect(mail.subject).toContain(number);
    expect(mail.text.replaceAll('\r\n', '\n')).toContain(reply.text);
    const link = mail.links.find((each) => each.includes(number)) ?? '';
    expect(new URL(link).origin).toBe(portal.url);
    await open(link);
    expect(await messageBodies(page)).toEqual([story.body, reply.text]);
    expect(await page.locator('.ticket-state').textContent()).toContain(t.t('tickets.state.waiting_for_you'));
    expect(await page.locator('.thread').textContent()).toContain('Ravi Menon');

    await answer(walker);
    expect(await page.locator('.ticket-state').textContent()).toContain(t.t('tickets.state.open'));
    await press(page, t.t('tickets.solve'));
    await page.waitForURL('**done=solved');
    expect(await page.locator('.ticket-state').textContent()).toContain(t.t('tickets.state.solved'));
    await answer(walker);
    expect(await page.locator('.ticket-state').textContent()).toContain(t.t('tickets.state.open'));
    expect(await messageBodies(page)).toEqual([story.body, reply.text, story.answer, story.answer]);

    await desk.open(`/staff/tickets/${number}`);
    expect(await messageBodies(desk.page)).toEqual([story.body, reply.note, reply.text, story.answer, story.answer]);

    await newestMail();
    const search = await context.request.get(`/api/v1/search?q=KQ-4711&locale=${locale}`);
    expect(await search.json()).toMatchObject({ hits: [] });
    const seen = [await page.content()];
    for (const path of [`/api/v1/tickets/${number}`, `/${locale}/tickets`]) {
      const response = await context.request.get(path);
      expect(response.status()).toBe(200);
      seen.push(await response.text());
    }
    for (const { text, html } of portal.mails().map(readMail)) seen.push(text, html);
    expect(seen.filter((text) => text.includes('KQ-4711'))).toEqual([]);
    expect([...troubles, ...desk.troubles]).toEqual([]);
    await desk.close();
  });

  /** Until the button is pressed nothing of the ticket is shown, to nobody; then it opens; then the link is spent. */
  async function confirmAddress(number: string): Promise<void> {
    const { page, open, context } = walker;
    expect(await page.locator('main').textContent()).toContain(number);
    const confirm = await newestMail();
    const link = confirm.links.find((each) => each.includes('token=')) ?? '';
    expect(confirm.text + confirm.html).not.toContain(story.question);
    for (const path of [`/${locale}/tickets/${number}`, `/${locale}/tickets`]) {
      const response = await context.request.get(path, { maxRedirects: 0 });
      expect(response.status()).toBe(303);
      expect(response.headers()['location']).toContain('/sign-in?return_to=');
    }
    expect((await context.request.get(`/api/v1/tickets/${number}`)).status()).toBe(401);
    await open(link);
    await open(link);
    expect(await page.content()).not.toContain(story.question);
    expect(await page.content()).toContain(mei.email);
    await press(page, t.t('ask.confirm.button'));
    await page.waitForURL(`**/tickets/${number}**`);
    const spent = await visitor(browser, { url: portal.url, scripts });
    expect((await spent.open(link)).status()).toBe(410);
    expect(await spent.page.content()).not.toContain(mei.email);
    await spent.close();
  }
});
