import { asRefusal, type FieldFault } from '../../platform/refusal.ts';
import type { Orders } from '../orders.ts';
import type { CheckedOrder } from '../orderBody.ts';
import type { Origin } from '../store.ts';
import { columnsOf, type Mapping } from './mapping.ts';
import { orderOf, type Built, type RowFault } from './building.ts';
import { gathered } from './gathering.ts';
import { linesOf } from './ndjson.ts';

/** What a file holds, as far as reading its orders needs to know. */
export interface OrderFile {
  path: string;
  /** Stands for `updatedAt` where the mapping says so. */
  fileTime: string;
  /** Of a table; null: the file is NDJSON. */
  table: { headings: readonly string[]; mapping: Mapping } | null;
  /** Whose orders these are. */
  source: string;
}

/** How many orders came out how. */
export interface Counts {
  created: number;
  changed: number;
  unchanged: number;
  refused: number;
}

/** What is wrong in a file, as it is kept and told. */
export interface FileFault {
  row: number;
  /** The column's heading, or the field's name; null: the whole row. */
  column: string | null;
  fault: FieldFault;
  /** The row as it stands in the file. */
  cells: string[];
}

/** What became of some orders of a file. */
export interface Step {
  /** Orders and rows looked at, from the beginning of the file. */
  done: number;
  rows: number;
  /** Of this step alone. */
  counts: Counts;
  faults: FileFault[];
  /** The first of them as they are read. */
  orders: CheckedOrder[];
}

/** Whether orders are written, or it is only told what would become of them. */
export type Mode = 'check' | 'apply';

export type ProcessingDeps = Pick<Orders, 'check' | 'store' | 'foresee'>;

/** So many orders are written, and their progress kept, at once. */
const STEP = 100;

interface Candidate {
  /** How many rows it takes. */
  rows: number;
  /** It was done before. */
  skipped?: true;
  order: CheckedOrder | null;
  faults: FileFault[];
  /** Faults of the push body where they stand in the file. */
  told(faults: readonly FieldFault[]): FileFault[];
}

/**
 * Goes through a file's orders, a hundred at a time. Interrupted, it goes on where it was told to; what it does twice
 * changes nothing.
 * @param from orders that were done before.
 * @throws UnreadableFile
 */
export async function* processed(
  deps: ProcessingDeps,
  file: OrderFile,
  { mode, from, actor }: { mode: Mode; from: number; actor: string },
): AsyncGenerator<Step> {
  const origin: Origin = { source: `file:${file.source}`, actor };
  let [done, rows] = [0, 0];
  let step: Candidate[] = [];
  for await (const candidate of candidatesOf(deps, file, from)) {
    done += 1;
    rows += candidate.rows;
    if (candidate.skipped) continue;
    step.push(candidate);
    if (step.length < STEP) continue;
    yield { done, rows, ...(await settled(deps, origin, mode, step)) };
    step = [];
  }
  if (step.length > 0) yield { done, rows, ...(await settled(deps, origin, mode, step)) };
}

async function settled(
  deps: ProcessingDeps,
  origin: Origin,
  mode: Mode,
  candidates: readonly Candidate[],
): Promise<Omit<Step, 'done' | 'rows'>> {
  const good = candidates.flatMap(({ order, told }) => (order ? [{ order, told }] : []));
  const orders = good.map(({ order }) => order);
  const taken = mode === 'apply' ? await deps.store(origin, orders) : await deps.foresee(origin, orders);
  const counts: Counts = { created: 0, changed: 0, unchanged: 0, refused: candidates.length - good.length };
  const faults = candidates.flatMap((candidate) => candidate.faults);
  const read: CheckedOrder[] = [];
  taken.forEach((one, index) => {
    const { outcome } = one;
    if (outcome === 'created' || outcome === 'changed' || outcome === 'unchanged') {
      counts[outcome] += 1;
      return void read.push(...orders.slice(index, index + 1));
    }
    counts.refused += 1;
    const why = 'refusal' in one ? one.refusal.fields : [{ field: 'number', key: 'orderFiles.fault.foreignNumber' }];
    faults.push(...(good[index]?.told(why) ?? []));
  });
  return { counts, faults: faults.toSorted((a, b) => a.row - b.row), orders: read };
}

async function* candidatesOf(deps: ProcessingDeps, file: OrderFile, from: number): AsyncGenerator<Candidate> {
  let at = 0;
  const skipped = (rows: number): Candidate => ({
    rows,
    skipped: true,
    order: null,
    faults: [],
    told: () => [],
  });
  if (file.table === null) {
    for await (const { row, text } of linesOf(file.path))
      yield at++ < from ? skipped(1) : lineCandidate(deps, row, text);
    return;
  }
  const { headings, mapping } = file.table;
  const columns = columnsOf(mapping, headings);
  const [number = 0] = columns.get('number') ?? [];
  const context = { mapping, columns, width: headings.length, fileTime: file.fileTime };
  for await (const group of gathered(file.path, mapping, number)) {
    if (at++ < from) {
      yield skipped(group.rows.length);
      continue;
    }
    const built = orderOf(group, context);
    const rows = group.rows.length;
    const told = (faults: readonly FieldFault[]): FileFault[] =>
      faults.map((fault) => toldOf(built.placeOf(fault), headings, columns));
    const { order, faults } = built.body ? checked(deps, built.body) : { order: null, faults: [] };
    yield { rows, ...withOwn(order, built, faults, (fault) => toldOf(fault, headings, columns)), told };
  }
}

/** What the rows themselves get wrong, and, in other places, what the push API finds wrong with what they say. */
function withOwn(
  order: CheckedOrder | null,
  { faults: own, placeOf }: Built,
  found: readonly FieldFault[],
  toldOf: (fault: RowFault) => FileFault,
): Pick<Candidate, 'order' | 'faults'> {
  const others = found
    .map(placeOf)
    .filter(({ row, field }) => !own.some((one) => one.row === row && one.field === field));
  return { order: own.length === 0 ? order : null, faults: [...own, ...others].map(toldOf) };
}

function lineCandidate(deps: ProcessingDeps, row: number, text: string): Candidate {
  const told = (faults: readonly FieldFault[]): FileFault[] =>
    faults.map((fault) => ({
      ...{ row, column: fault.field === 'body' ? null : fault.field, fault },
      cells: [text.slice(0, LONGEST_KEPT)],
    }));
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return { rows: 1, order: null, faults: told([{ field: 'body', key: 'orderFiles.fault.noJson' }]), told };
  }
  const { order, faults } = checked(deps, body);
  return { rows: 1, order, faults: told(faults), told };
}

function checked(
  { check }: ProcessingDeps,
  body: unknown,
): { order: CheckedOrder | null; faults: readonly FieldFault[] } {
  try {
    return { order: check(body), faults: [] };
  } catch (error) {
    const refusal = asRefusal(error);
    if (!refusal) throw error;
    return { order: null, faults: refusal.fields };
  }
}

function toldOf(
  { row, field, key, params }: RowFault,
  headings: readonly string[],
  columns: ReturnType<typeof columnsOf>,
): FileFault {
  const [at] = (field !== null && columns.get(field)) || [];
  const column = at === undefined ? field : (headings[at] ?? field);
  const fault = { field: column ?? 'row', key, ...(params && { params }) };
  return { row: row.row, column, fault, cells: row.cells.map((cell) => cell.slice(0, LONGEST_KEPT)) };
}

/** So much of a cell is kept with what is wrong. */
const LONGEST_KEPT = 500;
