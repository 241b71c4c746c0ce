import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { translator, type Locale } from '../../src/platform/i18n/index.ts';
import { authenticator } from '../accounts/authenticator.ts';
import { caller } from '../support/caller.ts';
import { launchChromium } from '../support/chromium.ts';
import { readMail } from '../support/mail.ts';
import { startPortal, type TestPerson, type TestPortal } from '../support/portal.ts';
import { filledDatabase } from '../support/postgres.ts';
import { visitor, type Visitor } from '../support/visitor.ts';
import { press, signIn } from './customer.ts';

interface Variant {
  name: string;
  locale: Locale;
  width: number;
  scripts: boolean;
  database: 'SQLite' | 'PostgreSQL';
}

const variants: Variant[] = [
  { name: 'English, on a desktop', locale: 'en', width: 1440, scripts: true, database: 'SQLite' },
  { name: 'Chinese, on a phone without scripts', locale: 'zh-cn', width: 390, scripts: false, database: 'PostgreSQL' },
];

const HALF_MINUTE = 30_000;

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

describe.for(variants)('access, in $name', ({ locale, width, scripts, database }) => {
  const t = translator(locale, { timeZone: 'Europe/Berlin' });
  const windows: Visitor[] = [];
  let portal: TestPortal;
  let robin: TestPerson;
  let ravi: TestPerson;
  let mei: TestPerson;
  beforeAll(async () => {
    portal = await startPortal(database === 'PostgreSQL' ? { databaseUrl: await filledDatabase() } : {});
    robin = await portal.person('Robin Voss', 'administrator');
    ravi = await portal.person('Ravi Menon', 'agent');
    mei = await portal.person('Mei Lin');
    const ids = [robin.id, ravi.id, mei.id];
    await portal.app.database.db.updateTable('person').set({ locale }).where('id', 'in', ids).execute();
  });
  afterAll(async () => {
    for (const window of windows) await window.close();
    await portal.close();
  });

  async function window(cookie?: string): Promise<Visitor> {
    const language = locale === 'en' ? 'en-GB' : 'zh-CN';
    const opened = await visitor(browser, { url: portal.url, width, scripts, language, ...(cookie && { cookie }) });
    windows.push(opened);
    return opened;
  }

  const heading = (page: Page) => page.getByRole('heading', { level: 1 }).textContent();
  const field = (page: Page, label: string) => page.locator('main').getByLabel(label, { exact: true });

  async function mailTo(email: string) {
    await portal.app.queue.runDue();
    const mail = portal
      .mails()
      .map(readMail)
      .findLast(({ to }) => to.includes(email));
    if (!mail) throw new Error(`There is no mail to ${email}.`);
    return mail;
  }

  /** From the page of somebody without a second step to ten recovery codes. */
  async function setUp(page: Page, password: string) {
    await field(page, t.t('access.second.password')).fill(password);
    await press(page, t.t('access.second.begin'));
    const app = authenticator((await page.locator('.second-key').textContent()) ?? '');
    expect(await page.locator('.qr-code').getAttribute('role')).toBe('img');
    await field(page, t.t('access.code')).fill(app.codeAt(Date.now()));
    await press(page, t.t('access.second.confirm'));
    const codes = await page.locator('.recovery-codes code').allTextContents();
    expect(codes).toHaveLength(10);
    await page.getByRole('link', { name: t.t('access.codes.done') }).click();
    return { app, codes };
  }

  it('leads colleagues to a second step that their role asks for, and back', { timeout: 90_000 }, async () => {
    const admin = await window();
    await signIn(admin, t, robin);
    await admin.open('/staff/people');
    const row = (role: 'agent' | 'administrator') =>
      admin.page
        .getByRole('table', { name: t.t('access.rules') })
        .getByRole('row')
        .filter({ has: admin.page.getByRole('rowheader', { name: t.t(`access.role.${role}`), exact: true }) });
    await row('administrator').getByRole('button').click();
    expect(await admin.page.getByRole('alert').textContent()).toContain(t.t('access.rule.youFirst'));
    await admin.page.getByRole('link', { name: t.t('access.rules.yours'), exact: true }).click();
    await setUp(admin.page, robin.password);
    await admin.open('/staff/people');
    for (const role of ['administrator', 'agent'] as const) {
      await row(role).getByRole('button').click();
      expect(await row(role).textContent()).toContain(t.t('access.rules.required'));
    }

    // Ravi was signed in before the rule, on a page and in a program.
    const desk = await window(ravi.cookie);
    const program = caller(portal, { cookie: ravi.cookie });
    expect((await program.get('/api/staff/links?locale=en&q=chair')).status).toBe(403);
    expect((await program.post('/staff/tickets/W-2001', { body: 'x', visibility: 'staff' })).status).toBe(403);
    await desk.open('/staff/tickets');
    expect(new URL(desk.page.url()).pathname).toBe(`/${locale}/account/security`);
    const asked = t.t('access.second.required', { role: t.t('access.role.agent') });
    expect(await desk.page.locator('main').textContent()).toContain(asked);
    const { codes, app } = await setUp(desk.page, ravi.password);
    expect(new URL(desk.page.url()).pathname).toBe('/staff/tickets');
    expect((await program.get('/api/staff/links?locale=en&q=chair')).status).toBe(200);

    await comeBack(codes, app);
    expect(windows.flatMap(({ troubles }) => troubles)).toEqual([]);
  });

  /** Signs in with a password and a code, then with a recovery code. */
  async function comeBack(codes: string[], app: ReturnType<typeof authenticator>): Promise<void> {
    const { page, open } = await window();
    const first = async (): Promise<void> => {
      await open(`/${locale}/sign-in?return_to=/staff/tickets`);
      await page.getByLabel(t.t('accounts.email'), { exact: true }).fill(ravi.email);
      await page.getByLabel(t.t('accounts.password'), { exact: true }).fill(ravi.password);
      await press(page, t.t('accounts.signIn.button'));
      await page.waitForURL('**/sign-in/code?*');
    };
    await first();
    await open('/staff/tickets');
    expect(new URL(page.url()).pathname).toBe(`/${locale}/sign-in`);
    await first();
    await field(page, t.t('access.code')).fill('000000');
    await press(page, t.t('access.step.button'));
    expect(await page.getByRole('alert').textContent()).toContain(t.t('access.code.wrong'));
    // The code of the present half minute was used to set it up; the next one passes early.
    await field(page, t.t('access.code')).fill(app.codeAt(Date.now() + HALF_MINUTE));
    await press(page, t.t('access.step.button'));
    await page.waitForURL('**/staff/tickets');
    await page.context().clearCookies();
    await first();
    await page.getByRole('link', { name: t.t('access.step.recovery') }).click();
    await field(page, t.t('access.recovery')).fill(codes[4] ?? '');
    await press(page, t.t('access.step.button'));
    await page.waitForURL('**/account/security?*');
    expect(await page.locator('main').textContent()).toContain(t.t('access.second.used', { count: 9 }));
    ravi.cookie = (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join('; ');
  }

  it('lets a colleague act for a customer, who reads who, when and why', { timeout: 90_000 }, async () => {
    const reason = locale === 'en' ? 'Asked on the phone for the second parcel' : '来电询问第二个包裹';
    const { page, open } = await window(ravi.cookie);
    await open(`/staff/customers/${mei.id}`);
    await page.getByRole('link', { name: t.t('access.acting.open') }).click();
    await press(page, t.t('access.acting.button'));
    expect(await page.getByRole('alert').textContent()).toContain(t.t('access.acting.reason'));
    await field(page, t.t('access.acting.reason')).fill(reason);
    await press(page, t.t('access.acting.button'));
    const band = page.getByRole('region', { name: t.t('access.acting.band', { name: mei.name }) });
    expect(await heading(page)).toBe(t.t('tickets.title'));
    for (const path of [`/${locale}/`, `/${locale}/ask`, '/staff/tickets', `/${locale}/nowhere`]) {
      await open(path);
      expect(await band.count(), path).toBe(1);
    }
    expect((await open('/staff/tickets')).status()).toBe(403);
    expect((await open(`/${locale}/account/security`)).status()).toBe(403);
    await page.getByRole('button', { name: t.t('access.acting.end', { name: mei.name }) }).click();
    await page.waitForURL(`**/staff/customers/${mei.id}`);
    expect(await band.count()).toBe(0);
    expect(await page.locator('main').textContent()).toContain(reason);

    const customer = await window(mei.cookie);
    await customer.open(`/${locale}/account/security`);
    const told = (await customer.page.locator('main').textContent()) ?? '';
    expect(told).toContain(t.t('access.acted.line', { name: ravi.name }));
    expect(told).toContain(reason);
    const mail = await mailTo(mei.email);
    expect(mail.text).toContain(ravi.name);
    expect(mail.text).toContain(reason);
  });

  it('brings colleagues in by mail, and lets them go', { timeout: 90_000 }, async () => {
    const email = 'jo@kitewood.example';
    const admin = await window();
    await signInAgain(admin, robin);
    await admin.open('/staff/people?view=invitations');
    await field(admin.page, t.t('access.invite.email')).fill(email);
    await field(admin.page, t.t('access.invite.role')).selectOption('author');
    await field(admin.page, t.t('access.invite.locale')).selectOption(locale);
    await press(admin.page, t.t('access.invite.button'));
    await admin.page.waitForURL('**done=invited');
    const link = (await mailTo(email)).links.find((each) => each.includes('/join?token=')) ?? '';

    const { page, open } = await window();
    await open(link);
    await field(page, t.t('access.join.name')).fill('Jo');
    await field(page, t.t('accounts.password')).fill('four quite ordinary words');
    await press(page, t.t('access.join.button'));
    await page.waitForURL('**/staff/articles');
    expect((await open(link)).status()).toBe(410);

    await admin.open('/staff/people?find=jo@');
    await admin.page.getByRole('link', { name: 'Jo', exact: true }).click();
    await press(admin.page, t.t('access.person.sessions.end'));
    await open('/staff/articles');
    expect(new URL(page.url()).pathname).toBe(`/${locale}/sign-in`);
    await press(admin.page, t.t('access.person.leave.button', { name: 'Jo' }));
    await admin.page.waitForURL('**view=left**');
    expect(await admin.page.getByRole('table').textContent()).toContain(email);
    expect(windows.flatMap(({ troubles }) => troubles)).toEqual([]);
  });

  /** The app of the first test is gone: a recovery code is what one keeps for that. */
  async function signInAgain({ page, open }: Visitor, person: TestPerson): Promise<void> {
    await portal.app.accounts.resetSecondFactor({ kind: 'operator' }, person.id);
    await open(`/${locale}/sign-in`);
    await page.getByLabel(t.t('accounts.email'), { exact: true }).fill(person.email);
    await page.getByLabel(t.t('accounts.password'), { exact: true }).fill(person.password);
    await press(page, t.t('accounts.signIn.button'));
    await page.waitForURL('**/account/security?*');
    await setUp(page, person.password);
  }
});
