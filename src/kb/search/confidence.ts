import { indexWords, type Word } from '../engine.ts';
import { matcher, type Match } from './excerpt.ts';

/** Whether the first hit answers the question, might, or nothing does. */
export type Verdict = 'answered' | 'unsure' | 'none';

/** Above the first: answered. Below the second: none. */
const ANSWERED = 0.55;
const UNSURE = 0.25;

/** How much it says that an article holds an asked word, by where it stands. */
const weightOf = { title: 1, summary: 0.9, text: 0.45 } as const;

/** What of a hit the judgement needs. */
export interface JudgedHit {
  score: number;
  title: string;
  summary: string;
  keywords: string;
  text: string;
}

/**
 * How sure we are that the first hit answers the question, 0 to 1.
 *
 * Two things count. How much of the question the best hit covers: each word that carries meaning counts fully in title
 * and keywords, a little less in the summary, less than half in the text, since long texts hold many words by accident.
 * And how far the best hit stands before the second: several that are equally good answer less surely than one that
 * stands out. Coverage decides; the lead moves it by at most a fifth.
 */
export function confidenceOf(question: readonly Word[], hits: readonly JudgedHit[]): number {
  const [best, second] = hits;
  if (!best || question.length === 0) return 0;
  const lead = second && best.score > 0 ? Math.max(0, 1 - second.score / best.score) : 1;
  return Math.round(coverage(question, best) * (0.8 + 0.2 * lead) * 1000) / 1000;
}

export function verdictOf(confidence: number): Verdict {
  if (confidence >= ANSWERED) return 'answered';
  return confidence >= UNSURE ? 'unsure' : 'none';
}

/**
 * The share of the question that the hit holds. A Latin word is one part of it; of Chinese each character is half a one,
 * held when any pair it belongs to is: pairs that reach over the border of two words stand in no article.
 */
function coverage(question: readonly Word[], hit: JudgedHit): number {
  const found = weightsIn(hit, matcher(question));
  const parts = new Map<string, { size: number; held: number }>();
  for (const word of question) {
    const held = found.get(word.term) ?? 0;
    const keys = word.han ? positions(word).map((at) => `at ${at}`) : [word.term];
    for (const key of keys) {
      const size = word.han ? 0.5 : 1;
      parts.set(key, { size, held: Math.max(held, parts.get(key)?.held ?? 0) });
    }
  }
  let [all, held] = [0, 0];
  for (const part of parts.values()) {
    all += part.size;
    held += part.size * part.held;
  }
  return held / all;
}

function positions({ start, end }: Word): number[] {
  return Array.from({ length: end - start }, (_, offset) => start + offset);
}

/** The question's words that the hit holds, each with the best place's weight. */
function weightsIn(hit: JudgedHit, match: Match): Map<string, number> {
  const found = new Map<string, number>();
  const look = (text: string, weight: number) => {
    for (const word of indexWords(text)) {
      const asked = match(word);
      if (asked) found.set(asked.term, Math.max(found.get(asked.term) ?? 0, weight));
    }
  };
  look(hit.title, weightOf.title);
  look(hit.keywords, weightOf.title);
  look(hit.summary, weightOf.summary);
  look(hit.text, weightOf.text);
  return found;
}
