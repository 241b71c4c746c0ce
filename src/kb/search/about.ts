import type { Viewer } from '../../accounts/index.ts';
import { instant } from '../../platform/runtime.ts';
import { articleUrl } from '../address.ts';
import type { KbParts } from '../parts.ts';
import { visibleArticles } from '../visible.ts';
import type { Engines } from './engines.ts';

/** What one asks the engines about at once, and how many of their hits are looked at. */
const MOST_PIECES = 3;
const HITS = 10;

/** An article that says in its own title or keywords that it is about something. */
export interface ArticleAbout {
  title: string;
  url: string;
  minutes: number;
}

/** Finds articles about pieces that somebody has, as far as the viewer may read them. */
export type ArticlesAbout = (
  viewer: Viewer,
  input: { locale: string; pieces: readonly { sku: string; name: string }[]; limit: number },
) => Promise<ArticleAbout[]>;

/**
 * Articles whose keywords or title name a piece: by its number, else by its name. The engines propose, and only what names
 * the piece itself is taken, so that nobody is sent to an article that merely shares a word.
 */
export function articlesAbout(parts: KbParts, engines: Engines): ArticlesAbout {
  return async (viewer, { locale, pieces, limit }) => {
    const now = instant(parts.runtime.now());
    const asked = [...new Map(pieces.map((piece) => [piece.sku || piece.name, piece])).values()].slice(0, MOST_PIECES);
    const found = await Promise.all(
      asked.map(async ({ sku, name }) => {
        const text = (sku || name).replace(/\s+/gu, ' ').trim().slice(0, 200);
        if (text === '') return [];
        return (await engines.find(viewer, { text, locale, limit: HITS, prefix: false }, now)).hits;
      }),
    );
    const ids = [...new Set(found.flat().map(({ id }) => id))];
    if (ids.length === 0) return [];
    const rows = await visibleArticles(viewer, parts.database.db, now)
      .where('article.id', 'in', ids)
      .where('article.locale', '=', locale)
      .select(['article.id', 'article.slug', 'article.kind', 'revision.title', 'revision.keywords', 'revision.minutes'])
      .execute();
    // What a piece is comes before how it is cared for.
    const best = (row: (typeof rows)[number]): number => (row.kind === 'product' ? 0 : 1);
    return asked
      .flatMap((piece) => rows.filter((row) => names(row, piece)).sort((one, other) => best(one) - best(other)))
      .filter((row, place, all) => all.findIndex(({ id }) => id === row.id) === place)
      .slice(0, limit)
      .map(({ slug, title, minutes }) => ({ title, minutes, url: articleUrl(locale, slug) }));
  };
}

function names(row: { title: string; keywords: string }, { sku, name }: { sku: string; name: string }): boolean {
  const said = [row.title, ...row.keywords.split('\n')].map((words) => words.toLowerCase());
  const number = sku.trim().toLowerCase();
  const words = name.trim().toLowerCase();
  if (number !== '' && said.some((text) => hasWord(text, number))) return true;
  return number === '' && words !== '' && said.includes(words);
}

/** Whole: `ch-1` is not in `ch-12`. */
function hasWord(text: string, word: string): boolean {
  const at = text.indexOf(word);
  if (at < 0) return false;
  const [before, after] = [text[at - 1] ?? ' ', text[at + word.length] ?? ' '];
  return !/[a-z\d]/.test(before) && !/[a-z\d]/.test(after);
}
