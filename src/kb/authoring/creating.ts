import { z } from 'zod';
import { authorize } from '../../accounts/index.ts';
import { isUniqueViolation, type Tx } from '../../platform/database/index.ts';
import { optional, readInput } from '../../platform/fields/index.ts';
import { Refusal } from '../../platform/refusal.ts';
import { instant, newId } from '../../platform/runtime.ts';
import type { ArticleKind } from '../tables.ts';
import type { ArticleSaved, ArticleText, Authoring } from './contract.ts';
import { requireCategory, slugTaken } from './facts.ts';
import { actorOf, recordEvent, type AuthoringParts } from './held.ts';
import { draftText, kind, slugField, storedText } from './texts.ts';

const newArticle = z.object({
  locale: z.string(),
  slug: optional(slugField),
  category: z.string({ error: 'errors.required' }).min(1, { error: 'errors.required' }),
  kind: optional(kind),
  translationOf: optional(z.string()),
  title: draftText.title.default(''),
  summary: draftText.summary.default(''),
  keywords: draftText.keywords.default([]),
  source: draftText.source.default(''),
});

export function createArticles(parts: AuthoringParts): Pick<Authoring, 'create'> {
  return {
    async create(viewer, input) {
      authorize(viewer, 'article.write');
      const { locale, slug, category, kind, translationOf, ...text } = readInput(newArticle, input);
      const wanted = { locale, slug, category, kind, translationOf, text, actorId: actorOf(viewer) };
      return parts.database.transaction((tx) => insertArticle(parts, tx, wanted));
    },
  };
}

export interface WantedArticle {
  locale: string;
  slug?: string | undefined;
  category: string;
  kind?: ArticleKind | undefined;
  translationOf?: string | undefined;
  text: ArticleText;
  actorId: string;
}

/** Writes a new article with its text as the draft; for colleagues alone until it is published to more. */
export async function insertArticle(parts: AuthoringParts, tx: Tx, wanted: WantedArticle): Promise<ArticleSaved> {
  const { locale, category, text, actorId } = wanted;
  if (!parts.locales.includes(locale))
    throw new Refusal('invalid', { fields: [{ field: 'locale', key: 'errors.choice' }] });
  await requireCategory(tx, locale, category);
  const original = await originalOf(tx, wanted);
  const at = instant(parts.runtime.now());
  const id = newId(parts.runtime);
  const slug = wanted.slug ?? (await freeSlug(tx, locale, original?.slug ?? slugOf(text.title, id)));
  const article = {
    ...{ id, slug, locale, category, kind: wanted.kind ?? original?.kind ?? 'service', audience: 'staff' as const },
    ...{ translationOf: original?.translationOf ?? newId(parts.runtime), ownerId: actorId, draftVersion: 1 },
    ...{ position: original?.position ?? 0, editedAt: at, touchedAt: at, createdAt: at, updatedAt: at },
  };
  try {
    await tx.insertInto('article').values(article).execute();
  } catch (error) {
    if (isUniqueViolation(error)) throw slugTaken();
    throw error;
  }
  const draft = { articleId: id, ...storedText(text), authorId: actorId, createdAt: at, updatedAt: at };
  await tx.insertInto('draft').values(draft).execute();
  await recordEvent(tx, parts, { articleId: id, type: 'article.created', at, actorId, body: { slug, category } });
  return { articleId: id, version: 1, savedAt: at };
}

/** The article that a new one translates. @throws Refusal `invalid` when that language is there already. */
async function originalOf(tx: Tx, { translationOf, locale }: WantedArticle) {
  if (translationOf === undefined) return undefined;
  const original = await tx
    .selectFrom('article')
    .select(['slug', 'kind', 'position', 'translationOf'])
    .where('id', '=', translationOf)
    .executeTakeFirst();
  if (!original) throw new Refusal('not_found');
  const there = await tx
    .selectFrom('article')
    .select('id')
    .where('translationOf', '=', original.translationOf)
    .where('locale', '=', locale)
    .where('deletedAt', 'is', null)
    .executeTakeFirst();
  if (there) throw new Refusal('invalid', { fields: [{ field: 'locale', key: 'errors.duplicate' }] });
  return original;
}

const MOST_LETTERS = 60;

/** An address out of a title's Latin letters and digits; where there are none, out of the id. */
function slugOf(title: string, id: string): string {
  const plain = title
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, MOST_LETTERS)
    .replaceAll(/^-+|-+$/g, '');
  return plain === '' ? `article-${id.slice(-8)}` : plain;
}

/** The slug, or the first free one with a number behind; addresses that lead elsewhere are not free. */
async function freeSlug(tx: Tx, locale: string, slug: string): Promise<string> {
  for (let number = 1; ; number += 1) {
    const candidate = number === 1 ? slug : `${slug}-${number}`;
    const [article, redirect] = [
      await tx
        .selectFrom('article')
        .select('id')
        .where('locale', '=', locale)
        .where('slug', '=', candidate)
        .executeTakeFirst(),
      await tx
        .selectFrom('redirect')
        .select('slug')
        .where('locale', '=', locale)
        .where('slug', '=', candidate)
        .executeTakeFirst(),
    ];
    if (!article && !redirect) return candidate;
  }
}
