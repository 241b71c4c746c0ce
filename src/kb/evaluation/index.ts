/** How good the search is, measured with questions whose answers are known. */
export { evaluate, type Evaluation } from './evaluate.ts';
export type { Ranking } from './measures.ts';
export { relevanceSet, type RelevanceSet } from './set.ts';
