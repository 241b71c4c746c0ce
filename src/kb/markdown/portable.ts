import type { Root } from 'mdast';
import { remark } from 'remark';
import remarkDirective from 'remark-directive';
import remarkGfm from 'remark-gfm';
import { linkedArticle } from './links.ts';
import { picturePath } from './pictures.ts';

/** An article as Markdown that reads right wherever it is taken. */
export interface PortableArticle {
  title: string;
  summary: string;
  source: string;
  locale: string;
}

/**
 * An article's Markdown with its title and summary before it. Links and pictures are absolute, those to articles lead to
 * their Markdown again; HTML and its comments, which readers never see, are left out.
 *
 * @param base the site's address, without a closing slash.
 */
export function portableMarkdown(article: PortableArticle, base: string): string {
  const processor = remark().use(remarkGfm).use(remarkDirective);
  const tree = processor.parse(article.source);
  settle(tree, (url) => portableUrl(url, article.locale, base));
  const head: Root['children'] = [
    { type: 'heading', depth: 1, children: [{ type: 'text', value: article.title }] },
    { type: 'blockquote', children: [{ type: 'paragraph', children: [{ type: 'text', value: article.summary }] }] },
  ];
  return processor.stringify({ type: 'root', children: [...head, ...tree.children] });
}

function settle(parent: { children: Root['children'] }, urlOf: (url: string) => string): void {
  parent.children = parent.children.filter((child) => child.type !== 'html');
  for (const child of parent.children) {
    if (child.type === 'link' || child.type === 'image' || child.type === 'definition') child.url = urlOf(child.url);
    if ('children' in child) settle(child as { children: Root['children'] }, urlOf);
  }
}

function portableUrl(url: string, locale: string, base: string): string {
  const article = linkedArticle(url);
  if (article) return `${base}/${locale}/articles/${article.slug}.md`;
  const picture = picturePath(url);
  return picture === null ? url : base + picture;
}
