import type { ListItem, PhrasingContent, Root } from 'mdast';
import { remark } from 'remark';
import type { ArticleLine, Directory } from '../../kb/index.ts';
import { isLocale, localeName } from '../../platform/i18n/index.ts';

/** The overview for language models as llmstxt.org describes it: what this is, then links to Markdown by topic. */
export function llmsText(
  directories: readonly Directory[],
  { base, title, summary }: { base: string; title: string; summary: string },
): string {
  const children: Root['children'] = [
    { type: 'heading', depth: 1, children: words(title) },
    { type: 'blockquote', children: [{ type: 'paragraph', children: words(summary) }] },
  ];
  for (const { locale, topics } of directories) {
    const language = isLocale(locale) ? localeName(locale) : locale;
    for (const topic of topics) {
      children.push({ type: 'heading', depth: 2, children: words(`${language}: ${topic.title}`) });
      children.push({
        type: 'list',
        spread: false,
        children: topic.articles.map((article) => item(article, base)),
      });
    }
  }
  return remark().data('settings', { bullet: '-' }).stringify({ type: 'root', children });
}

function item({ title, url, summary }: ArticleLine, base: string): ListItem {
  const link: PhrasingContent = { type: 'link', url: `${base}${url}.md`, children: words(title) };
  return {
    type: 'listItem',
    spread: false,
    children: [{ type: 'paragraph', children: [link, ...words(`: ${summary}`)] }],
  };
}

/** Text alone: signs that Markdown would read are escaped when it is written. */
function words(value: string): PhrasingContent[] {
  return [{ type: 'text', value }];
}
