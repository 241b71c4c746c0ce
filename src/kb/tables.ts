import type { Generated } from 'kysely';
import type { Audience } from '../accounts/index.ts';

/** What an article is about; see design: kinds of article. */
export type ArticleKind = 'product' | 'technology' | 'service' | 'process' | 'announcement';

/**
 * Where an article stands, at some instant: never published; readers see it; they will; no more; deleted. It follows
 * from the columns of `article`.
 */
export type ArticleState = 'draft' | 'published' | 'scheduled' | 'unpublished' | 'deleted';

/** What led to a revision; `file_removed` says that its file is gone. */
export type RevisionCause = 'file' | 'file_removed' | 'browser' | 'restored' | 'suggestion';

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
  /** The colleague who looks after it. */
  ownerId: string | null;
  /** The revision with the highest number; what readers see may be an older one. */
  latestRevisionId: string | null;
  /** Rises with every change of the text that stands in the editor: who saves over an older one is told. */
  draftVersion: Generated<number>;
  /** When it was first changed in the browser since file and article agreed; null: they agree, as far as we know. */
  editedAt: string | null;
  /** When it was taken back from readers; null while it is published, or when it never was. */
  unpublishedAt: string | null;
  deletedAt: string | null;
  /** What its slug was: a deleted article gives its address free, and its `slug` is one that nobody can ask for. */
  deletedSlug: string | null;
  createdAt: string;
  /** When what readers get last changed. */
  updatedAt: string;
  /** When a colleague or the import last did anything to it, drafts included. */
  touchedAt: Generated<string>;
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
  /** 1, 2, 3 … within its article. */
  number: number;
  cause: RevisionCause;
  /** What changed, in its author's words. */
  note: string | null;
  /** The file's text before `source`, byte for byte: its front matter. Null: there was no file. */
  head: string | null;
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
