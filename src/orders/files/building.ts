import type { FieldFault } from '../../platform/refusal.ts';
import { carrierKey, trackingKey } from '../names.ts';
import { sumOf } from './adding.ts';
import { dateExamples, fieldsOfBody, keysOfForm } from './bodyPlaces.ts';
import type { FileField, WordField } from './fields.ts';
import type { Gathered } from './gathering.ts';
import type { ColumnsOf, Mapping } from './mapping.ts';
import type { Row } from './reading.ts';
import { dateOf, decimalOf, instantOf } from './values.ts';

/** What is wrong with one row. */
export interface RowFault {
  row: Row;
  /** Which column; null when it is about the whole row. */
  field: FileField | null;
  key: string;
  params?: Record<string, string | number>;
}

/** An order as the push body has it, as far as its rows can be read. */
export interface Built {
  number: string;
  /** Null when its rows are not of the table's shape. */
  body: Record<string, unknown> | null;
  /** What is wrong with its rows; the body lacks what they should have said. */
  faults: RowFault[];
  /** Where a fault of the push body stands in the file. */
  placeOf(fault: FieldFault): RowFault;
}

export interface BuildContext {
  mapping: Mapping;
  columns: ColumnsOf;
  /** How many cells a row has. */
  width: number;
  /** When the file was written; stands for `updatedAt` where the mapping says so. */
  fileTime: string;
}

const LONGEST_CELL = 4_000;

/** Makes one order of its rows. */
export function orderOf({ number, rows }: Gathered, context: BuildContext): Built {
  const reading = new OrderReading(rows, context);
  const isTable = reading.faults.length === 0;
  const body = isTable ? reading.body(number) : null;
  return { number, body, faults: reading.faults, placeOf: (fault) => reading.placeOf(fault) };
}

interface Listed {
  row: Row;
  value: Record<string, unknown>;
}

/** One order being read. A class because every part of it adds to the same faults. */
class OrderReading {
  readonly faults: RowFault[] = [];
  private readonly rows: readonly Row[];
  private readonly context: BuildContext;
  private lines: Listed[] = [];
  private parcels: Listed[] = [];
  private invoices: Listed[] = [];

  constructor(rows: readonly Row[], context: BuildContext) {
    this.rows = rows;
    this.context = context;
    for (const row of rows) this.checkShape(row);
  }

  body(number: string): Record<string, unknown> {
    const { mapping } = this.context;
    if (number === '') this.fault(this.rows[0], 'number', 'errors.required');
    const email = this.one('email');
    const currency = this.one('currency') ?? mapping.fixed.currency ?? undefined;
    const accountId = this.one('accountId');
    this.readLists();
    const sums = this.lines.map(({ value }) => [String(value['quantity']), String(value['unitPrice'])] as const);
    const total = this.context.columns.has('total') ? this.one('total', this.decimal) : sumOf(sums, currency);
    return {
      number,
      customer: { email, name: this.one('customerName') ?? email },
      account: accountId === undefined ? null : { id: accountId, name: this.one('accountName') ?? accountId },
      reference: this.one('reference') ?? null,
      deliverTo: this.address(),
      state: this.word('state', this.rows[0]) ?? mapping.fixed.state ?? undefined,
      placedAt: this.one('placedAt', this.instant),
      updatedAt: mapping.updated === 'file' ? this.context.fileTime : this.latest('updatedAt'),
      currency,
      total,
      lines: this.lines.map(({ value }) => value),
      shipments: this.parcels.map(({ value }) => value),
      invoices: this.invoices.map(({ value }) => value),
    };
  }

  /** Where a fault of the push body stands in the file. */
  placeOf({ field: path, key, params }: FieldFault): RowFault {
    const [list = '', index, name = ''] = path.split(/\[(\d+)\]\.?/);
    const listed = { lines: this.lines, shipments: this.parcels, invoices: this.invoices }[list]?.[Number(index)];
    const field = fieldsOfBody[index === undefined ? path : `${list}.${name}`] ?? null;
    const row = listed?.row ?? this.rowOf(field) ?? this.rows[0] ?? { row: 0, cells: [] };
    return { row, field, key, ...(params && { params }) };
  }

  private checkShape(row: Row): void {
    const { width } = this.context;
    const { cells } = row;
    if (cells.length < width || cells.slice(width).some((cell) => cell !== '')) {
      this.faults.push({
        row,
        field: null,
        key: 'orderFiles.fault.rowWidth',
        params: { count: cells.length, expected: width },
      });
    }
    const isLong = cells.some((cell) => cell.length > LONGEST_CELL);
    if (isLong)
      this.faults.push({ row, field: null, key: 'orderFiles.fault.cellTooLong', params: { max: LONGEST_CELL } });
  }

  private readLists(): void {
    const { columns } = this.context;
    const contents = new Map<string, { sku: unknown; quantity: unknown }[]>();
    for (const row of this.rows) {
      const line = columns.has('sku') ? this.line(row) : null;
      const parcel = columns.has('tracking') ? this.parcel(row) : null;
      if (line && parcel) {
        const { sku, quantity } = line;
        contents.set(parcel, [...(contents.get(parcel) ?? []), { sku, quantity }]);
      }
      if (columns.has('invoice')) this.invoice(row);
    }
    // With one parcel everything lies in it; with several, each row says which of them its piece lies in.
    if (this.parcels.length > 1) {
      for (const { value } of this.parcels) value['contents'] = contents.get(parcelKey(value)) ?? [];
    }
  }

  private line(row: Row): Record<string, unknown> | null {
    const [sku, product] = [this.cell(row, 'sku'), this.cell(row, 'product')];
    if (sku === undefined && product === undefined) return null;
    const quantity = this.required(row, 'quantity', this.decimal);
    const unitPrice = this.required(row, 'unitPrice', this.decimal);
    if (sku === undefined) this.fault(row, 'sku', 'errors.required');
    const value = { sku, name: product ?? sku, quantity, unitPrice };
    this.lines.push({ row, value });
    return value;
  }

  /** @returns by what the parcel is known; several rows may speak of one. */
  private parcel(row: Row): string | null {
    const { fixed } = this.context.mapping;
    const tracking = this.cell(row, 'tracking');
    if (tracking === undefined) return null;
    const carrier = this.cell(row, 'carrier') ?? fixed.carrier ?? undefined;
    if (carrier === undefined) this.fault(row, 'carrier', 'errors.required');
    const expectedAt = this.read(row, 'expectedAt', this.instant) ?? null;
    const state = this.word('parcelState', row) ?? fixed.parcelState ?? undefined;
    const value = { tracking, carrier, state, expectedAt };
    return this.once(this.parcels, row, value, parcelKey, 'tracking');
  }

  private invoice(row: Row): void {
    const number = this.cell(row, 'invoice');
    if (number === undefined) return;
    const value = {
      number,
      issuedAt: this.required(row, 'issuedAt', this.date),
      dueAt: this.read(row, 'dueAt', this.date) ?? null,
      total: this.required(row, 'invoiceTotal', this.decimal),
      state: this.word('invoiceState', row) ?? this.context.mapping.fixed.invoiceState ?? undefined,
    };
    this.once(this.invoices, row, value, (one) => String(one['number']), 'invoice');
  }

  /** Adds what is new; what another row has said already must be said the same again. */
  private once(
    list: Listed[],
    row: Row,
    value: Record<string, unknown>,
    keyOf: (value: Record<string, unknown>) => string,
    field: FileField,
  ): string {
    const key = keyOf(value);
    const known = list.find((one) => keyOf(one.value) === key);
    if (!known) list.push({ row, value });
    else if (JSON.stringify(known.value) !== JSON.stringify(value)) {
      this.fault(row, field, 'orderFiles.fault.rowsDiffer', { row: known.row.row });
    }
    return key;
  }

  /** What all rows of an order say alike; rows that leave it empty say nothing. */
  private one(field: FileField, read: (text: string) => string | null = (text) => text): string | undefined {
    let first: { row: Row; value: string } | undefined;
    for (const row of this.rows) {
      const value = this.read(row, field, read);
      if (value === undefined) continue;
      if (first === undefined) first = { row, value };
      else if (first.value !== value) this.fault(row, field, 'orderFiles.fault.rowsDiffer', { row: first.row.row });
    }
    return first?.value;
  }

  /** An order has changed when the last of its rows has. */
  private latest(field: FileField): string | undefined {
    const found = this.rows.map((row) => this.read(row, field, this.instant)).filter((value) => value !== undefined);
    return found.toSorted().at(-1);
  }

  private address(): string | null {
    const row = this.rowOf('deliverTo');
    if (!row) return null;
    const parts = (this.context.columns.get('deliverTo') ?? []).map((at) => (row.cells[at] ?? '').trim());
    return parts.filter((part) => part !== '').join('\n') || null;
  }

  private word(field: WordField, first: Row | undefined): string | undefined {
    const row = field === 'state' ? (this.rowOf(field) ?? first) : first;
    const word = row && this.cell(row, field);
    if (!row || word === undefined) return undefined;
    if (field === 'state') this.one('state');
    const words: Record<string, string> = this.context.mapping.words[field];
    if (Object.hasOwn(words, word)) return words[word];
    this.fault(row, field, 'orderFiles.fault.unknownWord', { word: word.slice(0, 60) });
    return undefined;
  }

  private required(row: Row, field: FileField, read: (text: string) => string | null): string | undefined {
    if (this.cell(row, field) === undefined) this.fault(row, field, 'errors.required');
    return this.read(row, field, read);
  }

  private read(row: Row, field: FileField, read: (text: string) => string | null): string | undefined {
    const text = this.cell(row, field);
    if (text === undefined) return undefined;
    const value = read(text);
    if (value !== null) return value;
    const form = keysOfForm[field] ?? 'errors.unreadable';
    const { decimal, dates } = this.context.mapping;
    this.fault(
      row,
      field,
      form,
      form === 'orderFiles.fault.decimalForm'
        ? { sign: decimal === ',' ? 'comma' : 'point' }
        : { example: dateExamples[dates] },
    );
    return undefined;
  }

  private readonly decimal = (text: string): string | null => decimalOf(text, this.context.mapping.decimal);
  private readonly date = (text: string): string | null => dateOf(text, this.context.mapping.dates);
  private readonly instant = (text: string): string | null =>
    instantOf(text, this.context.mapping.dates, this.context.mapping.timeZone);

  /** The first row that says anything of a field. */
  private rowOf(field: FileField | null): Row | undefined {
    const columns = field === null ? undefined : this.context.columns.get(field);
    return columns && this.rows.find(({ cells }) => columns.some((at) => (cells[at] ?? '').trim() !== ''));
  }

  private cell({ cells }: Row, field: FileField): string | undefined {
    const [at] = this.context.columns.get(field) ?? [];
    return (at !== undefined && cells[at]?.trim()) || undefined;
  }

  private fault(row: Row | undefined, field: FileField, key: string, params?: Record<string, string | number>): void {
    if (!row || this.faults.some((one) => one.row === row && one.field === field)) return;
    this.faults.push({ row, field, key, ...(params && { params }) });
  }
}

function parcelKey(value: Record<string, unknown>): string {
  return `${trackingKey(String(value['tracking']))} ${carrierKey(String(value['carrier']))}`;
}
