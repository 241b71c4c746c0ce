import { anonymous } from '../../accounts/index.ts';
import type { Db } from '../../platform/database/index.ts';
import { instant } from '../../platform/runtime.ts';
import type { KbParts } from '../parts.ts';
import type { Search } from '../search/search.ts';
import { visibleArticles } from '../visible.ts';

const BATCH = 100;
const DAY_MS = 86_400_000;
/** A question that one inquiry asked, and nobody since, says nothing about what is missing. */
const FORGOTTEN_MS = 90 * DAY_MS;
/** In the table of counters: up to which change of an article the gaps were looked at. */
const LOOKED_AT = 'gaps';

/** Publishing that was planned for a time is no change of an article: so often we look all the same. */
const LOOK_AGAIN_MS = 3_600_000;

/** @param catchUp brings the search up to date, so that what was just published is found. */
export function closeGaps({ database, runtime }: KbParts, search: Search, catchUp: () => Promise<void>) {
  const { db } = database;
  let lookAgainAt = runtime.now() + LOOK_AGAIN_MS;

  async function answerOf(gap: { locale: string; question: string; articleId: string | null }): Promise<string | null> {
    if (gap.articleId !== null && (await isRead(db, gap.articleId, instant(runtime.now())))) return gap.articleId;
    const { verdict, hits } = await search(anonymous, {
      text: gap.question,
      locale: gap.locale,
      limit: 1,
      touch: false,
    });
    return verdict === 'answered' ? (hits[0]?.articleId ?? null) : null;
  }

  return {
    /**
     * Closes the gaps that readers now find an answer to: their own article is published, or the search answers a
     * stranger who asks it. Looks when an article changed since the last time, and once an hour; killed halfway, it
     * looks again.
     * @returns how many were closed.
     */
    async closeAnswered(): Promise<number> {
      const head = await headOf(db);
      if (head === (await lookedAt(db)) && runtime.now() < lookAgainAt) return 0;
      lookAgainAt = runtime.now() + LOOK_AGAIN_MS;
      await catchUp();
      let closed = 0;
      for (let after = ''; ;) {
        const gaps = await db
          .selectFrom('gap')
          .select(['id', 'locale', 'question', 'articleId'])
          .where('state', 'in', ['open', 'drafted'])
          .where('id', '>', after)
          .orderBy('id')
          .limit(BATCH)
          .execute();
        for (const gap of gaps) {
          const articleId = await answerOf(gap);
          if (articleId === null) continue;
          const state = { state: 'answered' as const, articleId, closedAt: instant(runtime.now()) };
          await db.updateTable('gap').set(state).where('id', '=', gap.id).execute();
          closed += 1;
        }
        const last = gaps.at(-1);
        if (!last) break;
        after = last.id;
      }
      await db
        .insertInto('counter')
        .values({ name: LOOKED_AT, value: head })
        .onConflict((on) => on.column('name').doUpdateSet({ value: head }))
        .execute();
      return closed;
    },

    /** Forgets what one inquiry asked and nobody has for 90 days. @returns how many. */
    async forgetSingle(): Promise<number> {
      const { numDeletedRows } = await db
        .deleteFrom('gap')
        .where('state', '=', 'open')
        .where('inquiries', '<=', 1)
        .where('lastAskedAt', '<', instant(runtime.now() - FORGOTTEN_MS))
        .executeTakeFirst();
      return Number(numDeletedRows);
    },
  };
}

/** Whether a stranger may read an article now. */
async function isRead(db: Db, articleId: string, now: string): Promise<boolean> {
  const row = await visibleArticles(anonymous, db, now)
    .where('article.id', '=', articleId)
    .select('article.id')
    .executeTakeFirst();
  return row !== undefined;
}

async function headOf(db: Db): Promise<number> {
  const row = await db
    .selectFrom('articleChange')
    .select((is) => is.fn.max('seq').as('seq'))
    .executeTakeFirst();
  return Number(row?.seq ?? 0);
}

async function lookedAt(db: Db): Promise<number> {
  const row = await db.selectFrom('counter').select('value').where('name', '=', LOOKED_AT).executeTakeFirst();
  return Number(row?.value ?? 0);
}
