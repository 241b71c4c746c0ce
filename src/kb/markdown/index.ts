/** Markdown in, safe HTML, contents and plain text out. */
export { renderMarkdown, RENDERER_VERSION, type MarkdownRemark, type RenderedMarkdown } from './render.ts';
export type { ArticleLink } from './links.ts';
export type { ContentsEntry } from './plainText.ts';
