import type { Audience } from '../../accounts/index.ts';
import type { ArticleKind, ArticleState } from '../tables.ts';
import type { Person } from './contract.ts';

/** The saved views of the list; an article may stand in several. `all` leaves out what is deleted. */
export type ArticleView =
  | 'all'
  | 'mine'
  | 'draft'
  | 'published'
  | 'scheduled'
  | 'changed'
  | 'unpublished'
  | 'conflict'
  | 'suggested'
  | 'check_due'
  | 'untranslated'
  | 'deleted';

export interface ArticleListInput {
  /** Left out: `all`. */
  view?: ArticleView | undefined;
  locale?: string | undefined;
  audience?: Audience | undefined;
  ownerId?: string | undefined;
  category?: string | undefined;
  kind?: ArticleKind | undefined;
  /** Words in title, address or summary. */
  text?: string | undefined;
  /** Newest change first (left out), or what was never or longest ago checked first. */
  sort?: 'changed' | 'checked' | undefined;
  /** `next` of the page before. */
  after?: string | undefined;
  /** 1 to 100; left out: 50. */
  limit?: number | undefined;
}

export interface ArticleList {
  articles: ListedArticle[];
  /** For `after`; null: that was all. */
  next: string | null;
  /** How many each view holds under the same filters, whichever view is shown. */
  counts: Record<ArticleView, number>;
  /** What can be filtered by. */
  categories: { locale: string; slug: string; title: string }[];
  owners: Person[];
}

export interface ListedArticle {
  articleId: string;
  locale: string;
  slug: string;
  url: string;
  /** Of the draft, else of the newest revision; may be empty. */
  title: string;
  category: { slug: string; title: string };
  kind: ArticleKind;
  audience: Audience;
  owner: Person | null;
  state: ArticleState;
  publishAt: string | null;
  unpublishAt: string | null;
  /** What readers see, and the newest saved. */
  publishedNumber: number | null;
  latestNumber: number | null;
  /** There is text that readers do not see yet: a newer revision or a draft. */
  isChanged: boolean;
  hasFileConflict: boolean;
  openSuggestions: number;
  /** The day somebody last made sure that it is true. */
  checked: string | null;
  /** Readers see it, and nobody has looked at it for too long. */
  isCheckDue: boolean;
  changedAt: string;
  /**
   * One entry for each other locale of the site. `behind` counts the revisions that the leading language has got since
   * this one was last worked on; 0 where it leads or is up to date.
   */
  translations: { locale: string; articleId: string | null; state: ArticleState | null; behind: number }[];
  /** How far this article is behind the leading language. */
  behind: number;
  helped: { yes: number; of: number };
}
