import { Readable } from 'node:stream';
import { stringify } from 'csv-stringify';
import type { Viewer } from '../accounts/index.ts';
import type { FileFault, OrderFiles } from '../orders/index.ts';
import { isMessageKey, type Translator } from '../platform/i18n/index.ts';

/** What is wrong with a row of a file, in a reader's words. */
export interface FaultLine {
  row: number;
  column: string;
  what: string;
  /** The row as it stands in the file. */
  cells: readonly string[];
}

/** What is wrong in files of orders, told. */
export function createOrderFaults({ orderFiles }: { orderFiles: Pick<OrderFiles, 'faults'> }) {
  return {
    lines: (tr: Translator, faults: readonly FileFault[]): FaultLine[] => faults.map((fault) => faultLine(tr, fault)),

    /**
     * All of a file's rows that cannot be taken, as a table (CSV) for whoever corrects them.
     * @throws Refusal `not_found`, `unauthenticated`, `forbidden`
     */
    async table(viewer: Viewer, fileId: string, tr: Translator): Promise<{ name: string; table: ReadableStream }> {
      const { name, headings, faults } = await orderFiles.faults(viewer, fileId);
      return { name, table: Readable.toWeb(faultTable(tr, headings, faults)) as ReadableStream };
    },
  };
}

export type OrderFaults = ReturnType<typeof createOrderFaults>;

/** A column as a reader knows it: its heading; where there is none for it, the name of what is missing. */
function columnName(tr: Translator, column: string | null): string {
  if (column === null) return tr.t('orderFiles.refused.wholeRow');
  const key = `orderFiles.field.${column}`;
  return isMessageKey(key) ? tr.t(key) : column;
}

export function faultLine(tr: Translator, { row, column, fault, cells }: FileFault): FaultLine {
  const name = columnName(tr, column);
  return { row, column: name, what: tr.fault({ ...fault, field: '' }, name), cells };
}

/** Rows with where and what; cells that a spreadsheet would run as a formula are made plain text. */
export function faultTable(
  tr: Translator,
  headings: readonly string[],
  faults: AsyncIterable<FileFault> | Iterable<FileFault>,
): Readable {
  const names = (['row', 'column', 'what'] as const).map((name) => tr.t(`orderFiles.refused.${name}`));
  const table = stringify({ bom: true, escape_formulas: true, record_delimiter: 'windows' });
  const rows = Readable.from(
    (async function* () {
      yield [...names, ...headings];
      for await (const fault of faults) {
        const { row, column, what, cells } = faultLine(tr, fault);
        yield [String(row), column, what, ...cells];
      }
    })(),
  );
  rows.on('error', (error) => table.destroy(error));
  return rows.pipe(table);
}
