import type { Touch } from './touch.ts';

/**
 * One plain English sentence a touch, for systems that take text. Pages say it in the reader's language themselves.
 */
export function storySentences(touches: readonly Touch[]): string[] {
  return touches.flatMap(({ type, body }) => {
    if (!body) return [];
    if (type === 'search.asked') return [`Searched “${String(body['text'])}”, ${String(body['verdict'])}`];
    if (type === 'article.read') return [`Read “${String(body['title'])}”`];
    if (type === 'article.rated')
      return [`Said “${String(body['title'])}” ${body['helpful'] ? 'helped' : 'did not help'}`];
    return isOurs.test(type) ? [] : [plain(type, body)];
  });
}

/** What else this portal writes down is no part of the way to a ticket. */
const isOurs = /^(?:search|article|inquiry|ticket|mail|order|person|account)\./;

/** What another system told us, of a type that nobody foresaw. */
function plain(type: string, body: Record<string, unknown>): string {
  const words = Object.values(body).filter((value) => typeof value === 'string');
  return [type, words.join(', ').replaceAll(/\s+/g, ' ').slice(0, 200)].filter((part) => part !== '').join(': ');
}
