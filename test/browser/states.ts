import type { Page } from 'playwright-core';
import type { Locale } from '../../src/platform/i18n/index.ts';
import { accessStates, makeAccessScene, type AccessPerson, type AccessScene } from './accessStates.ts';
import { authorStates, makeAuthorScene, type AuthorScene } from './authorStates.ts';
import { companyStates, makeCompanyScene, type CompanyPerson, type CompanyScene } from './companyStates.ts';
import { lookUpStates, makeLookUps, type LookUps } from './lookUpStates.ts';
import { makeOrderFileScene, orderFileStates, type OrderFileScene } from './orderFileStates.ts';
import { makeOrderScene, orderStates, type OrderScene } from './orderStates.ts';
import { readMail } from '../support/mail.ts';
import type { TestPerson, TestPortal } from '../support/portal.ts';

/** One state of one page, and who sees it. */
export interface State {
  name: string;
  who: 'guest' | 'newcomer' | 'leaver' | 'customer' | 'agent' | 'author' | AccessPerson | CompanyPerson;
  status?: number;
  path: string;
  /** What is sent to the path, when it is not only opened. */
  form?: Record<string, string>;
  /** What is done on the page before it is looked at. */
  act?: (page: Page) => Promise<void>;
}

/** A portal in which every state can be seen. */
export interface Scene {
  portal: TestPortal;
  people: Record<'newcomer' | 'leaver' | 'customer' | 'agent' | 'author' | AccessPerson | CompanyPerson, TestPerson>;
  access: AccessScene;
  company: CompanyScene;
  articles: AuthorScene;
  orderFiles: OrderFileScene;
  orders: OrderScene;
  ticket: string;
  solved: string;
  long: string;
  tokens: { enter: string; reset: string; address: string; keep: string };
  customerId: string;
  lookUps: LookUps;
}

const long = 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft'.repeat(2);

/** Fills a portal: tickets in every state, one long thread, a note, a file, a parked operation, unspent links. */
export async function makeScene(portal: TestPortal, locale: Locale): Promise<Scene> {
  const { app } = portal;
  const people = {
    newcomer: await portal.person(`Nia ${locale}`),
    leaver: await portal.person(`Lea ${locale}`),
    customer: await portal.person(`Mei Lin ${locale}`),
    agent: await portal.person(`Ravi Menon ${locale}`, 'agent'),
    author: await portal.person(`Ana Weiss ${locale}`, 'author'),
  };
  const ids = Object.values(people).map(({ id }) => id);
  await app.database.db.updateTable('person').set({ locale }).where('id', 'in', ids).execute();
  const viewer = async ({ cookie }: TestPerson) => app.accounts.viewerOf({ headers: new Headers({ cookie }) });
  const customer = await viewer(people.customer);
  const agent = await viewer(people.agent);
  const client = { address: '127.0.0.1', userAgent: null };
  for (const text of ['zebra crossing', 'Zebras crossing?', long.slice(0, 150)]) {
    const inquiry = app.bridge.inquiries.start();
    await app.kb.search({ kind: 'anonymous' }, { text, locale, inquiry });
  }
  await app.kb.gaps.flush();
  const open = async (subject: string, files: string[] = []): Promise<string> => {
    const inquiry = app.bridge.inquiries.start();
    await app.kb.search(customer, { text: 'chair', locale, inquiry, touch: true });
    const input = {
      subject,
      body: `First words.\n\n${long}\nhttps://kitewood.example/${long}`,
      inquiry,
      files,
      order: 'KW-10023',
    };
    return (await app.escalate({ viewer: customer, client, locale, channel: 'web', input, key: null })).number;
  };
  const upload = await app.bridge.attachments.stage({ name: `${long}.txt` });
  upload.stream.write('words');
  const ticket = await open(
    locale === 'en' ? 'Two of eight headboards have split edges' : '八块床头板里有两块边缘开裂',
    [(await upload.finish()).id],
  );
  await app.bridge.desk.note(agent, ticket, { body: 'Third one of this batch.' }, null);
  await app.bridge.desk.reply(
    agent,
    ticket,
    { body: 'Which letters are on the label?', then: 'waiting_for_you' },
    null,
  );
  const solved = await open('Solved long ago');
  await app.bridge.tickets.solve(customer, solved);
  const talk = await open(`A long talk ${long}`);
  for (let turn = 0; turn < 7; turn++) {
    await app.bridge.tickets.answer(customer, talk, { body: `Answer ${turn}.` }, null);
    await app.bridge.desk.reply(agent, talk, { body: `Reply ${turn}. ${long}` }, null);
  }
  await app.database.transaction((tx) =>
    app.queue.enqueue(tx, { kind: 'mail.opened', key: `parked ${locale}`, payload: { ticketId: 'gone' } }),
  );
  const { email } = people.newcomer;
  await app.accounts.requestLink({ email, locale }, client);
  await app.accounts.requestReset({ email, locale }, client);
  await app.accounts.askEmailChange(customer, { email: `new.${people.customer.email}` }, client);
  await app.privacy.askFile(customer);
  await app.privacy.askFor(people.leaver.id);
  people.leaver.cookie = await signInAgain(portal, people.leaver);
  await app.queue.runDue();
  const links = portal
    .mails()
    .map(readMail)
    .filter(({ to }) => [email, people.customer.email, people.leaver.email].some((each) => to.includes(each)))
    .flatMap((mail) => mail.links);
  const token = (page: string): string =>
    new URL(links.find((link) => link.includes(`/${page}?token=`)) ?? '').searchParams.get('token') ?? '';
  const tokens = {
    enter: token('enter'),
    reset: token('forgotten'),
    address: token('account/new-address'),
    keep: token('account/keep-data'),
  };
  const orders = await makeOrderScene(app, locale, people.customer);
  const articles = await makeAuthorScene(app, locale, { author: await viewer(people.author), agent });
  const access = await makeAccessScene(portal, locale);
  const company = await makeCompanyScene(portal, locale);
  const everybody = { ...people, ...access.people, ...company.people };
  const root = await viewer(access.people.administrator);
  if (root.kind !== 'person') throw new Error('Nobody is signed in.');
  const group = `trade-${locale}`;
  await app.accounts.addGroup(root, { key: group, names: { en: 'Trade', 'zh-cn': '贸易伙伴' } });
  await app.accounts.addToGroup(agent, group, { email: people.customer.email });
  const rank = locale === 'en' ? 1 : 2;
  const names = { en: `Level ${rank}`, 'zh-cn': `第${rank}级` };
  await app.accounts.addTier(root, {
    rank,
    names,
    firstReplyHours: 4,
    benefits: { en: ['A desk'], 'zh-cn': ['专席'] },
  });
  const orderFiles = await makeOrderFileScene(portal, root, locale);
  const customerId = people.customer.id;
  const lookUps = await makeLookUps(portal, locale);
  const scenes = { access, company, articles, lookUps, orderFiles, orders };
  return { portal, people: everybody, ...scenes, ticket, solved, long: talk, tokens, customerId };
}

/** Asking to be erased ends every session. */
async function signInAgain({ app }: TestPortal, { email, password }: TestPerson): Promise<string> {
  const { cookies } = await app.accounts.signIn({ email, password }, { address: '127.0.0.1', userAgent: 'test' });
  return cookies.map((line) => line.split(';')[0]).join('; ');
}

/** Every page and state there is. */
export function statesOf(
  { access, company, articles, lookUps, orderFiles, orders, ticket, solved, long: talk, tokens, customerId }: Scene,
  locale: Locale,
): State[] {
  const at = (path: string): string => `/${locale}${path}`;
  const is = (name: string, who: State['who'], path: string, more: Partial<State> = {}): State => ({
    name,
    who,
    path,
    ...more,
  });
  const question = locale === 'en' ? 'chair wobbles' : '椅子摇晃';
  const find = (q: string): string => at(`/search?q=${encodeURIComponent(q)}`);
  const openFolds = async (page: Page): Promise<void> => {
    const folded = page.locator('main details:not([open]) > summary:visible');
    while ((await folded.count()) > 0) await folded.first().click();
  };
  return [
    is('home', 'guest', at('/')),
    is('home of a customer', 'customer', at('/')),
    is('search, blank', 'guest', at('/search')),
    is('search, found', 'guest', find(question)),
    is('search, not quite', 'guest', `${find(question)}&helped=no`),
    is('search, one topic', 'guest', `${find(question)}&topic=assembly`),
    is('search, unsure', 'guest', find(locale === 'en' ? 'green table in the oven' : '绿色桌子放进烤箱')),
    is('search, none', 'guest', find(locale === 'en' ? 'zeppelin insurance' : '飞艇')),
    is('search, too long', 'guest', find('x'.repeat(300)), { status: 422 }),
    is('search, suggestions', 'guest', at('/'), {
      act: async (page) => {
        await page.locator('#q').pressSequentially(locale === 'en' ? 'chair' : '椅子');
        await page.locator('[role=listbox]').waitFor();
      },
    }),
    is('category', 'guest', at('/categories/assembly')),
    is('article', 'guest', at('/articles/chair-wobbles'), { act: openFolds }),
    is('article, thanks', 'guest', at('/articles/chair-wobbles?helped=no')),
    is('article, drawn', 'guest', at('/articles/piece-arrived-damaged')),
    is('article for colleagues, with code', 'author', at('/articles/write-an-article')),
    is('article for customers', 'customer', at('/articles/framework-orders')),
    is('ask', 'guest', at('/ask')),
    is('ask, brought along', 'customer', at(`/ask?q=${encodeURIComponent(question)}`)),
    is('ask, faulty', 'guest', at('/ask'), { form: { subject: '', body: '', email: 'x' }, status: 422 }),
    is('ask, suggested', 'guest', at('/ask'), { form: { intent: 'suggest', subject: question } }),
    is('ask, sent', 'guest', at('/ask/sent?number=W-2001')),
    ...lookUpStates(lookUps, locale, openFolds),
    is('answered', 'guest', at('/answered')),
    is('sign in', 'guest', at('/sign-in')),
    is('sign in, wrong', 'guest', at('/sign-in'), {
      form: { email: 'a@kitewood.example', password: 'x' },
      status: 422,
    }),
    is('sign in first', 'guest', at('/tickets')),
    is('link', 'guest', at('/sign-in/link')),
    is('link, mailed', 'guest', at('/sign-in/link?done=mailed')),
    is('sign up', 'guest', at('/sign-up')),
    is('sign up, faulty', 'guest', at('/sign-up'), { form: { name: '', email: '', password: 'x' }, status: 422 }),
    is('sign up, mailed', 'guest', at('/sign-up?done=mailed')),
    is('forgotten', 'guest', at('/forgotten')),
    is('new password', 'guest', at(`/forgotten?token=${tokens.reset}`)),
    is('enter', 'guest', at(`/enter?token=${tokens.enter}`)),
    is('enter, over', 'guest', at('/enter?token=unknown'), { status: 410 }),
    is('enter, not me', 'guest', at('/enter?done=dropped')),
    is('set up, over', 'guest', at('/set-up?token=unknown'), { status: 410 }),
    is('not found', 'guest', at('/nowhere'), { status: 404 }),
    is('not readable', 'guest', at('/search?q=%00'), { status: 400 }),
    is('not for this account', 'customer', '/staff/tickets', { status: 403 }),
    is('no tickets', 'newcomer', at('/tickets')),
    is('tickets', 'customer', at('/tickets')),
    is('ticket, asked', 'customer', at(`/tickets/${ticket}?done=asked`)),
    is('ticket, solved', 'customer', at(`/tickets/${solved}?done=solved`)),
    is('ticket, long', 'customer', at(`/tickets/${talk}`)),
    is('ticket, long, unfolded', 'customer', at(`/tickets/${talk}`), { act: openFolds }),
    is('ticket, faulty', 'customer', at(`/tickets/${ticket}`), { form: { intent: 'answer', body: '' }, status: 422 }),
    is('account', 'customer', at('/account')),
    is('account, faulty', 'customer', at('/account'), {
      form: { intent: 'password', current: 'x', password: 'y' },
      status: 422,
    }),
    is('data', 'customer', at('/account/data')),
    is('data, one channel', 'customer', at('/account/data?channel=mail')),
    is('data, correcting', 'customer', at('/account/data?correct=email')),
    is('data, correcting, faulty', 'customer', at('/account/data'), {
      form: { intent: 'name', name: '' },
      status: 422,
    }),
    is('data, wrong address', 'customer', at('/account/data'), {
      form: { intent: 'erase', typed: 'x' },
      status: 422,
    }),
    is('data, hardly any', 'newcomer', at('/account/data')),
    is('data, new address', 'customer', at(`/account/new-address?token=${tokens.address}`)),
    is('data, new address, over', 'customer', at('/account/new-address?token=unknown'), { status: 410 }),
    is('data, being erased', 'leaver', at('/account/data')),
    is('data, keep it', 'guest', at(`/account/keep-data?token=${tokens.keep}`)),
    is('data, keep it, over', 'guest', at('/account/keep-data?token=unknown'), { status: 410 }),
    is('data, erasure asked', 'guest', at('/account/keep-data?done=asked')),
    is('data, erasure undone', 'guest', at('/account/keep-data?done=kept')),
    is('desk', 'agent', '/staff/tickets'),
    is('desk, nothing found', 'agent', '/staff/tickets?find=zeppelin'),
    is('desk, empty view', 'agent', '/staff/tickets?view=unassigned'),
    is('desk ticket', 'agent', `/staff/tickets/${ticket}`),
    is('desk ticket, long', 'agent', `/staff/tickets/${talk}?done=customer`),
    is('desk ticket, faulty', 'agent', `/staff/tickets/${ticket}`, {
      form: { intent: 'write', body: '' },
      status: 422,
    }),
    is('desk ticket unknown', 'agent', '/staff/tickets/W-9', { status: 404 }),
    is('customers', 'agent', '/staff/customers?view=all'),
    is('customers, nothing late', 'agent', '/staff/customers'),
    is('customers, nobody found', 'agent', '/staff/customers?find=nobody-of-this-name'),
    is('customer', 'agent', `/staff/customers/${customerId}`),
    is('customer, refused', 'agent', `/staff/customers/${customerId}`, {
      form: { intent: 'log', kind: 'called', what: '' },
      status: 422,
    }),
    is('groups', 'administrator', '/staff/groups'),
    is('groups, refused', 'administrator', '/staff/groups', { form: { key: 'No key', en: '' }, status: 422 }),
    is('group', 'agent', `/staff/groups/trade-${locale}`),
    is('group, refused', 'agent', `/staff/groups/trade-${locale}`, { form: { email: 'x' }, status: 422 }),
    is('tiers', 'administrator', '/staff/tiers'),
    is('tiers, refused', 'administrator', '/staff/tiers', { form: { rank: 'first' }, status: 422 }),
    is('hand over', 'agent', '/staff/customers/hand-over'),
    is('bridge', 'agent', '/staff/bridge'),
    is('desk’s menu', 'agent', '/staff/bridge', {
      act: async (page) => {
        const menu = page.locator('.rail-open');
        if (await menu.isVisible()) await menu.click();
      },
    }),
    is('gaps', 'author', '/staff/gaps'),
    is('gaps, looked at', 'agent', '/staff/gaps'),
    is('gaps, none closed', 'author', '/staff/gaps?view=closed'),
    ...orderStates(orders, locale, openFolds),
    ...authorStates(articles, openFolds),
    ...accessStates(access, locale),
    ...companyStates(company, locale, openFolds),
    ...orderFileStates(orderFiles),
  ];
}

/** Forms that the troubled portal takes once. */
export const onceADay = {
  login: { email: 'a@kitewood.example', password: 'x' },
  question: { subject: 'S', body: 'B', email: 'a@kitewood.example' },
};

/** What is seen when something is wrong or too fast. */
export function troubledStates(locale: Locale): State[] {
  const at = (path: string): string => `/${locale}${path}`;
  const { login, question } = onceADay;
  const lookUp = { number: 'KW-10023', email: 'a@kitewood.example' };
  return [
    {
      name: 'search on its reserve',
      who: 'guest',
      path: at(`/search?q=${locale === 'en' ? 'chair' : '%E6%A4%85%E5%AD%90'}`),
    },
    { name: 'broken', who: 'guest', path: at('/categories/assembly'), status: 500 },
    { name: 'orders cannot be looked up', who: 'guest', path: at('/orders/find'), form: lookUp, status: 503 },
    { name: 'too fast to sign in', who: 'guest', path: at('/sign-in'), form: login, status: 429 },
    { name: 'too fast to ask', who: 'guest', path: at('/ask'), form: question, status: 429 },
  ];
}

/** Opens a state in a window. @returns the status of what was answered. */
export async function show(page: Page, { path, form, act }: State): Promise<number> {
  const answer = form ? await submit(page, path, form) : await page.goto(path);
  await act?.(page);
  return answer?.status() ?? 0;
}

/** Sends a form from a page of the site, as a browser does. */
async function submit(page: Page, path: string, form: Record<string, string>) {
  if (!page.url().startsWith('http')) await page.goto('/en/ask/sent');
  const answered = page.waitForResponse((response) => response.request().isNavigationRequest());
  await page.evaluate(
    ({ action, fields }) => {
      const sent = document.createElement('form');
      sent.method = 'post';
      sent.action = action;
      for (const [name, value] of Object.entries(fields)) {
        const field = document.createElement('textarea');
        field.name = name;
        field.value = value;
        sent.append(field);
      }
      document.body.append(sent);
      sent.submit();
    },
    { action: path, fields: form },
  );
  const answer = await answered;
  await page.waitForLoadState();
  return answer;
}
