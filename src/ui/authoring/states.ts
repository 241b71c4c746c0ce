import type { ArticleState, ListedArticle } from '../../kb/index.ts';
import type { Translator } from '../../platform/i18n/index.ts';
import type { StateLook } from '../views.ts';

const looks: Record<ArticleState, StateLook> = {
  draft: 'waiting',
  published: 'ok',
  scheduled: 'info',
  unpublished: 'plain',
  deleted: 'plain',
};

/** A state as a list says it: the word, and what is worth knowing beside it. */
export interface ArticleStanding {
  look: StateLook;
  word: string;
  note?: string;
}

export function standingOf(tr: Translator, article: ListedArticle): ArticleStanding {
  const { state, publishedNumber, latestNumber, openSuggestions } = article;
  if (article.hasFileConflict)
    return { look: 'late', word: tr.t('authoring.state.conflict'), note: tr.t('authoring.state.conflict.note') };
  const notes: string[] = [];
  if (article.isChanged && publishedNumber !== null)
    notes.push(
      latestNumber !== null && latestNumber > publishedNumber
        ? tr.t('authoring.state.newer', { latest: latestNumber, published: publishedNumber })
        : tr.t('authoring.state.changed'),
    );
  if (state === 'scheduled' && article.publishAt !== null)
    notes.push(tr.t('authoring.state.from', { date: tr.dayAndTime(article.publishAt) }));
  if ((state === 'scheduled' || state === 'published') && article.unpublishAt !== null)
    notes.push(tr.t('authoring.state.until', { date: tr.dayAndTime(article.unpublishAt) }));
  if (openSuggestions > 0) notes.push(tr.t('authoring.state.suggested', { count: openSuggestions }));
  const note = notes.join(' · ');
  return { look: looks[state], word: tr.t(`authoring.state.${state}`), ...(note && { note }) };
}

/** How one language of an article stands: its state, or how far it is behind the leading one. */
export function languageStanding(
  tr: Translator,
  language: { state: ArticleState | null; behind: number },
): { look: StateLook; word: string } {
  if (language.state === null) return { look: 'plain', word: tr.t('authoring.language.none') };
  if (language.behind > 0 && language.state !== 'deleted')
    return { look: 'late', word: tr.t('authoring.language.behind', { count: language.behind }) };
  return { look: looks[language.state], word: tr.t(`authoring.state.${language.state}`) };
}
