import { indexWords, type SearchDocument } from '../../engine.ts';
import { attribute, FORMS, languageOf, schema, searchable } from './settings.ts';

/** What an index holds beside the documents: that it is whole, how far it was fed, and by which settings it was made. */
const MARKER_ID = 'waypost-marker';

/** A document as Meilisearch takes it. */
export type MeiliRecord = Record<string, string | boolean>;

export function recordOf(document: SearchDocument): MeiliRecord {
  const { id, locale, audience, title, summary, text } = document;
  const [keywords, headings] = [document.keywords.join('\n'), document.headings.join('\n')];
  const language = languageOf(locale);
  const whole = [title, keywords, summary, headings, text].join('\n');
  const stems = new Set(indexWords(whole).flatMap((word) => (word.han ? [] : [word.term])));
  return {
    id,
    locale,
    audience,
    [attribute('title', language)]: title,
    [attribute('keywords', language)]: keywords,
    [attribute('summary', language)]: summary,
    [attribute('headings', language)]: headings,
    [attribute('text', language)]: text,
    [FORMS]: [...stems].join(' '),
  };
}

/**
 * The marker of an index fed up to `position`; null while it is being built. It names every searchable attribute, since
 * Meilisearch refuses to look into one that no document has.
 */
export function markerOf(position: string | null): MeiliRecord {
  const empty = Object.fromEntries(searchable.map((name) => [name, '']));
  return { ...empty, id: MARKER_ID, marker: true, schema, ...(position !== null && { position }) };
}

/** The search that finds the marker and nothing else. */
export const markerQuery = {
  q: '',
  filter: 'marker = true',
  limit: 1,
  attributesToRetrieve: ['position', 'schema'],
};
