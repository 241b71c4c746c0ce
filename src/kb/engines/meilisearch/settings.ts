import { createHash } from 'node:crypto';
import type { Settings } from 'meilisearch';

/** Raise it when documents are mapped differently: indexes are then built anew, as after a change of the settings. */
const MAPPING_VERSION = 1;

/** Parts of an article, the weightiest first: Meilisearch ranks by the order of its searchable attributes. */
export const parts = ['title', 'keywords', 'summary', 'headings', 'text'] as const;
export type Part = (typeof parts)[number];

/**
 * Attributes end with the language of their text, since Meilisearch cuts words by attribute: with a dictionary in
 * Chinese, at spaces in English. What is in neither is left to its own guess.
 */
const languages = { en: ['eng'], zh: ['cmn'], other: [] } as const;
export type Language = keyof typeof languages;

/** The attribute with the stems of all Latin words: Meilisearch itself knows no other forms of a word. */
export const FORMS = 'forms';

export function attribute(part: Part, language: Language): string {
  return `${part}_${language}`;
}

export function languageOf(locale: string): Language {
  const language = locale.split('-')[0] ?? '';
  return language === 'en' || language === 'zh' ? language : 'other';
}

/** Meilisearch's names of a language; none for those that it shall guess. */
export function localesOf(language: Language): readonly string[] {
  return languages[language];
}

/** Every searchable attribute. */
export const searchable: readonly string[] = [
  ...parts.flatMap((part) => Object.keys(languages).map((language) => attribute(part, language as Language))),
  FORMS,
];

/** How both indexes are set up. Options that came after Meilisearch 1.12 are left out. */
export const settings: Settings = {
  searchableAttributes: [...searchable],
  filterableAttributes: ['locale', 'audience', 'marker'],
  displayedAttributes: ['id', 'position', 'schema'],
  localizedAttributes: [
    { attributePatterns: ['*_en', FORMS], locales: [...languages.en] },
    { attributePatterns: ['*_zh'], locales: [...languages.zh] },
  ],
  rankingRules: ['words', 'typo', 'proximity', 'attribute', 'exactness'],
  typoTolerance: { enabled: true, minWordSizeForTypos: { oneTypo: 5, twoTypos: 10 } },
};

/** Stands for the settings and the mapping: an index that was made with another is built anew. */
export const schema: string = createHash('sha256')
  .update(JSON.stringify([MAPPING_VERSION, settings]))
  .digest('hex')
  .slice(0, 16);
