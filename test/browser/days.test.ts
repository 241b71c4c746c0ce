import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { translator, type Locale } from '../../src/platform/i18n/index.ts';
import { digitsIn, hurry, tokenIn } from '../app/orderLookUpSetup.ts';
import { orderBody, parcelBody } from '../orders/ordersSetup.ts';
import { launchChromium } from '../support/chromium.ts';
import { readMail, type ReadMail } from '../support/mail.ts';
import { startPortal, type TestPerson, type TestPortal } from '../support/portal.ts';
import { visitor, type Visitor } from '../support/visitor.ts';
import { messageBodies, press, signIn } from './customer.ts';
import { lookAt } from './lookedAt.ts';

/** The day of a customer and of the agent who answers them, each in a window of their own. */
const days = [
  { locale: 'en', width: 1440, scripts: true, tag: '501' },
  { locale: 'en', width: 1440, scripts: false, tag: '502' },
  { locale: 'zh-cn', width: 390, scripts: true, tag: '503' },
  { locale: 'zh-cn', width: 390, scripts: false, tag: '504' },
] as const;

const words: Record<Locale, { search: string; body: string; call: string; key: string; fact: string; reply: string }> =
  {
    en: {
      search: 'my new chair rocks on the floor',
      body: 'One corner of the carton is dented.',
      call: 'asked when the second parcel comes',
      key: 'Deliveries',
      fact: 'Back entrance, before nine',
      reply: 'A new one leaves tomorrow.',
    },
    'zh-cn': {
      search: '新椅子放在地上总是摇晃',
      body: '纸箱有一角压瘪了。',
      call: '来电问第二个包裹何时到',
      key: '收货',
      fact: '九点以前走后门',
      reply: '明天给您补发一把。',
    },
  };

/** Enough to reach and send the line of a call from the top of the page, its words not counted. */
const MOST_KEYS = 6;
const erp = { kind: 'key', keyId: 'erp', name: 'ERP', role: 'system', carrier: null } as const;
const operator = { kind: 'operator' } as const;

let browser: Browser;
let portal: TestPortal;
beforeAll(async () => {
  [browser, portal] = await Promise.all([launchChromium(), startPortal()]);
});
afterAll(async () => {
  await browser.close();
  await portal.close();
});

describe.for(days)('a day in $locale at $width px, scripts: $scripts', ({ locale, width, scripts, tag }) => {
  const t = translator(locale, { timeZone: 'Europe/Berlin' });
  const said = words[locale];
  const [own, guests] = [`KW-${tag}01`, `KW-${tag}02`];
  const guest = `guest-${tag}@harbour.example`;
  const windows: Visitor[] = [];
  let mei: TestPerson;
  let ravi: TestPerson;
  let jo: TestPerson;
  let mirror: Visitor | undefined;
  beforeAll(async () => {
    if (!scripts) windows.push((mirror = await visitor(browser, { url: portal.url, width })));
    mei = await portal.person(`Mei Lin ${tag}`);
    ravi = await portal.person(`Ravi Menon ${tag}`, 'agent');
    jo = await portal.person(`Jo Hart ${tag}`, 'agent');
    const ids = [mei.id, ravi.id, jo.id];
    await portal.app.database.db.updateTable('person').set({ locale }).where('id', 'in', ids).execute();
    const { accountId } = await portal.app.accounts.addAccount(operator, { name: `Harbour Lane ${tag}` });
    await portal.app.accounts.addMember(operator, { accountId, personId: mei.id, role: 'owner' });
    for (const [number, email] of [
      [own, mei.email],
      [guests, guest],
    ] as const) {
      const at = new Date(portal.app.runtime.now()).toISOString();
      const events = [{ at, state: 'out_for_delivery', place: 'Hamburg', note: null }];
      const parcel = { tracking: `JD-${number}`, state: 'out_for_delivery', expectedAt: null, events };
      const shipments = [parcelBody(parcel)];
      await portal.app.orders.put(erp, number, {
        ...orderBody({ account: null, shipments }),
        customer: { email, name: 'Mei Lin' },
      });
    }
  });
  afterAll(async () => {
    for (const window of windows) await window.close();
  });

  async function window(): Promise<Visitor> {
    // The page decides its language, not the browser.
    const language = locale === 'en' ? 'zh-CN' : 'en-GB';
    const opened = await visitor(browser, { url: portal.url, width, scripts, language });
    windows.push(opened);
    return opened;
  }

  const field = (page: Page, label: string) => page.locator('main').getByLabel(label, { exact: true });
  const look = (page: Page) => lookAt(page, locale, mirror?.page);
  async function openAndLook({ page, open }: Visitor, path: string): Promise<void> {
    expect((await open(path)).status(), path).toBe(200);
    await look(page);
  }

  async function newestMail(to: string): Promise<ReadMail> {
    await hurry(portal.app);
    await portal.app.queue.runDue();
    const mail = portal
      .mails()
      .map(readMail)
      .findLast((each) => each.to.includes(to));
    if (!mail) throw new Error(`There is no mail to ${to}.`);
    return mail;
  }

  it('leads the customer to the agent, and back to the answer', { timeout: 90_000 }, async () => {
    const customer = await window();
    await signIn(customer, t, mei);
    await searchTwice(customer);
    const number = await askAboutIt(customer);
    await lookUpAnother(await window());
    for (const path of ['/account', '/account/members', '/account/data'])
      await openAndLook(customer, `/${locale}${path}`);

    const agent = await window();
    await signIn(agent, t, ravi);
    await findCustomer(agent);
    await logCall(agent.page);
    await noteFact(agent.page);
    await answerTicket(agent, number);
    await handOver(agent, number);

    await openAndLook(customer, `/${locale}/tickets`);
    await customer.page.locator(`main a[href*="/tickets/${number}"]`).click();
    await customer.page.waitForURL(`**/tickets/${number}**`);
    expect((await messageBodies(customer.page)).at(-1)).toBe(said.reply);
    await look(customer.page);
    await customer.open(`/${locale}/account/data`);
    expect(await customer.page.locator('main').textContent()).toContain(said.fact);
    expect(windows.flatMap(({ troubles }) => troubles)).toEqual([]);
  });

  /** Words lead to answers, an order's number to the order. */
  async function searchTwice(customer: Visitor): Promise<void> {
    const { page } = customer;
    await openAndLook(customer, `/${locale}/`);
    await page.getByLabel(t.t('common.search.label')).fill(said.search);
    await press(page, t.t('common.search.button'));
    await page.waitForURL('**/search?*');
    expect(await page.locator('main a[href*="/articles/chair-wobbles"]').count()).toBeGreaterThan(0);
    await look(page);
    await page.getByLabel(t.t('common.search.label')).fill(own.toLowerCase());
    await press(page, t.t('common.search.button'));
    await page.waitForURL(`**/${locale}/orders/${own}`);
    expect(await page.locator('.where .state').textContent()).toBe(t.t('orders.state.out_for_delivery'));
    await look(page);
  }

  /** From the order to a ticket; an empty field on the way takes nothing of what was typed. @returns its number. */
  async function askAboutIt({ page }: Visitor): Promise<string> {
    await page.getByRole('link', { name: t.t('orders.wrong.button') }).click();
    await page.waitForURL(`**/${locale}/ask?**`);
    expect(await field(page, t.t('ask.subject')).inputValue()).not.toBe('');
    await look(page);
    await field(page, t.t('ask.subject')).fill(`${own} ${said.key}`);
    await press(page, t.t('ask.send'));
    await page.getByRole('alert').first().waitFor();
    expect(await field(page, t.t('ask.subject')).inputValue()).toBe(`${own} ${said.key}`);
    expect(await page.getByLabel(t.t('ask.order')).inputValue()).toBe(own);
    await look(page);
    await page.getByLabel(t.t('ask.body')).fill(said.body);
    await press(page, t.t('ask.send'));
    await page.waitForURL('**/tickets/W-*');
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe(`${own} ${said.key}`);
    await look(page);
    return /W-\d+/.exec(page.url())?.[0] ?? '';
  }

  /** Another order, without signing in: wrong digits first, then the link of the mail. */
  async function lookUpAnother(stranger: Visitor): Promise<void> {
    const { page } = stranger;
    await openAndLook(stranger, `/${locale}/search?q=${guests}`);
    await page.locator('main a[href*="/orders/find?"]').click();
    await page.waitForURL(`**/${locale}/orders/find?**`);
    expect(await field(page, t.t('lookUp.number')).inputValue()).toBe(guests);
    await look(page);
    await field(page, t.t('lookUp.email')).fill(guest);
    await press(page, t.t('lookUp.button'));
    await page.waitForURL('**/orders/find/code?request=*');
    await look(page);
    const mail = await newestMail(guest);
    const wrong = digitsIn(mail) === '000 000' ? '000 001' : '000 000';
    await page.getByLabel(t.t('lookUp.code')).fill(wrong);
    await press(page, t.t('lookUp.code.button'));
    await page
      .getByText(t.t('lookUp.code.wrong', { left: 4 }))
      .first()
      .waitFor();
    expect(await page.getByLabel(t.t('lookUp.code')).inputValue()).toBe(wrong);
    await look(page);
    await openAndLook(stranger, `/${locale}/orders/view/${tokenIn(mail)}`);
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toContain(guests);
    expect(await page.locator('.where .state').textContent()).toBe(t.t('orders.state.out_for_delivery'));
  }

  async function findCustomer(agent: Visitor): Promise<void> {
    const { page } = agent;
    await openAndLook(agent, '/staff/customers');
    const views = page.getByRole('navigation', { name: t.t('customers.views') });
    await views.getByRole('link', { name: t.t('customers.view.new') }).click();
    await page.waitForURL('**view=new**');
    await look(page);
    await page.getByLabel(t.t('customers.find'), { exact: true }).fill(mei.email);
    await press(page, t.t('customers.find.button'));
    await page.waitForURL('**find=**');
    await look(page);
    await page.getByRole('link', { name: mei.name, exact: true }).click();
    await page.waitForURL(`**/staff/customers/${mei.id}`);
    await look(page);
  }

  /** With the keys alone, from the top of the page. */
  async function logCall(page: Page): Promise<void> {
    let keys = 0;
    const key = async (name: string): Promise<void> => {
      await page.keyboard.press(name);
      keys++;
    };
    await page.reload();
    await key('Tab');
    await key('Enter');
    while (!(await page.evaluate(() => document.activeElement?.matches('#what'))) && keys < MOST_KEYS) await key('Tab');
    await page.keyboard.type(said.call);
    await key('Enter');
    await page.waitForURL('**done=logged**');
    expect(keys).toBeLessThanOrEqual(MOST_KEYS);
    expect(await page.locator('.touches li').first().textContent()).toContain(said.call);
    await look(page);
  }

  /** A fact without its words keeps what it is about. */
  async function noteFact(page: Page): Promise<void> {
    const add = page.locator('details', { has: page.locator('[name=fact-key]') });
    await add.locator('summary').click();
    await field(page, t.t('customers.known.key')).fill(said.key);
    await press(page, t.t('customers.known.save'));
    await page.getByRole('alert').first().waitFor();
    expect(await field(page, t.t('customers.known.key')).inputValue()).toBe(said.key);
    await look(page);
    await field(page, t.t('customers.known.value')).fill(said.fact);
    await press(page, t.t('customers.known.save'));
    await page.waitForURL('**done=fact**');
    expect(await page.getByRole('complementary').textContent()).toContain(said.fact);
    await page.getByLabel(t.t('customers.owner'), { exact: true }).selectOption(ravi.id);
    await press(page, t.t('customers.owner.save'));
    await page.waitForURL('**done=owner**');
    await look(page);
  }

  async function answerTicket(agent: Visitor, number: string): Promise<void> {
    const { page } = agent;
    await openAndLook(agent, '/staff/tickets?view=unassigned');
    await page.locator(`main a[href="/staff/tickets/${number}"]`).click();
    await page.waitForURL(`**/staff/tickets/${number}`);
    await press(page, t.t('staff.ticket.take'));
    await page.waitForURL('**done=assign**');
    const beside = page.getByRole('complementary', { name: t.t('staff.ticket.customer'), exact: true });
    expect(await beside.getByRole('link', { name: own, exact: true }).count()).toBe(1);
    expect(await beside.textContent()).toContain(t.t('orders.state.out_for_delivery'));
    await look(page);
    await field(page, t.t('staff.ticket.message')).fill(said.reply);
    await press(page, t.t('staff.ticket.sendAndWait'));
    await page.waitForURL('**done=customer**');
    await look(page);
  }

  /** Everything of Ravi goes to Jo, whose desk has it then. */
  async function handOver(agent: Visitor, number: string): Promise<void> {
    const { page } = agent;
    await openAndLook(agent, '/staff/customers/hand-over');
    await field(page, t.t('customers.handOver.to')).selectOption(jo.id);
    await press(page, t.t('customers.handOver.button'));
    await page.getByText(t.t('customers.handOver.done', { people: 1, accounts: 0, tickets: 1 })).waitFor();
    await look(page);
    const colleague = await window();
    await signIn(colleague, t, jo);
    await colleague.open(`/staff/tickets?view=waiting`);
    expect(await colleague.page.locator(`main a[href="/staff/tickets/${number}"]`).count()).toBe(1);
    await openAndLook(colleague, '/staff/customers?view=mine');
    expect(await colleague.page.getByRole('link', { name: mei.name, exact: true }).count()).toBe(1);
    expect(await colleague.page.locator('main').textContent()).toContain(jo.name);
  }
});
