/** How far a gap is: asked and unanswered, being written about, answered, or none of ours. */
export type GapState = 'open' | 'drafted' | 'answered' | 'dismissed';

/** A question that was asked in vain: everything that was asked with the same words in one locale. */
export interface GapTable {
  id: string;
  locale: string;
  /** The words that carry meaning, sorted: what makes two questions one gap. */
  words: string;
  /** The question as it was first typed, masked. */
  question: string;
  state: GapState;
  /** What is written about it, or answers it. */
  articleId: string | null;
  /** How many inquiries asked it. */
  inquiries: number;
  firstAskedAt: string;
  lastAskedAt: string;
  closedAt: string | null;
}

/** One inquiry that asked, so that it counts once however often it asks. */
export interface GapAskerTable {
  gapId: string;
  inquiry: string;
  /** Who was signed in; null: nobody, or they were erased. */
  personId: string | null;
  /** As it was typed, masked; empty once whoever asked was erased. */
  question: string;
  /** `none` or `unsure`, of its last question. */
  verdict: string;
  askedAt: string;
}

declare module '../../platform/database/index.ts' {
  interface Tables {
    gap: GapTable;
    gapAsker: GapAskerTable;
  }
}
