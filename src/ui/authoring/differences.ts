import type { DiffLine, DiffPart, TextDifferences } from '../../kb/index.ts';
import type { Translator } from '../../platform/i18n/index.ts';

/** One row of two texts side by side; null: this side has no such line. */
export interface DiffRow {
  label?: string;
  before: readonly DiffPart[] | null;
  after: readonly DiffPart[] | null;
}

/** Two texts side by side, line by line; equal lines far from a difference are left out and counted. */
export function sideBySide(tr: Translator, { fields, lines }: TextDifferences): (DiffRow | { skipped: number })[] {
  const about = fields.map(({ field, parts }) => ({ label: tr.t(`authoring.field.${field}`), ...halves(parts) }));
  return [...about, ...lines.map(rowOf)];
}

function rowOf(line: DiffLine): DiffRow | { skipped: number } {
  if (line.change === 'skipped') return { skipped: line.lines };
  if (line.change === 'changed') return halves(line.parts);
  const part: readonly DiffPart[] = [line];
  return { before: line.change === 'added' ? null : part, after: line.change === 'gone' ? null : part };
}

function halves(parts: readonly DiffPart[]): { before: DiffPart[]; after: DiffPart[] } {
  return {
    before: parts.filter(({ change }) => change !== 'added'),
    after: parts.filter(({ change }) => change !== 'gone'),
  };
}

/** Whether two texts are the same. */
export function isSame({ fields, changed, added, gone }: TextDifferences): boolean {
  return fields.length === 0 && changed + added + gone === 0;
}
