import type { Element } from 'hast';
import { ID_PREFIX } from './schema.ts';

/** A link from one article to another, by the other's slug; `line` is where it stands in the source. */
export interface ArticleLink {
  slug: string;
  line: number;
}

/** `../care/oil-the-table.md#when`: the file's name is the slug. */
const articleFile = /^(?:\.{1,2}\/)*(?:[\p{L}\p{N}_-]+\/)*([a-z0-9-]+)\.md(?:#(.*))?$/u;

/** The article that a link of an article leads to, and the heading in it; null for any other link. */
export function linkedArticle(href: string): { slug: string; heading: string | undefined } | null {
  const [, slug, heading] = articleFile.exec(decoded(href)) ?? [];
  return slug ? { slug, heading } : null;
}

/**
 * Points a link where it belongs: `../care/oil.md` to the article's page, `#part` to the prefixed id, and marks what
 * leads out of the site. Links to articles are added to `found`.
 */
export function pointLink(link: Element, locale: string, found: ArticleLink[]): void {
  const href = link.properties.href;
  if (typeof href !== 'string') return;
  const written = decoded(href);
  const article = linkedArticle(href);
  if (article) {
    found.push({ slug: article.slug, line: link.position?.start.line ?? 1 });
    const part = article.heading ? `#${ID_PREFIX}${encodeURIComponent(article.heading)}` : '';
    link.properties.href = `/${locale}/articles/${article.slug}${part}`;
  } else if (written.startsWith('#') && !written.startsWith(`#${ID_PREFIX}`) && !isFootnote(link)) {
    link.properties.href = `#${ID_PREFIX}${encodeURIComponent(written.slice(1))}`;
  } else if (/^(https?:|[/\\]{2})/i.test(written)) {
    link.properties.rel = ['external', 'noopener'];
  }
}

function isFootnote(link: Element): boolean {
  return 'dataFootnoteRef' in link.properties || 'dataFootnoteBackref' in link.properties;
}

function decoded(href: string): string {
  try {
    return decodeURI(href);
  } catch {
    return href; // a stray % is no reason to refuse the article
  }
}
