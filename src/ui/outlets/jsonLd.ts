import type { ArticlePage } from '../../kb/index.ts';

/**
 * What a page says of itself in the words of schema.org, as the content of a `<script type="application/ld+json">`.
 * `<` is escaped, so that no title can end the element.
 */
function jsonLd(data: object): string {
  return JSON.stringify({ '@context': 'https://schema.org', ...data }).replaceAll('<', '\\u003c');
}

export interface ArticleFacts {
  article: ArticlePage;
  base: string;
  /** `en`, `zh-CN`. */
  lang: string;
  company: string;
  /** The site's own name for its help, first of the crumbs. */
  help: string;
}

/** An article: https://schema.org/Article. */
export function articleLd({ article, base, lang, company }: ArticleFacts): string {
  const organization = { '@type': 'Organization', name: company };
  return jsonLd({
    '@type': 'Article',
    headline: article.title,
    description: article.summary,
    inLanguage: lang,
    url: base + article.url,
    mainEntityOfPage: base + article.url,
    dateModified: article.changedAt,
    author: organization,
    publisher: organization,
    isAccessibleForFree: true,
  });
}

/** The way to it: https://schema.org/BreadcrumbList. */
export function crumbsLd({ article, base, help }: ArticleFacts): string {
  const { locale, category, url, title } = article;
  const ways = [
    { name: help, item: `${base}/${locale}/` },
    { name: category.title, item: `${base}/${locale}/categories/${category.slug}` },
    { name: title, item: base + url },
  ];
  return jsonLd({
    '@type': 'BreadcrumbList',
    itemListElement: ways.map((way, index) => ({ '@type': 'ListItem', position: index + 1, ...way })),
  });
}
