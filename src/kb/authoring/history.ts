import { z } from 'zod';
import { authorize } from '../../accounts/index.ts';
import type { Db } from '../../platform/database/index.ts';
import { optional, readInput } from '../../platform/fields/index.ts';
import { Refusal } from '../../platform/refusal.ts';
import { safeRendering } from '../remake.ts';
import { compareTexts } from './compare.ts';
import type { Authoring } from './contract.ts';
import { changeArticle, personOf, standingText, type ArticleRow, type AuthoringParts } from './held.ts';
import { reviseTo, settleText } from './publishing.ts';
import type { ArticleEvent, RevisionLine } from './revisionContract.ts';
import { articleId, readText, sameText, version } from './texts.ts';

const PAGE = 50;
const EVENTS = 100;

const number = z.coerce.number({ error: 'errors.number' }).int({ error: 'errors.number' });
const comparisonInput = z.object({ articleId, from: number, to: optional(number) });
const restoreInput = z.object({ articleId, number, version });

export function keepHistory(parts: AuthoringParts): Pick<Authoring, 'revisions' | 'revision' | 'compare' | 'restore'> {
  const { db } = parts.database;
  return {
    async revisions(viewer, { articleId, after }) {
      authorize(viewer, 'article.suggest');
      const row = await articleOf(db, articleId);
      const before = /^\d{1,9}$/.test(after ?? '') ? Number(after) : null;
      const rows = await lines(db, articleId)
        .$if(before !== null, (query) => query.where('revision.number', '<', before))
        .orderBy('revision.number', 'desc')
        .limit(PAGE + 1)
        .execute();
      const revisions = rows.slice(0, PAGE).map((line) => asLine(row, line));
      const next = rows.length > PAGE ? String(revisions.at(-1)?.number) : null;
      return { revisions, next, events: await eventsOf(db, articleId) };
    },

    async revision(viewer, { articleId, number }) {
      authorize(viewer, 'article.suggest');
      const row = await articleOf(db, articleId);
      const found = await lines(db, articleId)
        .select(['summary', 'keywords', 'source', 'html', 'contents', 'links', 'minutes', 'rendererVersion'])
        .where('revision.number', '=', number)
        .executeTakeFirst();
      if (!found) throw new Refusal('not_found');
      const { html } = await safeRendering(parts, { ...found, locale: row.locale });
      return { ...asLine(row, found), ...readText(found), html };
    },

    async compare(viewer, input) {
      authorize(viewer, 'article.suggest');
      const { articleId, from, to } = readInput(comparisonInput, input);
      const row = await articleOf(db, articleId);
      const [before, after] = await Promise.all([
        textOf(db, articleId, from),
        to === undefined ? standing(db, row) : textOf(db, articleId, to),
      ]);
      const { text: _, ...fromWhat } = before;
      const { text: __, ...toWhat } = after;
      return { from: fromWhat, to: toWhat, ...compareTexts(before.text, after.text, row.locale) };
    },

    async restore(viewer, input) {
      authorize(viewer, 'article.write');
      const { articleId, number, version } = readInput(restoreInput, input);
      return changeArticle(parts, viewer, articleId, 'unseen', async (change) => {
        const { text } = await textOf(change.tx, articleId, number);
        const standing = await standingText(change.tx, change.row);
        // What stands in the editor is somebody's work, too.
        const kept = standing.isDraft && !sameText(standing.text, text);
        const last = { version, text: kept ? standing.text : text, note: null };
        let saved = await settleText(parts, change, { ...last, cause: kept ? 'browser' : 'restored' });
        if (kept) {
          saved = await reviseTo(parts, change, text, { note: null, cause: 'restored' });
          await change.set({ draftVersion: change.row.draftVersion + 1 });
        }
        await change.record('article.restored', { from: number, to: saved.number });
        return { articleId, version: change.row.draftVersion, savedAt: change.at, number: saved.number };
      });
    },
  };
}

async function articleOf(db: Db, articleId: string): Promise<ArticleRow> {
  const row = await db.selectFrom('article').selectAll().where('id', '=', articleId).executeTakeFirst();
  if (!row) throw new Refusal('not_found');
  return row;
}

/** Revisions with who wrote them and how they helped. */
function lines(db: Db, articleId: string) {
  const opinions = db
    .selectFrom('feedback')
    .where('feedback.articleId', '=', articleId)
    .groupBy('feedback.revisionId')
    .select('feedback.revisionId')
    .select((is) => [is.fn.countAll<number>().as('of'), is.fn.sum<number>('feedback.helpful').as('yes')])
    .as('opinions');
  return db
    .selectFrom('revision')
    .leftJoin('person', 'person.id', 'revision.authorId')
    .leftJoin(opinions, 'opinions.revisionId', 'revision.id')
    .select(['revision.id', 'revision.number', 'revision.title', 'revision.createdAt', 'cause', 'note'])
    .select(['person.id as personId', 'person.name', 'opinions.of', 'opinions.yes'])
    .where('revision.articleId', '=', articleId);
}

type LineRow = Awaited<ReturnType<ReturnType<typeof lines>['executeTakeFirstOrThrow']>>;

function asLine(row: ArticleRow, line: LineRow): RevisionLine {
  const { id, number, title, createdAt, cause, note } = line;
  return {
    ...{ number, title, at: createdAt, by: personOf(line), cause, note },
    isPublished: row.publishedRevisionId === id,
    isLatest: row.latestRevisionId === id,
    helped: { yes: Number(line.yes ?? 0), of: Number(line.of ?? 0) },
  };
}

async function eventsOf(db: Db, articleId: string): Promise<ArticleEvent[]> {
  const rows = await db
    .selectFrom('articleEvent')
    .leftJoin('person', 'person.id', 'articleEvent.actorId')
    .select(['articleEvent.type', 'articleEvent.at', 'articleEvent.body', 'person.id as personId', 'person.name'])
    .where('articleEvent.articleId', '=', articleId)
    .orderBy('articleEvent.id', 'desc')
    .limit(EVENTS)
    .execute();
  return rows.map(({ type, at, body, ...by }) => ({
    ...{ type, at, by: personOf(by) },
    body: JSON.parse(body) as Record<string, unknown>,
  }));
}

async function textOf(db: Db, articleId: string, number: number) {
  const row = await db
    .selectFrom('revision')
    .leftJoin('person', 'person.id', 'revision.authorId')
    .select(['title', 'summary', 'keywords', 'source', 'revision.createdAt', 'person.id as personId', 'person.name'])
    .where('articleId', '=', articleId)
    .where('number', '=', number)
    .executeTakeFirst();
  if (!row) throw new Refusal('not_found');
  return { number, at: row.createdAt, by: personOf(row), text: readText(row) };
}

async function standing(db: Db, row: ArticleRow) {
  const { text, at, by } = await standingText(db, row);
  return { number: null, at, by, text };
}
