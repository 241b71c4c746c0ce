import { z } from 'zod';
import { authorize } from '../../accounts/index.ts';
import type { Db, Tx } from '../../platform/database/index.ts';
import { optional, paragraphs, readInput } from '../../platform/fields/index.ts';
import { Refusal } from '../../platform/refusal.ts';
import { instant, newId } from '../../platform/runtime.ts';
import { compareTexts } from './compare.ts';
import type { ArticleText, Authoring } from './contract.ts';
import { insertArticle } from './creating.ts';
import { putDraft } from './drafts.ts';
import {
  actorOf,
  changeArticle,
  personOf,
  recordEvent,
  refuseConflict,
  refuseDeleted,
  standingText,
  type AuthoringParts,
} from './held.ts';
import type { Suggestion } from './suggestionContract.ts';
import { draftText, noteField, readText, sameText, slugField } from './texts.ts';

const suggestionInput = z.object({
  articleId: optional(z.string()),
  locale: optional(z.string()),
  category: optional(z.string()),
  words: paragraphs(5_000),
  title: draftText.title.default(''),
  summary: draftText.summary.default(''),
  keywords: draftText.keywords.default([]),
  source: optional(draftText.source),
});
const acceptInput = z.object({ suggestionId: z.string(), slug: optional(slugField), category: optional(z.string()) });
const declineInput = z.object({ suggestionId: z.string(), words: noteField });

const MOST = 200;

type Suggesting = Pick<Authoring, 'suggest' | 'suggestions' | 'acceptSuggestion' | 'declineSuggestion'>;

export function takeSuggestions(parts: AuthoringParts): Suggesting {
  const { database, runtime } = parts;
  return {
    async suggest(viewer, input) {
      authorize(viewer, 'article.suggest');
      const { articleId = null, words, category = null, ...wanted } = readInput(suggestionInput, input);
      const { title, summary, keywords, source } = wanted;
      const at = instant(runtime.now());
      const id = newId(runtime);
      await database.transaction(async (tx) => {
        const locale = articleId === null ? wanted.locale : await localeOf(tx, articleId);
        if (locale === undefined || !parts.locales.includes(locale))
          throw new Refusal('invalid', { fields: [{ field: 'locale', key: 'errors.choice' }] });
        const text = { title, summary, keywords: keywords.join('\n'), source: source ?? null };
        const state = { state: 'open' as const, createdAt: at, authorId: actorOf(viewer) };
        await tx
          .insertInto('suggestion')
          .values({ id, articleId, locale, category, words, ...text, ...state })
          .execute();
        if (articleId !== null) {
          const body = { suggestionId: id };
          await recordEvent(tx, parts, {
            articleId,
            type: 'article.change_suggested',
            at,
            actorId: actorOf(viewer),
            body,
          });
        }
      });
      return { suggestionId: id };
    },

    async suggestions(viewer, { articleId, state = 'open' }) {
      authorize(viewer, 'article.suggest');
      const rows = await suggestionRows(database.db)
        .$if(articleId !== undefined, (query) => query.where('suggestion.articleId', '=', articleId ?? ''))
        .where('suggestion.state', '=', state)
        .orderBy('suggestion.id', 'desc')
        .limit(MOST)
        .execute();
      return rows.map(asSuggestion);
    },

    async acceptSuggestion(viewer, input) {
      authorize(viewer, 'article.write');
      const { suggestionId, slug, category } = readInput(acceptInput, input);
      const suggestion = await openSuggestion(database.db, suggestionId);
      const text = readText({ ...suggestion, source: suggestion.source ?? '' });
      const decide = (tx: Tx, articleId: string) =>
        decideOn(tx, suggestionId, {
          ...{ state: 'accepted', articleId, decidedBy: actorOf(viewer), decidedAt: instant(runtime.now()) },
        });
      if (suggestion.articleId === null) {
        const place = { locale: suggestion.locale, slug, category: category ?? suggestion.category ?? '' };
        return database.transaction(async (tx) => {
          const saved = await insertArticle(parts, tx, { ...place, text, actorId: actorOf(viewer) });
          await decide(tx, saved.articleId);
          return saved;
        });
      }
      return changeArticle(parts, viewer, suggestion.articleId, 'unseen', async (change) => {
        refuseDeleted(change.row);
        const standing = await standingText(change.tx, change.row);
        const proposed = overlaid(standing.text, suggestion, text);
        if (suggestion.source !== null && !sameText(proposed, standing.text)) {
          if (standing.isDraft) refuseConflict(change.row, proposed, standing);
          await putDraft(change, proposed);
        }
        await decide(change.tx, change.row.id);
        await change.record('article.suggestion_accepted', { suggestionId });
        return { articleId: change.row.id, version: change.row.draftVersion, savedAt: change.at };
      });
    },

    async declineSuggestion(viewer, input) {
      authorize(viewer, 'article.write');
      const { suggestionId, words = null } = readInput(declineInput, input);
      const { articleId } = await openSuggestion(database.db, suggestionId);
      const at = instant(runtime.now());
      const actorId = actorOf(viewer);
      await database.transaction(async (tx) => {
        await decideOn(tx, suggestionId, { state: 'declined', decidedBy: actorId, decidedAt: at, decision: words });
        if (articleId === null) return;
        const body = { suggestionId, words };
        await recordEvent(tx, parts, { articleId, type: 'article.suggestion_declined', at, actorId, body });
      });
    },
  };
}

async function localeOf(tx: Tx, articleId: string): Promise<string> {
  const row = await tx.selectFrom('article').select(['locale']).where('id', '=', articleId).executeTakeFirst();
  if (!row) throw new Refusal('not_found');
  return row.locale;
}

async function openSuggestion(db: Db, id: string) {
  const row = await db.selectFrom('suggestion').selectAll().where('id', '=', id).executeTakeFirst();
  if (!row) throw new Refusal('not_found');
  if (row.state !== 'open') throw new Refusal('conflict');
  return row;
}

interface Decision {
  state: 'accepted' | 'declined';
  articleId?: string;
  decidedBy: string;
  decidedAt: string;
  decision?: string | null;
}

/** @throws Refusal `conflict` when somebody has decided meanwhile. */
async function decideOn(tx: Tx, id: string, decision: Decision): Promise<void> {
  const { numUpdatedRows } = await tx
    .updateTable('suggestion')
    .set(decision)
    .where('id', '=', id)
    .where('state', '=', 'open')
    .executeTakeFirst();
  if (numUpdatedRows === 0n) throw new Refusal('conflict');
}

/** What was left empty in a proposal stays as it is. */
function overlaid(standing: ArticleText, row: { title: string; summary: string; keywords: string }, text: ArticleText) {
  return {
    title: row.title === '' ? standing.title : text.title,
    summary: row.summary === '' ? standing.summary : text.summary,
    keywords: row.keywords === '' ? standing.keywords : text.keywords,
    source: text.source,
  };
}

function suggestionRows(db: Db) {
  return db
    .selectFrom('suggestion')
    .leftJoin('article', 'article.id', 'suggestion.articleId')
    .leftJoin('revision as latest', 'latest.id', 'article.latestRevisionId')
    .leftJoin('person as author', 'author.id', 'suggestion.authorId')
    .leftJoin('person as decider', 'decider.id', 'suggestion.decidedBy')
    .selectAll('suggestion')
    .select(['article.slug', 'latest.title as ownTitle', 'latest.summary as ownSummary'])
    .select([
      'latest.keywords as ownKeywords',
      'latest.source as ownSource',
      'latest.number',
      'latest.createdAt as ownAt',
    ])
    .select(['author.name as authorName', 'decider.name as deciderName']);
}

type SuggestionRow = Awaited<ReturnType<ReturnType<typeof suggestionRows>['executeTakeFirstOrThrow']>>;

function asSuggestion(row: SuggestionRow): Suggestion {
  const own = row.ownSource === null ? null : readText(ownText(row));
  const proposed = row.source === null ? null : readText({ ...row, source: row.source });
  const text = proposed && own ? overlaid(own, row, proposed) : proposed;
  const by = personOf({ personId: row.authorId, name: row.authorName });
  return {
    suggestionId: row.id,
    article:
      row.articleId === null ? null : { articleId: row.articleId, title: row.ownTitle ?? '', slug: row.slug ?? '' },
    ...{ locale: row.locale, category: row.category, words: row.words, text, by, at: row.createdAt, state: row.state },
    decided:
      row.decidedAt === null
        ? null
        : { by: personOf({ personId: row.decidedBy, name: row.deciderName }), at: row.decidedAt, words: row.decision },
    differences:
      own && text
        ? {
            from: { number: row.number, at: row.ownAt ?? '', by: null },
            to: { number: null, at: row.createdAt, by },
            ...compareTexts(own, text, row.locale),
          }
        : null,
  };
}

function ownText(row: SuggestionRow) {
  return {
    title: row.ownTitle ?? '',
    summary: row.ownSummary ?? '',
    keywords: row.ownKeywords ?? '',
    source: row.ownSource ?? '',
  };
}
