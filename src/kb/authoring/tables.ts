import type { Audience } from '../../accounts/index.ts';

/** What stands in the editor and is no revision yet; one for each article at most. */
export interface DraftTable {
  articleId: string;
  title: string;
  summary: string;
  /** One a line. */
  keywords: string;
  source: string;
  authorId: string | null;
  createdAt: string;
  updatedAt: string;
}

/**
 * Where an address leads that an article had once. It names the article itself, never another address, so there are no
 * chains and no loops; none leads to an article that is deleted.
 */
export interface RedirectTable {
  locale: string;
  slug: string;
  kind: 'article' | 'category' | 'gone';
  articleId: string | null;
  category: string | null;
  /** Who could read what stood there: to everybody else the address was never known. */
  audience: Audience;
  createdAt: string;
}

/** A file that changed, or went, after its article had been changed in the browser; somebody decides. */
export interface FileConflictTable {
  articleId: string;
  path: string;
  /** As in `article.source_hash`; null: the file is gone. */
  hash: string | null;
  /** The whole file; null: it is gone. */
  text: string | null;
  foundAt: string;
}

/** What a colleague would change, or write anew. */
export interface SuggestionTable {
  id: string;
  /** Null: a new article. */
  articleId: string | null;
  locale: string;
  category: string | null;
  words: string;
  /** The proposed text; `source` null: words only. */
  title: string;
  summary: string;
  keywords: string;
  source: string | null;
  authorId: string;
  state: 'open' | 'accepted' | 'declined';
  decidedBy: string | null;
  decidedAt: string | null;
  decision: string | null;
  createdAt: string;
}

/** What was done to an article beside its text: by whom, when, from what to what. Never changed once written. */
export interface ArticleEventTable {
  id: string;
  articleId: string;
  type: string;
  at: string;
  /** Null: the import. */
  actorId: string | null;
  /** JSON. */
  body: string;
}

/** A locale's `categories.yaml` as it was read, so that it goes out as it came in. */
export interface CategoryFileTable {
  locale: string;
  text: string;
}

declare module '../../platform/database/index.ts' {
  interface Tables {
    draft: DraftTable;
    redirect: RedirectTable;
    fileConflict: FileConflictTable;
    suggestion: SuggestionTable;
    articleEvent: ArticleEventTable;
    categoryFile: CategoryFileTable;
  }
}
