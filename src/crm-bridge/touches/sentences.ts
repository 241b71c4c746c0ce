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
    return [];
  });
}
