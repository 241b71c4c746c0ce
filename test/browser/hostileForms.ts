import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { noStanding, type PersonViewer } from '../../src/accounts/index.ts';
import { caller, type Answer, type Caller } from '../support/caller.ts';
import type { HostileDocument } from '../support/hostileFrames.ts';
import type { TestPerson, TestPortal } from '../support/portal.ts';

/** A portal into which payloads are sent through every form, and who sends them. */
export interface HostileSite {
  portal: TestPortal;
  guest: Caller;
  customer: Caller;
  agent: Caller;
  author: Caller;
  administrator: Caller;
  /** An agent who acts for the customer now and then. */
  standIn: Caller;
  cookies: Record<'customer' | 'agent' | 'author', string>;
  customerViewer: PersonViewer;
  authorViewer: PersonViewer;
  /** The tickets that were opened, by the text that they were opened with. */
  tickets: Map<string, string>;
  /** Articles by their text. */
  articles: Map<string, { articleId: string; slug: string; category: string }>;
}

/** Hands on what came back: HTML as a document, anything else is looked at right away. */
export type Keep = (name: string, answer: Answer) => void;

export async function hostileSite(portal: TestPortal): Promise<HostileSite> {
  const people = {
    customer: await portal.person('Mei'),
    agent: await portal.person('Ravi', 'agent'),
    author: await portal.person('Ana', 'author'),
    administrator: await portal.person('Robin', 'administrator'),
    standIn: await portal.person('Sam', 'agent'),
  };
  const viewer = ({ id, name, email }: TestPerson, role: 'customer' | 'author'): PersonViewer => ({
    ...{ kind: 'person', personId: id, name, email, verified: true, role, locale: 'en', ...noStanding },
  });
  return {
    portal,
    guest: caller(portal),
    customer: caller(portal, people.customer),
    agent: caller(portal, people.agent),
    author: caller(portal, people.author),
    administrator: caller(portal, people.administrator),
    standIn: caller(portal, people.standIn),
    cookies: { customer: people.customer.cookie, agent: people.agent.cookie, author: people.author.cookie },
    customerViewer: viewer(people.customer, 'customer'),
    authorViewer: viewer(people.author, 'author'),
    tickets: new Map(),
    articles: new Map(),
  };
}

const parameters = (values: Record<string, string>) => new URLSearchParams(values).toString();

/** As much of a text as a field takes. */
const cut = (text: string, most: number) => [...text].slice(0, most).join('');

/** Sends a text through a form. */
type Form = (site: HostileSite, text: string, keep: Keep) => Promise<void>;

const browser = { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0' };

/** The forms that keep a line of up to 190 characters: subjects, names, names of files, questions for the search. */
export const lineForms: readonly Form[] = [
  async function askAsGuest({ guest }, text, keep) {
    const form = new FormData();
    const asked = { subject: text, body: text, name: cut(text, 120), order: cut(text, 64) };
    for (const [name, value] of Object.entries(asked)) form.append(name, value);
    form.append('email', `guest-${newNumber()}@kitewood.example`);
    form.append('files', new Blob(['x']), text);
    keep('ask as a guest', await guest.post('/en/ask', form));
  },
  async function askAfterSearching({ customer, tickets }, text, keep) {
    const page = await customer.get(`/en/search?${parameters({ q: text })}`, browser);
    keep('search', page);
    // What was asked in vain goes along to the desk.
    const inquiry = /inquiry=([\w-]{22,64})/.exec(page.text)?.[1] ?? '';
    const form = new FormData();
    for (const [name, value] of Object.entries({ subject: text, body: text, inquiry })) form.append(name, value);
    form.append('files', new Blob(['x']), text);
    const asked = await customer.post('/en/ask', form);
    keep('ask', asked);
    const number = /W-\d+/.exec(asked.location ?? '')?.[0];
    if (number) tickets.set(text, number);
  },
  async function access({ administrator, standIn, customerViewer }, text, keep) {
    const act = `/staff/customers/${customerViewer.personId}/act`;
    keep('act for a customer', await standIn.post(act, { reason: cut(text, 200) }));
    keep('end acting', await standIn.post('/acting/end', {}));
    const key = { intent: 'key', role: 'partner', name: cut(text, 80), carrier: cut(text, 80) };
    keep('key, shown once', await administrator.post('/staff/people', key));
    keep('people, found', await administrator.get(`/staff/people?${parameters({ find: text, view: text })}`));
  },
  async function searchAndAsk({ guest }, text, keep) {
    keep('ask, with a question', await guest.get(`/en/ask?${parameters({ q: text })}`));
    keep('search by JSON', await guest.get(`/api/v1/search?${parameters({ q: text, locale: 'en' })}`));
  },
];

/** The forms that keep or give back a longer text. */
export const blockForms: readonly Form[] = [
  async function ask({ guest, customer, tickets }, text, keep) {
    const every = { subject: text, body: text, name: text, order: text, email: text, q: text };
    const hidden = { inquiry: text, key: text, staged: text, drop: text };
    keep('ask, sent back', await guest.post('/en/ask', { ...every, ...hidden }));
    keep('ask, suggestions', await guest.post('/zh-cn/ask', { ...every, intent: 'suggest' }));
    const asked = await customer.post('/en/ask', { subject: 'A block', body: text });
    keep('ask', asked);
    const number = /W-\d+/.exec(asked.location ?? '')?.[0];
    if (number) tickets.set(text, number);
  },
  async function search({ guest }, text, keep) {
    const question = parameters({ q: text, topic: text, inquiry: text, helped: 'no' });
    keep('search, sent back', await guest.get(`/zh-cn/search?${question}`));
    keep('search, in a topic', await guest.get(`/en/search?${parameters({ q: 'chair', topic: text, inquiry: text })}`));
    keep(
      'search by JSON, refused',
      await guest.get(`/api/v1/search?${parameters({ q: text, locale: text, limit: text })}`),
    );
  },
  async function signUpAndIn({ guest }, text, keep) {
    const every = { name: text, email: text, password: text };
    keep('sign up, sent back', await guest.post('/en/sign-up', every));
    keep('sign in, sent back', await guest.post('/zh-cn/sign-in', { ...every, return_to: text }));
    keep('sign in by link, sent back', await guest.post('/en/sign-in/link', every));
    keep('forgotten, sent back', await guest.post('/en/forgotten', { ...every, token: text }));
    keep('enter', await guest.get(`/en/enter?${parameters({ token: text })}`));
    keep('set up', await guest.post('/en/set-up', { ...every, token: text }));
    keep('join', await guest.post('/zh-cn/join', { ...every, token: text }));
    keep('second step', await guest.post('/en/sign-in/code', { code: text, with: text, return_to: text }));
  },
  async function feedback({ guest, portal, customerViewer, articles }, text, keep) {
    const sent = { helped: text, reason: text, q: text, inquiry: text, article: text };
    keep('answered', await guest.post('/en/answered', { ...sent, helped: 'no' }));
    const article = articles.values().next().value;
    if (!article) return;
    keep('feedback', await guest.post(`/en/articles/${article.slug}`, sent));
    const comment = text.slice(0, 2_000);
    const { articleId } = article;
    await keptIfTaken(portal.app.kb.giveFeedback(customerViewer, { articleId, helpful: false, comment }));
  },
  async function api({ guest, customer }, text, keep) {
    const every = { subject: text, body: text, name: text, email: text, order: text, locale: text };
    keep('API, refused', await guest.json('/api/v1/tickets', every));
    keep('API, no JSON', await guest.post('/api/v1/tickets', every));
    keep('API, opened', await customer.json('/api/v1/tickets', { subject: 'By JSON', body: text }));
  },
  async function keepPeople({ administrator, customer }, text, keep) {
    const every = { id: text, email: text, role: text, locale: text, name: text, carrier: text, required: text };
    for (const intent of ['invite', 'key', 'rule', 'again', 'withdraw', 'revoke', text])
      keep(`people, ${intent.slice(0, 9)}`, await administrator.post('/staff/people', { ...every, intent }));
    const own = { password: text, code: text, return_to: text };
    for (const intent of ['begin', 'confirm', 'renew', 'off'])
      keep(`security, ${intent}`, await customer.post('/zh-cn/account/security', { ...own, intent }));
  },
  async function replyAndWork({ customer, agent, tickets }, text, keep) {
    const number = tickets.get(text) ?? '';
    const path = `/staff/tickets/${number}`;
    keep('reply', await customer.post(`/en/tickets/${number}`, { intent: 'answer', body: text }));
    keep('note', await agent.post(path, { intent: 'write', visibility: 'staff', body: text }));
    keep('answer', await agent.post(path, { intent: 'write', visibility: 'customer', body: text, then: 'open' }));
    const every = { visibility: text, body: text, then: text, assignee: text, state: text };
    for (const intent of [text, 'state', 'assign'])
      keep(`desk, sent back, ${intent.slice(0, 9)}`, await agent.post(path, { ...every, intent }));
  },
  async function edit({ author, agent, articles }, text, keep) {
    const { articleId } = articles.values().next().value ?? { articleId: '' };
    const path = `/staff/articles/${articleId}`;
    const words = { title: text, summary: text, keywords: text, source: text, note: text };
    const facts = { audience: text, category: text, kind: text, owner: text, checked: text };
    // A version that is long over: both texts are shown, and nothing is kept.
    for (const intent of ['save', 'revision', 'publish', 'preview', 'links', 'picture'])
      keep(`editor, ${intent}`, await author.post(path, { ...words, ...facts, intent, version: '0', linkText: text }));
    for (const who of [author, agent])
      keep(
        'new article',
        await who.post('/staff/articles/new', { ...words, ...facts, words: text, locale: text, slug: text }),
      );
    keep('editor, suggestion', await agent.post(path, { ...words, intent: 'suggest', words: cut(text, 5_000) }));
    const preview = await author.post('/api/staff/preview', { source: text, title: text, locale: 'en' });
    keep('live preview', preview);
    const { html = '' } = JSON.parse(preview.text) as { html?: string };
    const headers = new Headers(preview.headers);
    headers.set('content-type', 'text/html');
    keep('live preview, shown', { ...preview, headers, text: `<!doctype html><title>x</title><main>${html}</main>` });
    keep('links, refused', await author.get(`/api/staff/links?${parameters({ q: text, locale: text })}`));
    keep('own draft', await author.post(`/api${path}/draft`, { ...words, version: '0' }));
  },
  async function addresses({ guest, agent, customer }, text, keep) {
    const part = encodeURIComponent(text);
    const every = parameters({
      q: text,
      inquiry: text,
      number: text,
      done: text,
      find: text,
      view: text,
      return_to: text,
    });
    const pages = [`/${part}`, `/en/articles/${part}`, `/zh-cn/categories/${part}?${every}`, `/en/ask?${every}`];
    for (const [at, path] of pages.entries()) keep(`address ${at}`, await guest.get(path));
    for (const path of ['/en/ask/sent', '/en/sign-in', '/en/answered']) keep(path, await guest.get(`${path}?${every}`));
    keep('images', await guest.get(`/images/${part}`));
    keep('tickets', await customer.get(`/en/tickets/${part}?${every}`));
    for (const path of ['/staff/tickets', '/staff/gaps', '/staff/articles'])
      keep(path, await agent.get(`${path}?${every}`));
    keep('theme', await guest.post('/theme', { theme: 'dark', back: text }));
  },
];

let numbers = 0;
function newNumber(): number {
  numbers += 1;
  return numbers;
}

/** What a use case refuses is not kept, and comes out nowhere. */
async function keptIfTaken(work: Promise<unknown>): Promise<void> {
  await work.catch((error: unknown) => {
    if (!(error instanceof Error && error.name === 'Refusal')) throw error;
  });
}

/** Writes an article and a topic for each line, as files of the company; the search knows them when it resolves. */
export async function writeArticles(
  { portal: { app }, articles }: HostileSite,
  lines: readonly string[],
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'waypost-hostile-'));
  const topics = lines.map((text, at) => {
    const topic = { title: cut(text, 100), description: text, order: at };
    return [`topic-${at}`, topic] as const;
  });
  for (const locale of app.site.brand.locales) {
    for (const [slug] of topics) mkdirSync(join(folder, locale, slug), { recursive: true });
    // JSON is YAML.
    writeFileSync(join(folder, locale, 'categories.yaml'), JSON.stringify(Object.fromEntries(topics)));
  }
  lines.forEach((text, at) => {
    const kind = at < 3 ? 'announcement' : 'service';
    const matter = { title: text, summary: text, kind, audience: 'public', keywords: [cut(text, 100)] };
    const source = `## ${text}\n\n[${text}](https://example.org "${text}")\n\n${text}\n`;
    writeFileSync(
      join(folder, 'en', `topic-${at}`, `hostile-${at}.md`),
      `---\n${JSON.stringify(matter)}\n---\n\n${source}`,
    );
  });
  await app.kb.importContent({ folder, locales: app.site.brand.locales });
  rmSync(folder, { recursive: true, force: true });
  await app.kb.catchUp();
  const rows = await app.database.db
    .selectFrom('article')
    .select(['id', 'slug', 'category'])
    .where('slug', 'like', 'hostile-%')
    .execute();
  for (const { id, slug, category } of rows)
    articles.set(lines[Number(slug.slice('hostile-'.length))] ?? '', { articleId: id, slug, category });
}

/** What authors and agents write about articles in the browser: another text with a note, and a suggestion. */
export async function editArticles({ portal, authorViewer, articles }: HostileSite): Promise<void> {
  const { authoring, images } = portal.app.kb;
  const drawing = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 3"><path d="M1 1h2"/></svg>');
  for (const [words, { articleId }] of articles) {
    const { version, text } = await authoring.open(authorViewer, { articleId });
    const { markdown } = await images.add(authorViewer, { bytes: drawing, name: words, alt: words });
    const other = {
      title: words,
      summary: words,
      keywords: [cut(words, 100)],
      source: `${text.source}\n\n${markdown}`,
    };
    await keptIfTaken(authoring.publish(authorViewer, { articleId, version, note: words, text: other }));
    await keptIfTaken(authoring.suggest(authorViewer, { articleId, words, ...other, source: `${words}\n\n${words}` }));
  }
}

/** An answer as a document, when it is HTML. */
export function documentOf(name: string, { headers, text }: Answer): HostileDocument | null {
  return headers.get('content-type')?.startsWith('text/html') ? { name, html: text } : null;
}
