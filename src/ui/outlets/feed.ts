import { x } from 'xastscript';
import type { ArticleLine } from '../../kb/index.ts';
import { textElement, xmlDocument } from './xml.ts';

export interface FeedFacts {
  /** The site's address, without a closing slash. */
  base: string;
  /** Where the feed itself stands: `/en/feed.xml`. */
  path: string;
  /** The page it is the feed of. */
  home: string;
  /** `en`, `zh-CN`. */
  lang: string;
  title: string;
  author: string;
  articles: readonly ArticleLine[];
}

/** An Atom feed (RFC 4287) of articles, newest first. */
export function feedXml({ base, path, home, lang, title, author, articles }: FeedFacts): string {
  const entries = articles.map((article) =>
    x('entry', [
      textElement('id', `urn:uuid:${article.articleId}`),
      textElement('title', article.title),
      textElement('updated', article.changedAt),
      textElement('summary', article.summary),
      x('link', { rel: 'alternate', type: 'text/html', href: base + article.url }),
      x('category', { term: article.category }),
    ]),
  );
  return xmlDocument(
    x('feed', { xmlns: 'http://www.w3.org/2005/Atom', 'xml:lang': lang }, [
      textElement('id', base + path),
      textElement('title', title),
      // A feed without entries has to say something; the epoch claims nothing.
      textElement('updated', articles[0]?.changedAt ?? new Date(0).toISOString()),
      x('author', [textElement('name', author)]),
      x('link', { rel: 'self', type: 'application/atom+xml', href: base + path }),
      x('link', { rel: 'alternate', type: 'text/html', href: base + home }),
      ...entries,
    ]),
  );
}
