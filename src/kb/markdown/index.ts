/** Markdown in, safe HTML, contents and plain text out. */
export {
  renderMarkdown,
  RENDERER_VERSION,
  SAFE_SINCE,
  type MarkdownRemark,
  type RenderedMarkdown,
  type RenderOptions,
} from './render.ts';
export type { ArticleLink } from './links.ts';
export type { PictureSizes } from './pictures.ts';
export type { ContentsEntry } from './plainText.ts';
export { portableMarkdown, type PortableArticle } from './portable.ts';
export { readableSource } from './readable.ts';
