import type { Answer } from '../support/caller.ts';
import { readMail } from '../support/mail.ts';
import type { HostileSite, Keep } from './hostileForms.ts';

/** What is one for the whole site. */
export async function lookAtLists(
  { guest, customer, agent, author, administrator, portal }: HostileSite,
  keep: Keep,
): Promise<void> {
  for (const path of ['/en/', '/zh-cn/', '/sitemap.xml', '/llms.txt', '/en/feed.xml', '/robots.txt'])
    keep(path, await guest.get(path));
  for (const path of ['/en/tickets', '/en/account', '/en/account/security', '/api/v1/tickets'])
    keep(path, await customer.get(path));
  for (const path of ['/staff/tickets', '/staff/bridge', '/staff/gaps', '/staff/gaps?view=closed'])
    keep(path, await agent.get(path));
  for (const view of ['staff', 'keys', 'invitations', 'left'])
    keep(`people, ${view}`, await administrator.get(`/staff/people?view=${view}`));
  const customers = await portal.app.database.db
    .selectFrom('person')
    .select('id')
    .where('role', '=', 'customer')
    .execute();
  for (const { id } of customers.slice(0, 20)) keep('customer', await agent.get(`/staff/customers/${id}`));
  for (const view of ['all', 'mine', 'changed', 'suggested', 'conflict'])
    keep(`articles, ${view}`, await author.get(`/staff/articles?view=${view}`));
  keep('new article', await author.get('/staff/articles/new'));
  keep('links', await author.get('/api/staff/links?q=alert&locale=en'));
}

/** What shows a text, where it went. */
export async function lookAtOne(site: HostileSite, text: string, keep: Keep): Promise<void> {
  const { guest, customer, agent, author, tickets, articles } = site;
  const number = tickets.get(text);
  if (number) {
    keep('ticket', await customer.get(`/en/tickets/${number}`));
    keep('ticket by JSON', await customer.get(`/api/v1/tickets/${number}`));
    keep('ticket at the desk', await agent.get(`/staff/tickets/${number}`));
  }
  const article = articles.get(text);
  if (!article) return;
  const { slug, articleId, category } = article;
  keep('article', await guest.get(`/en/articles/${slug}`));
  keep('article .md', await guest.get(`/en/articles/${slug}.md`));
  keep('article by JSON', await guest.get(`/api/v1/articles/${slug}?locale=en`));
  keep('topic', await guest.get(`/en/categories/${category}`));
  const desk = `/staff/articles/${articleId}`;
  keep('editor', await author.get(desk));
  keep('editor, read only', await agent.get(desk));
  keep('preview', await author.get(`${desk}/preview`));
  keep('revisions', await author.get(`${desk}/revisions`));
  keep('differences', await author.get(`${desk}/revisions?from=1&to=2`));
}

/** The mails, each part as its reader's program would take it. */
export function lookAtMails({ portal }: HostileSite, keep: (name: string, html: string) => void): string[] {
  const faults: string[] = [];
  for (const eml of portal.mails()) {
    const { html, subject, to } = readMail(eml);
    keep(`mail “${subject}”`, html);
    if (/[\r\n]/.test(subject + to)) faults.push(`a mail's head has more lines than it should: ${subject}`);
  }
  return faults;
}

/** What an answer must be, whatever was sent: what is no HTML is never taken for it, and leads nowhere else. */
export function wrongWith({ status, headers, location }: Answer, url: string): string[] {
  const type = headers.get('content-type') ?? '';
  const faults: string[] = [];
  if (status >= 500) faults.push(`answers ${status}`);
  if (headers.get('x-content-type-options') !== 'nosniff') faults.push('may be sniffed');
  if (!headers.get('content-security-policy')?.includes("'none'")) faults.push('has no policy');
  if (location !== null && URL.parse(location, url)?.origin !== url) faults.push(`leads to ${location}`);
  const known = ['text/html', 'application/json', 'application/problem+json', 'text/markdown', 'text/plain'];
  const kinds = [...known, 'application/xml', 'application/atom+xml', 'image/svg+xml', ''];
  if (!kinds.includes(type.split(';')[0] ?? '')) faults.push(`is ${type}`);
  return faults;
}

const entities: Record<string, string> = { lt: '<', gt: '>', quot: '"', amp: '&', apos: "'" };

/** What HTML, XML or Markdown escaped, as it was before. */
export function unescaped(body: string): string {
  return body
    .replaceAll(/&(?:#x([\da-f]+)|#(\d+)|(\w+));/gi, (whole, hex?: string, number?: string, name = '') => {
      if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16));
      return number === undefined ? (entities[String(name)] ?? whole) : String.fromCodePoint(Number(number));
    })
    .replaceAll('\\', '');
}

/** Whether a text came out, however it was escaped. */
export function holds(body: string, text: string): boolean {
  return unescaped(body).includes(text.replaceAll('\\', ''));
}
