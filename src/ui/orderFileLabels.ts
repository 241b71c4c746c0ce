import type { Translator } from '../platform/i18n/index.ts';
import { fieldGroups, wordFields } from './orderFiles.ts';

/** The names of what a mapping says, in the order of its form, for what is wrong in it. */
export function mappingLabels(tr: Translator): Record<string, string> {
  const own = ['source', 'encoding', 'separator', 'decimal', 'dates', 'timeZone', 'updated'] as const;
  return {
    ...Object.fromEntries(own.map((name) => [name, tr.t(`orderFiles.${name}`)])),
    ...Object.fromEntries(fieldGroups.flat().map((field) => [field, tr.t(`orderFiles.field.${field}`)])),
    ...Object.fromEntries(wordFields.map((field) => [`words.${field}`, tr.t(`orderFiles.field.${field}`)])),
    ...Object.fromEntries(
      (['currency', 'carrier', ...wordFields] as const).map((field) => [
        `fixed.${field}`,
        tr.t(`orderFiles.field.${field}`),
      ]),
    ),
  };
}
