/** What one question found, as ids of articles, best first, and which would have answered it. */
export interface Ranked {
  hits: readonly string[];
  relevant: readonly string[];
}

/** Figures over the questions that have an answer; null when there are none. */
export interface Ranking {
  queries: number;
  recallAt1: number | null;
  recallAt5: number | null;
  mrrAt10: number | null;
  ndcgAt10: number | null;
}

/** @param questions those without a relevant article are left out. */
export function rankingOf(questions: readonly Ranked[]): Ranking {
  const answerable = questions.filter(({ relevant }) => relevant.length > 0);
  const over = (measure: (question: Ranked) => number) => mean(answerable.map(measure));
  return {
    queries: answerable.length,
    recallAt1: over((question) => foundWithin(question, 1)),
    recallAt5: over((question) => foundWithin(question, 5)),
    mrrAt10: over((question) => reciprocalRank(question, 10)),
    ndcgAt10: over((question) => ndcg(question, 10)),
  };
}

/**
 * Recall@k for questions that one article answers: 1 when a relevant one is among the first k, else 0. Where several are
 * equally right one is enough, as for whoever asked (“success at k”: Manning, Raghavan, Schütze, *Introduction to
 * Information Retrieval*, 2008, section 8.4, counts all of them instead).
 */
export function foundWithin({ hits, relevant }: Ranked, k: number): number {
  return hits.slice(0, k).some((id) => relevant.includes(id)) ? 1 : 0;
}

/** 1 / rank of the first relevant hit, 0 past k. (Voorhees, *The TREC-8 Question Answering Track Report*, 1999.) */
export function reciprocalRank({ hits, relevant }: Ranked, k: number): number {
  const at = hits.slice(0, k).findIndex((id) => relevant.includes(id));
  return at < 0 ? 0 : 1 / (at + 1);
}

/**
 * Σ gain / log₂(rank + 1) over the first k, divided by what the best order would have; the gain is 1 or 0. (Järvelin,
 * Kekäläinen, *Cumulated gain-based evaluation of IR techniques*, ACM TOIS 20(4), 2002, with the discount in use since
 * Burges et al., 2005.)
 */
export function ndcg({ hits, relevant }: Ranked, k: number): number {
  const discount = (index: number) => 1 / Math.log2(index + 2);
  const gained = sum(hits.slice(0, k).map((id, index) => (relevant.includes(id) ? discount(index) : 0)));
  const ideal = sum(Array.from({ length: Math.min(relevant.length, k) }, (_, index) => discount(index)));
  return ideal === 0 ? 0 : gained / ideal;
}

/**
 * The chance that one of `above` is greater than one of `below`, equal ones counted half: the area under the ROC curve,
 * by ranks. (Hanley, McNeil, *The meaning and use of the area under a ROC curve*, Radiology 143, 1982; Mann–Whitney's U.)
 * Null when either is empty.
 */
export function auc(above: readonly number[], below: readonly number[]): number | null {
  if (above.length === 0 || below.length === 0) return null;
  const all = [
    ...above.map((value) => ({ value, isAbove: true })),
    ...below.map((value) => ({ value, isAbove: false })),
  ];
  all.sort((a, b) => a.value - b.value);
  let ranks = 0;
  for (let from = 0, to = 0; from < all.length; from = to) {
    while (to < all.length && all[to]?.value === all[from]?.value) to += 1;
    // Equal values share the mean of their ranks, which begin at 1.
    ranks += ((from + 1 + to) / 2) * all.slice(from, to).filter(({ isAbove }) => isAbove).length;
  }
  return (ranks - (above.length * (above.length + 1)) / 2) / (above.length * below.length);
}

/** The nearest-rank percentile: the smallest value that `share` of all values do not exceed. Null of nothing. */
export function percentile(values: readonly number[], share: number): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? null;
}

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);

/** Null of nothing. */
export function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : sum(values) / values.length;
}
