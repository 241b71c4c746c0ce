import { z } from 'zod';
import { isStaff, type Viewer } from '../../accounts/index.ts';
import { oneLine, readInput } from '../../platform/fields/index.ts';
import { instant } from '../../platform/runtime.ts';
import type { GapGatherer } from '../gaps/gather.ts';
import type { KbParts } from '../parts.ts';
import { questionWords, type EngineHit } from '../engine.ts';
import { articleUrl } from '../address.ts';
import { visibleArticles } from '../visible.ts';
import { confidenceOf, verdictOf, type Verdict } from './confidence.ts';
import { excerptOf, markWords, matcher, type MarkRange } from './excerpt.ts';
import type { Engines } from './engines.ts';

export interface SearchInput {
  /** What was typed, 1 to 200 characters. */
  text: string;
  locale: string;
  /** Hits at most; 10 if left out, never more than 50. */
  limit?: number;
  /** The inquiry this question belongs to. */
  inquiry?: string | undefined;
  /** Still being typed: the last word may be unfinished, and it is no touch. */
  suggest?: boolean;
  /** False for robots, prefetches and tests of the search: no touch. */
  touch?: boolean;
}

export interface SearchHit {
  articleId: string;
  slug: string;
  title: string;
  /** The answer in a sentence or two, as its author wrote it. */
  summary: string;
  /** The two lines that show best why it was found. */
  excerpt: string;
  /** Where the reader's words stand in each, as offsets; never half a word. */
  marks: { title: MarkRange[]; summary: MarkRange[]; excerpt: MarkRange[] };
  category: { slug: string; title: string };
  /** Comparable within one answer only. */
  score: number;
  minutes: number;
  /** The day (`2026-10-12`) somebody last made sure that it is true. */
  checked: string | null;
  url: string;
}

export interface SearchResult {
  query: string;
  locale: string;
  /** Who found the hits: the engine's name, or `database`. */
  engine: string;
  /** The first engine could not answer; another one did, or the database, more roughly. */
  degraded: boolean;
  confidence: number;
  verdict: Verdict;
  hits: SearchHit[];
}

const MOST_HITS = 50;

const queryInput = z.object({ q: oneLine(200) });

/** Asks a question as a viewer. */
export type Search = (viewer: Viewer, input: SearchInput) => Promise<SearchResult>;

/**
 * Answers a question with the articles that the viewer may read. The engine gives ids; everything that is shown is read
 * again through the gate, so an index that is behind shows nothing it should not.
 *
 * @throws Refusal `invalid` with a fault on `q` when the question is empty, too long or holds control characters.
 */
export function searchIn(parts: KbParts, gaps: GapGatherer, engines: Engines): Search {
  return async (viewer, input) => {
    const { q: text } = readInput(queryInput, { q: input.text.replace(/\s+/gu, ' ').trim() });
    const limit = Math.min(Math.max(1, Math.trunc(input.limit ?? 10) || 10), MOST_HITS);
    const now = instant(parts.runtime.now());
    engines.nudge();
    // Some hits may be gone or narrowed since the index was made; a few more are asked for so that the page stays full.
    const question = { text, locale: input.locale, limit: limit + 10, prefix: input.suggest === true };
    const { hits: found, engine, degraded } = await engines.find(viewer, question, now);
    const rows = (await readHits(parts, viewer, found, now)).slice(0, limit);
    const words = questionWords(text);
    const confidence = confidenceOf(words, rows);
    const match = matcher(words);
    const result: SearchResult = {
      query: text,
      locale: input.locale,
      engine,
      degraded,
      confidence,
      verdict: verdictOf(confidence),
      hits: rows.map((row) => asHit(row, match)),
    };
    if (!input.suggest && input.touch !== false) {
      noteTouch(parts, viewer, input, result);
      noteGap(gaps, viewer, input, result);
    }
    return result;
  };
}

/** The found articles as far as the viewer may read them, in the order found. */
async function readHits(parts: KbParts, viewer: Viewer, found: readonly EngineHit[], now: string) {
  if (found.length === 0) return [];
  const ids = found.map((hit) => hit.id);
  const rows = await visibleArticles(viewer, parts.database.db, now)
    .leftJoin('category', (on) =>
      on.onRef('category.locale', '=', 'article.locale').onRef('category.slug', '=', 'article.category'),
    )
    .where('article.id', 'in', ids)
    .select(['article.id', 'article.slug', 'article.locale', 'article.checkedOn', 'article.category'])
    .select(['category.title as categoryTitle', 'revision.title', 'revision.summary', 'revision.keywords'])
    .select(['revision.text', 'revision.minutes'])
    .execute();
  const byId = new Map(rows.map((row) => [row.id, row]));
  return found.flatMap(({ id, score }) => {
    const row = byId.get(id);
    return row ? [{ ...row, score }] : [];
  });
}

type HitRow = Awaited<ReturnType<typeof readHits>>[number];

function asHit(row: HitRow, match: ReturnType<typeof matcher>): SearchHit {
  const excerpt = excerptOf(row.summary, row.text, match, row.locale);
  return {
    articleId: row.id,
    slug: row.slug,
    title: row.title,
    summary: row.summary,
    excerpt: excerpt.text,
    marks: {
      title: markWords(row.title, match, row.locale).marks,
      summary: markWords(row.summary, match, row.locale).marks,
      excerpt: excerpt.marks,
    },
    category: { slug: row.category, title: row.categoryTitle ?? row.category },
    score: Math.round(row.score * 1000) / 1000,
    minutes: row.minutes,
    checked: row.checkedOn,
    url: articleUrl(row.locale, row.slug),
  };
}

function noteTouch({ touches }: KbParts, viewer: Viewer, { inquiry }: SearchInput, result: SearchResult): void {
  const { query, locale, engine, degraded, confidence, verdict, hits } = result;
  const articles = hits.slice(0, 5).map((hit) => hit.articleId);
  touches.record(viewer, {
    type: 'search.asked',
    inquiry,
    body: { text: query, locale, engine, degraded, confidence, verdict, articles },
  });
}

/** What colleagues try is nothing that a customer misses. */
function noteGap(gaps: GapGatherer, viewer: Viewer, { inquiry }: SearchInput, result: SearchResult): void {
  const { query: text, locale, verdict } = result;
  const personId = viewer.kind === 'person' ? viewer.personId : null;
  if (verdict !== 'answered' && !isStaff(viewer)) gaps.note({ locale, text, verdict, inquiry, personId });
}
