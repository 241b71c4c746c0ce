import type { Root } from 'hast';
import type { Root as MarkdownRoot } from 'mdast';
import rehypeSanitize from 'rehype-sanitize';
import rehypeSlug from 'rehype-slug';
import rehypeStringify from 'rehype-stringify';
import remarkDirective from 'remark-directive';
import remarkGfm from 'remark-gfm';
import { remark } from 'remark';
import remarkRehype from 'remark-rehype';
import { addCalloutIcon, callouts } from './directives.ts';
import { pointLink, type ArticleLink } from './links.ts';
import { contentsOf, plainText, readingMinutes, type ContentsEntry } from './plainText.ts';
import { articleSchema, ID_PREFIX } from './schema.ts';
import { dressSteps, lowerTopHeading, wrapTables } from './shapes.ts';
import { elementsOf } from './tree.ts';

/** Rises whenever the same Markdown would lead to other HTML. Each revision carries the version that made its HTML. */
export const RENDERER_VERSION = 1;

/** Something in the Markdown that does not do what its author may expect. */
export interface MarkdownRemark {
  line: number;
  message: string;
}

/** What an article's Markdown becomes. */
export interface RenderedMarkdown {
  html: string;
  contents: ContentsEntry[];
  /** The same words without any markup, a line for each block. */
  text: string;
  minutes: number;
  /** The articles it points at. */
  links: ArticleLink[];
  remarks: MarkdownRemark[];
}

const footnotes: Record<string, { label: string; back: string }> = {
  en: { label: 'Footnotes', back: 'Back to the text' },
  'zh-cn': { label: '脚注', back: '回到正文' },
};

/** A line broken between two Chinese signs is no space. */
const brokenChinese = /(?<=[\p{Script=Han}，。、；：？！）》”])\n(?=[\p{Script=Han}（《“])/gu;

/**
 * Renders an article's Markdown: GFM, callouts, heading ids, links between articles. HTML written in the source is
 * dropped, its words stay. Sanitising comes last, after everything that makes HTML.
 *
 * @throws RangeError when the source is nested so deeply that no reader could follow it.
 */
export function renderMarkdown(source: string, { locale, title }: { locale: string; title: string }): RenderedMarkdown {
  const links: ArticleLink[] = [];
  const remarks: MarkdownRemark[] = [];
  const dress = () => (tree: Root) => {
    for (const element of elementsOf(tree)) {
      addCalloutIcon(element);
      dressSteps(element);
      if (element.tagName === 'a') pointLink(element, locale, links);
    }
    wrapTables(tree, title);
  };
  const processor = remark()
    .use(remarkGfm)
    .use(remarkDirective)
    .use(() => callouts(remarks))
    .use(() => (tree: MarkdownRoot) => settleContent(tree, remarks))
    .use(remarkRehype, {
      clobberPrefix: ID_PREFIX,
      footnoteLabel: footnotes[locale]?.label ?? 'Footnotes',
      footnoteBackLabel: footnotes[locale]?.back ?? 'Back to the text',
      footnoteLabelProperties: { className: ['visually-hidden'] },
    })
    .use(() => (tree: Root) => [...elementsOf(tree)].forEach(lowerTopHeading))
    .use(rehypeSlug, { prefix: ID_PREFIX })
    .use(dress)
    .use(rehypeSanitize, articleSchema)
    .use(rehypeStringify);
  const file = { value: source };
  const tree = processor.runSync(processor.parse(file.value), file.value);
  const text = plainText(tree);
  return {
    html: processor.stringify(tree),
    contents: contentsOf(tree),
    text,
    minutes: readingMinutes(text),
    links,
    remarks,
  };
}

/**
 * Pictures become their description until articles carry files, and HTML is dropped; both are said to the author.
 * Chinese lines are joined.
 */
function settleContent(parent: { children: MarkdownRoot['children'] }, remarks: MarkdownRemark[]): void {
  parent.children.forEach((child, index) => {
    const line = child.position?.start.line ?? 1;
    if (child.type === 'text') child.value = child.value.replace(brokenChinese, '');
    if (child.type === 'html' && !child.value.startsWith('<!--')) {
      remarks.push({ line, message: 'HTML is not used; write it as Markdown.' });
    }
    if (child.type === 'image' || child.type === 'imageReference') {
      remarks.push({ line, message: 'Pictures are not shown; their description stands in their place.' });
      parent.children[index] = { type: 'text', value: child.alt ?? '' };
    }
    if ('children' in child) settleContent(child as { children: MarkdownRoot['children'] }, remarks);
  });
}
