import type { Survey } from './survey.ts';
import { fieldOfHeading, stateOfWord } from './headings.ts';
import { wordFields, type DateForm, type FileField } from './fields.ts';
import type { Mapping } from './mapping.ts';
import { dateOf, decimalOf } from './values.ts';

/** Fields that hold amounts, and days. */
const amounts: ReadonlySet<FileField> = new Set(['total', 'quantity', 'unitPrice', 'invoiceTotal']);
const days: ReadonlySet<FileField> = new Set(['placedAt', 'updatedAt', 'expectedAt', 'issuedAt', 'dueAt']);
const SEVERAL: FileField = 'deliverTo';

/** A mapping for a file that nobody has described, from its headings and first rows. A person looks at it before it is used. */
export function proposalFor(survey: Survey, { source, timeZone }: { source: string; timeZone: string }): Mapping {
  const taken = new Set<FileField>();
  const columns = survey.headings.map((heading) => {
    const field = fieldOfHeading(heading);
    if (field === null || (taken.has(field) && field !== SEVERAL)) return { heading, field: null };
    taken.add(field);
    return { heading, field };
  });
  const cells = (of: ReadonlySet<FileField>): string[] =>
    survey.sample.flatMap((row) => row.cells.filter((cell, at) => cell.trim() !== '' && isOf(columns[at]?.field, of)));
  return {
    ...{ source, timeZone, ...survey.form },
    decimal: signIn(cells(amounts)),
    dates: formIn(cells(days)),
    updated: taken.has('updatedAt') ? 'column' : 'file',
    columns,
    words: wordsIn(survey, columns),
    fixed: { currency: null, state: null, carrier: null, parcelState: null, invoiceState: null },
  };
}

/** A saved mapping on a file that has its headings: new words for states are added, where they are known. */
export function withWordsOf(mapping: Mapping, survey: Survey): Mapping {
  const found = wordsIn(
    survey,
    survey.headings.map(
      (heading) => mapping.columns.find((one) => one.heading === heading) ?? { heading, field: null },
    ),
  );
  const words = Object.fromEntries(wordFields.map((field) => [field, { ...found[field], ...mapping.words[field] }]));
  return { ...mapping, words: words as Mapping['words'] };
}

/** Words of a file's columns that no state of ours is named for yet. */
export function unknownWords(
  survey: Survey,
  { columns, words }: Pick<Mapping, 'columns' | 'words'>,
): Record<(typeof wordFields)[number], string[]> {
  const unknown = (field: (typeof wordFields)[number]): string[] => {
    const found = columns
      .filter((column) => column.field === field)
      .map(({ heading }) => survey.headings.indexOf(heading));
    return found.flatMap((at) => survey.words[at] ?? []).filter((word) => !Object.hasOwn(words[field], word));
  };
  return { state: unknown('state'), parcelState: unknown('parcelState'), invoiceState: unknown('invoiceState') };
}

function wordsIn(survey: Survey, columns: Mapping['columns']): Mapping['words'] {
  const words: Record<string, Record<string, string>> = { state: {}, parcelState: {}, invoiceState: {} };
  columns.forEach(({ field }, at) => {
    const words_ = field === null ? undefined : words[field];
    for (const word of (words_ && survey.words[at]) || []) {
      const state = words_ && stateOfWord(field as (typeof wordFields)[number], word);
      if (words_ && state) words_[word] = state;
    }
  });
  return words as Mapping['words'];
}

function isOf(field: FileField | null | undefined, of: ReadonlySet<FileField>): boolean {
  return field !== null && field !== undefined && of.has(field);
}

function signIn(cells: readonly string[]): '.' | ',' {
  const read = (sign: '.' | ','): number =>
    cells.filter((cell) => decimalOf(cell, sign) !== null && cell.includes(sign)).length;
  return read(',') > read('.') ? ',' : '.';
}

/** The form that reads most of them; of two that do, the one that stands first. */
function formIn(cells: readonly string[]): DateForm {
  const forms: DateForm[] = ['iso', 'd.m.y', 'y/m/d', 'd/m/y', 'm/d/y'];
  const reads = (form: DateForm): number => cells.filter((cell) => dateOf(cell, form) !== null).length;
  return forms.toSorted((a, b) => reads(b) - reads(a))[0] ?? 'iso';
}
