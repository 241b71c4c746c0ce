import { z } from 'zod';
import { authorize } from '../../accounts/index.ts';
import type { Db } from '../../platform/database/index.ts';
import { readInput } from '../../platform/fields/index.ts';
import { Refusal } from '../../platform/refusal.ts';
import { pictureSizes } from '../images/shown.ts';
import { readArticleFile } from '../import/frontMatter.ts';
import type { ReadArticle } from '../import/readArticle.ts';
import { withdrawWithRevision } from '../import/removals.ts';
import { takeFile } from '../import/storeArticle.ts';
import { compareTexts } from './compare.ts';
import type { Authoring, FileConflict } from './contract.ts';
import { changeArticle, standingText, type AuthoringParts, type Change } from './held.ts';
import { settleText } from './publishing.ts';
import { renderSource } from './rendering.ts';
import { articleId, finishedText } from './texts.ts';

const decisionInput = z.object({
  articleId,
  hash: z.preprocess((value) => (value === '' ? null : value), z.string().nullable()),
});

export function decideConflicts(parts: AuthoringParts): Pick<Authoring, 'fileConflict' | 'takeFile' | 'keepBrowser'> {
  const { db } = parts.database;
  return {
    async fileConflict(viewer, { articleId }): Promise<FileConflict | null> {
      authorize(viewer, 'article.suggest');
      const row = await db.selectFrom('article').selectAll().where('id', '=', articleId).executeTakeFirst();
      if (!row) throw new Refusal('not_found');
      const conflict = await conflictOf(db, articleId);
      if (!conflict) return null;
      const { text: browser, by, at } = await standingText(db, row);
      const reading = conflict.text === null ? null : readArticleFile(conflict.text);
      const matter = reading?.matter ? reading : null;
      const file = matter && {
        ...{ title: matter.matter.title, summary: matter.matter.summary, keywords: matter.matter.keywords },
        source: matter.source,
      };
      const { audience, category, kind, checkedOn } = row;
      return {
        ...{ articleId, path: conflict.path, foundAt: conflict.foundAt, hash: conflict.hash, file, browser },
        fileFacts: matter && {
          ...{ audience: matter.matter.audience, kind: matter.matter.kind, checked: matter.matter.checked ?? null },
          category: placeOf(conflict.path).category,
        },
        browserFacts: { audience, category, kind, checked: checkedOn },
        differences: file && {
          from: { number: null, at, by },
          to: { number: null, at: conflict.foundAt, by: null },
          ...compareTexts(browser, file, row.locale),
        },
      };
    },

    async takeFile(viewer, input) {
      authorize(viewer, 'article.publish');
      const { articleId, hash } = readInput(decisionInput, input);
      await changeArticle(parts, viewer, articleId, 'shown', async (change) => {
        const { path, text } = await standing(change, hash);
        await keepDraft(parts, change);
        if (text === null || hash === null) await followDeletion(parts, change, path);
        else await takeFile(parts, change.tx, change.row, await readAgain(change, path, text, hash), change.actorId);
        await change.tx.deleteFrom('fileConflict').where('articleId', '=', articleId).execute();
        await change.record('article.file_taken', { path });
        await change.tellReaders();
      });
    },

    async keepBrowser(viewer, input) {
      authorize(viewer, 'article.publish');
      const { articleId, hash } = readInput(decisionInput, input);
      await changeArticle(parts, viewer, articleId, 'unseen', async (change) => {
        const { path } = await standing(change, hash);
        await change.set({ sourcePath: hash === null ? null : path, sourceHash: hash });
        await change.tx.deleteFrom('fileConflict').where('articleId', '=', articleId).execute();
        await change.record('article.browser_kept', { path });
      });
    },
  };
}

async function conflictOf(db: Db, articleId: string) {
  return db.selectFrom('fileConflict').selectAll().where('articleId', '=', articleId).executeTakeFirst();
}

/** @throws Refusal `conflict` when the file is another one now than was decided upon, or the question is settled. */
async function standing({ tx, row }: Change, hash: string | null) {
  const conflict = await conflictOf(tx, row.id);
  if (!conflict || conflict.hash !== hash) throw new Refusal('conflict');
  return conflict;
}

/** What somebody had in the editor is a revision from now on, and no draft that would be published over the file. */
async function keepDraft(parts: AuthoringParts, change: Change): Promise<void> {
  const { tx, row } = change;
  const standing = await standingText(tx, row);
  if (!standing.isDraft || !finishedText.safeParse(standing.text).success) return;
  await settleText(parts, change, { version: row.draftVersion, text: undefined, note: null, cause: 'browser' });
}

/** `en/care/oil.md` */
function placeOf(path: string): { locale: string; category: string; slug: string } {
  const [locale = '', category = '', name = ''] = path.split('/');
  return { locale, category, slug: name.slice(0, -'.md'.length) };
}

async function readAgain({ tx }: Change, path: string, text: string, hash: string): Promise<ReadArticle> {
  const reading = readArticleFile(text);
  // It was read before it was asked about; only a newer version of the portal may find fault with it.
  if (!reading.matter) throw new Refusal('invalid', { fields: [{ field: 'file', key: 'errors.unreadable' }] });
  const { matter, head, source } = reading;
  const place = placeOf(path);
  const about = { locale: place.locale, title: matter.title, pictures: await pictureSizes(tx) };
  return { path, ...place, hash, text, matter, head, source, rendered: renderSource(source, about) };
}

async function followDeletion(parts: AuthoringParts, { tx, row, at, actorId, set }: Change, path: string) {
  await withdrawWithRevision(parts, tx, row, path, at, actorId);
  await set({ sourcePath: null, sourceHash: null, editedAt: null }, 'quiet');
}
