import type { Generated } from 'kysely';
import type { Audience } from '../accounts/index.ts';

/** What an article is about; see design: kinds of article. */
export type ArticleKind = 'product' | 'technology' | 'service' | 'process' | 'announcement';

/** One piece of knowledge in one locale. What it says stands in its revisions. */
export interface ArticleTable {
  id: string;
  slug: string;
  locale: string;
  /** Slug of a row of `category` with the same locale. */
  category: string;
  kind: ArticleKind;
  audience: Audience;
  /** The same in every language version of one article. */
  translationOf: string;
  /** What readers see; null: nothing yet. */
  publishedRevisionId: string | null;
  /** Readers see it from here on, and until there; null: no limit. */
  publishAt: string | null;
  unpublishAt: string | null;
  /** The file it comes from, relative to `content/`, and the SHA-256 of the file as it was read. */
  sourcePath: string | null;
  sourceHash: string | null;
  /** The day (`2026-10-12`) somebody last made sure that it is true. */
  checkedOn: string | null;
  /** Its place among the articles of its category; those of one place go by title. */
  position: number;
  createdAt: string;
  updatedAt: string;
}

/** One saved state of an article, and all that was made of it when it was saved. */
export interface RevisionTable {
  id: string;
  articleId: string;
  title: string;
  summary: string;
  /** One a line. */
  keywords: string;
  /** Markdown without its front matter. */
  source: string;
  html: string;
  rendererVersion: number;
  text: string;
  /** JSON of `ContentsEntry[]`. */
  contents: string;
  /** JSON of the slugs it links to. */
  links: string;
  minutes: number;
  /** Null: it came from a file. */
  authorId: string | null;
  createdAt: string;
}

export interface CategoryTable {
  locale: string;
  slug: string;
  title: string;
  description: string;
  position: number;
}

/** Whether an article helped, by whom it was said, as far as known: one opinion a person and one an inquiry. */
export interface FeedbackTable {
  id: string;
  articleId: string;
  revisionId: string;
  inquiry: string | null;
  personId: string | null;
  helpful: number;
  comment: string | null;
  createdAt: string;
}

/** What search engines are owed: one row for each change of an article, written in the transaction of the change. */
export interface ArticleChangeTable {
  seq: Generated<number>;
  articleId: string;
  at: string;
}

declare module '../platform/database/index.ts' {
  interface Tables {
    article: ArticleTable;
    revision: RevisionTable;
    category: CategoryTable;
    feedback: FeedbackTable;
    articleChange: ArticleChangeTable;
  }
}
