import type { RevisionCause } from '../tables.ts';
import type { ArticleText, Person } from './contract.ts';

export interface RevisionPage {
  revisions: RevisionLine[];
  /** For `after`; null: that was all. */
  next: string | null;
  /** What else was done to the article, newest first: audience, owner, address, publication … */
  events: ArticleEvent[];
}

export interface RevisionLine {
  number: number;
  title: string;
  at: string;
  /** Null: it came from a file. */
  by: Person | null;
  cause: RevisionCause;
  note: string | null;
  isPublished: boolean;
  isLatest: boolean;
  /** What readers said while it was the published one. */
  helped: { yes: number; of: number };
}

export interface ArticleEvent {
  /** Dotted, past tense: `article.published`, `article.audience_set` … */
  type: string;
  at: string;
  /** Null: the import, or somebody who is gone. */
  by: Person | null;
  /** From and to, as far as the event has them. */
  body: Record<string, unknown>;
}

export interface RevisionText extends RevisionLine, ArticleText {
  /** Sanitised. */
  html: string;
}

/** Left out: the draft, or the newest revision where there is none. */
export interface ComparisonInput {
  articleId: string;
  from: number;
  to?: number | undefined;
}

/** A piece of a line. */
export interface DiffPart {
  change: 'same' | 'added' | 'gone';
  text: string;
}

/** One line or field of a comparison, in the order of the article. Runs of equal lines are folded into `skipped`. */
export type DiffLine =
  | { change: 'same' | 'added' | 'gone'; text: string }
  | { change: 'changed'; parts: DiffPart[] }
  | { change: 'skipped'; lines: number };

export interface Comparison extends TextDifferences {
  from: { number: number | null; at: string; by: Person | null };
  /** `number` null: the draft, or the file. */
  to: { number: number | null; at: string; by: Person | null };
}

/** What two texts do not have in common. */
export interface TextDifferences {
  /** Title, summary and keywords, as far as they differ. */
  fields: { field: 'title' | 'summary' | 'keywords'; parts: DiffPart[] }[];
  lines: DiffLine[];
  /** Lines, counted. */
  changed: number;
  added: number;
  gone: number;
}
