import type { Application } from '../../app/index.ts';
import type { Viewer } from '../../accounts/index.ts';
import type { EditConflict, EditorArticle, RedirectTarget } from '../../kb/index.ts';
import type { Form } from '../../platform/http/index.ts';
import { attempt, fieldOf, type Outcome } from '../submit.ts';
import { changedFacts, editConflictOf, suggestedText, textOf, windowOf, type EditorFields } from './form.ts';

/** What an act on an article's page works with. */
export interface Sent {
  app: Pick<Application, 'kb'>;
  viewer: Viewer;
  article: EditorArticle;
  form: Form;
  fields: EditorFields;
  /** Of the company. */
  timeZone: string;
}

/** An act; it says where the browser is led when it is done. */
export type Deed = (sent: Sent) => Promise<string>;

const deeds: Readonly<Record<string, Deed>> = {
  '': save,
  save,
  revision: async (sent) => {
    await settleFacts(sent);
    const { app, viewer, article, fields } = sent;
    const { note, version } = fields;
    await app.kb.authoring.saveRevision(viewer, {
      articleId: article.articleId,
      ...textOf(fields),
      version: Number(version),
      note,
    });
    return done(article, 'revision');
  },
  publish: async (sent) => {
    const { app, viewer, article, form, fields, timeZone } = sent;
    // Who may read it changes with what they read, not before it.
    await settleFacts(sent, 'audience');
    await app.kb.authoring.publish(viewer, {
      ...{ articleId: article.articleId, version: Number(fields.version), text: textOf(fields), note: fields.note },
      ...{ ...windowOf(fields, timeZone), audience: changedFacts(form, fields)?.audience },
    });
    return done(article, 'published');
  },
  discard: async ({ app, viewer, article, form }) => {
    const version = Number(fieldOf(form, 'version'));
    await app.kb.authoring.discardDraft(viewer, { articleId: article.articleId, version });
    return done(article, 'discarded');
  },
  unpublish: async ({ app, viewer, article, form }) => {
    await app.kb.authoring.unpublish(viewer, { articleId: article.articleId, note: fieldOf(form, 'words') });
    return done(article, 'unpublished');
  },
  move: async ({ app, viewer, article, form }) => {
    await app.kb.authoring.move(viewer, { articleId: article.articleId, slug: fieldOf(form, 'slug') });
    return done(article, 'moved');
  },
  remove: async (sent) => {
    const { app, viewer, article } = sent;
    await app.kb.authoring.remove(viewer, { articleId: article.articleId, redirect: await destinationOf(sent) });
    return '/staff/articles?view=deleted&done=deleted';
  },
  undelete: async ({ app, viewer, article, form }) => {
    await app.kb.authoring.undelete(viewer, { articleId: article.articleId, slug: fieldOf(form, 'slug') });
    return done(article, 'undeleted');
  },
  accept: async ({ app, viewer, article, form }) => {
    await app.kb.authoring.acceptSuggestion(viewer, { suggestionId: fieldOf(form, 'suggestion') });
    return done(article, 'accepted');
  },
  decline: async ({ app, viewer, article, form }) => {
    const suggestionId = fieldOf(form, 'suggestion');
    await app.kb.authoring.declineSuggestion(viewer, { suggestionId, words: fieldOf(form, 'words') });
    return done(article, 'declined');
  },
  suggest: async ({ app, viewer, article, form }) => {
    const { title, summary, source, words } = suggestedText(form, article);
    const text = article.text;
    const { articleId } = article;
    await app.kb.authoring.suggest(viewer, {
      ...{
        articleId,
        words,
        title: title === text.title ? '' : title,
        summary: summary === text.summary ? '' : summary,
      },
      ...(source !== text.source || title !== text.title || summary !== text.summary ? { source } : {}),
    });
    return done(article, 'suggested');
  },
  takeFile: async ({ app, viewer, article, form }) => {
    await app.kb.authoring.takeFile(viewer, { articleId: article.articleId, hash: fieldOf(form, 'hash') || null });
    return done(article, 'fileTaken');
  },
  keepBrowser: async ({ app, viewer, article, form }) => {
    await app.kb.authoring.keepBrowser(viewer, { articleId: article.articleId, hash: fieldOf(form, 'hash') || null });
    return done(article, 'browserKept');
  },
};

/** What became of an act: where it leads, or why it was refused, with both texts where two of them met. */
export type Attempted = Outcome<string> & { conflict: EditConflict | null };

/** Does an act. What was typed is the caller's to keep. */
export async function attemptDeed(deed: Deed, sent: Sent): Promise<Attempted> {
  let conflict: EditConflict | null = null;
  const outcome = await attempt(() =>
    deed(sent).catch((error: unknown) => {
      conflict = editConflictOf(error);
      throw error;
    }),
  );
  return { ...outcome, conflict };
}

/** The act that a button of the page asks for; undefined for those that only show something. */
export function deedOf(intent: string): Deed | undefined {
  return Object.hasOwn(deeds, intent) ? deeds[intent] : undefined;
}

async function save(sent: Sent): Promise<string> {
  await settleFacts(sent);
  const { app, viewer, article, fields } = sent;
  const { articleId } = article;
  await app.kb.authoring.saveDraft(viewer, { articleId, ...textOf(fields), version: Number(fields.version) });
  return done(article, 'saved');
}

/** Sets what was changed beside the text, but for `later`. */
async function settleFacts({ app, viewer, article, form, fields }: Sent, later?: 'audience'): Promise<void> {
  const facts = changedFacts(form, fields);
  if (!facts) return;
  const { audience, ...others } = facts;
  const set = later ? others : facts;
  if (Object.keys(set).length > 0 || (audience !== undefined && !later))
    await app.kb.authoring.setFacts(viewer, { articleId: article.articleId, ...set });
}

/** Where a deleted article leads. Whoever types knows an address or a title, and no id. */
async function destinationOf({ app, viewer, article, form }: Sent): Promise<RedirectTarget> {
  const to = fieldOf(form, 'to');
  if (to === 'category') return { to, category: fieldOf(form, 'into') };
  if (to !== 'article') return { to: 'gone' };
  const typed = fieldOf(form, 'target').trim();
  const text = typed.replace(/^.*\//, '').replace(/\.md$/, '');
  const found = text === '' ? [] : await app.kb.authoring.linkTargets(viewer, { locale: article.locale, text });
  const exact = found.find(({ slug, title }) => slug === text || title === typed);
  return { to, articleId: (exact ?? (found.length === 1 ? found[0] : undefined))?.articleId ?? '' };
}

function done(article: EditorArticle, what: string): string {
  return `/staff/articles/${article.articleId}?done=${what}`;
}
