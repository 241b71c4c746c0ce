import type { ArticleText, Person } from './contract.ts';
import type { Comparison } from './revisionContract.ts';

export interface SuggestionInput extends Partial<ArticleText> {
  /** The article it would change; left out: a new one. */
  articleId?: string | undefined;
  /** With a new article. */
  locale?: string | undefined;
  category?: string | undefined;
  /** Why, in the colleague's own words. */
  words: string;
}

export interface SuggestionListInput {
  articleId?: string | undefined;
  /** Left out: `open`. */
  state?: 'open' | 'accepted' | 'declined' | undefined;
}

export interface Suggestion {
  suggestionId: string;
  /** Null: it would be a new article. */
  article: { articleId: string; title: string; slug: string } | null;
  locale: string;
  category: string | null;
  words: string;
  /** The text it proposes; null: only words. */
  text: ArticleText | null;
  by: Person | null;
  at: string;
  state: 'open' | 'accepted' | 'declined';
  decided: { by: Person | null; at: string; words: string | null } | null;
  /** From the newest revision to the proposed text, for an article that exists. */
  differences: Comparison | null;
}
