import type { Root } from 'hast';
import type { Root as MarkdownRoot } from 'mdast';
import rehypeHighlight from 'rehype-highlight';
import rehypeSanitize from 'rehype-sanitize';
import rehypeSlug from 'rehype-slug';
import rehypeStringify from 'rehype-stringify';
import remarkDirective from 'remark-directive';
import remarkGfm from 'remark-gfm';
import { remark } from 'remark';
import remarkRehype from 'remark-rehype';
import { addCalloutIcon, callouts } from './directives.ts';
import { refuseExcess } from './excess.ts';
import { pointLink, type ArticleLink } from './links.ts';
import { settlePictures, type PictureSizes } from './pictures.ts';
import { contentsOf, plainText, readingMinutes, type ContentsEntry } from './plainText.ts';
import { articleSchema, ID_PREFIX } from './schema.ts';
import { dressSteps, lowerTopHeading, wrapTables } from './shapes.ts';
import { elementsOf, wordsIn } from './tree.ts';

/** Rises whenever the same Markdown would lead to other HTML. Each revision carries the version that made its HTML. */
export const RENDERER_VERSION = 2;

/** HTML of an older version than this is never served again: whoever mends the sanitiser raises it to the new version. */
export const SAFE_SINCE = 1;

/** Something in the Markdown that does not do what its author may expect. */
export interface MarkdownRemark {
  line: number;
  /** What it is about, for whoever says it in another language. */
  code: 'html' | 'directive' | 'alt' | 'foreign' | 'missing';
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
  /** The names of the pictures it shows, or would show if they were there. */
  images: string[];
  remarks: MarkdownRemark[];
}

/** What HTML depends on beside the Markdown. */
export interface RenderOptions {
  locale: string;
  title: string;
  /** The pictures that are there; left out: none. */
  pictures?: PictureSizes;
}

interface Words {
  footnotes: string;
  back: string;
  done: string;
  open: string;
}

const english: Words = { footnotes: 'Footnotes', back: 'Back to the text', done: 'Done', open: 'To do' };
const words: Record<string, Words> = {
  en: english,
  'zh-cn': { footnotes: '脚注', back: '回到正文', done: '已完成', open: '待办' },
};

/** A line broken between two Chinese signs is no space. */
const brokenChinese = /(?<=[\p{Script=Han}，。、；：？！）》”])\n(?=[\p{Script=Han}（《“])/gu;

/** Longer code is shown without colours: nobody reads it for its grammar, and colouring it would cost time. */
const MOST_COLOURED = 10_000;
/** Made once: it learns its languages when it is made. */
const colourCode = rehypeHighlight();

/**
 * Renders an article's Markdown: GFM, callouts, pictures, coloured code, heading ids, links between articles. HTML
 * written in the source is dropped, its words stay. Sanitising comes last, after everything that makes HTML.
 *
 * @throws RangeError when the source is nested so deeply, or so full of signs, that no reader could follow it.
 */
export function renderMarkdown(source: string, options: RenderOptions): RenderedMarkdown {
  refuseExcess(source);
  const { locale, title, pictures: sizes = new Map() } = options;
  const { footnotes, back, done, open } = words[locale] ?? english;
  const links: ArticleLink[] = [];
  const images: string[] = [];
  const remarks: MarkdownRemark[] = [];
  const dress = () => (tree: Root) => {
    for (const element of elementsOf(tree)) {
      addCalloutIcon(element);
      dressSteps(element);
      if (element.tagName === 'code' && wordsIn(element).length > MOST_COLOURED) element.properties.className = [];
      // What is too wide scrolls, and the keyboard must reach it.
      if (element.tagName === 'pre') element.properties.tabIndex = 0;
      if (element.tagName === 'input') element.properties.ariaLabel = element.properties.checked ? done : open;
      if (element.tagName === 'a') pointLink(element, locale, links);
    }
    wrapTables(tree, title);
  };
  const processor = remark()
    .use(remarkGfm)
    .use(remarkDirective)
    .use(() => callouts(remarks))
    .use(() => (tree: MarkdownRoot) => {
      settleContent(tree, remarks);
      settlePictures(tree, { sizes, named: images, remarks });
    })
    .use(remarkRehype, {
      clobberPrefix: ID_PREFIX,
      footnoteLabel: footnotes,
      footnoteBackLabel: back,
      footnoteLabelProperties: { className: ['visually-hidden'] },
    })
    .use(() => (tree: Root) => [...elementsOf(tree)].forEach(lowerTopHeading))
    .use(rehypeSlug, { prefix: ID_PREFIX })
    .use(dress)
    .use(() => colourCode)
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
    images: [...new Set(images)],
    remarks: remarks.toSorted((a, b) => a.line - b.line),
  };
}

/** HTML is dropped, which is said to the author. Chinese lines are joined. */
function settleContent(parent: { children: MarkdownRoot['children'] }, remarks: MarkdownRemark[]): void {
  parent.children.forEach((child) => {
    if (child.type === 'text') child.value = child.value.replace(brokenChinese, '');
    if (child.type === 'html' && !child.value.startsWith('<!--')) {
      const line = child.position?.start.line ?? 1;
      remarks.push({ line, code: 'html', message: 'HTML is not used; write it as Markdown.' });
    }
    if ('children' in child) settleContent(child as { children: MarkdownRoot['children'] }, remarks);
  });
}
