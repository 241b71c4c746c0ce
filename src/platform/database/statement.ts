import type { Compilable, CompiledQuery, QueryResult } from 'kysely';
import type { Db } from './tables.ts';

/**
 * Rows are written so many at a time, the largest step first: a statement is kept for each of these, not for each count.
 * SQLite takes 32,766 values at once, 63 columns of them; few large statements cost it far less than many small ones,
 * since each keeps the pages it changes until it ends.
 */
const STEPS = [512, 64, 8, 1] as const;

/** Stands for a value while a statement is built, and says which one it was. */
class Place {
  readonly row: number;
  readonly name: string;
  constructor(row: number, name: string) {
    this.row = row;
    this.name = name;
  }
}

interface Compiled<Row> {
  query: CompiledQuery<Row>;
  /** How many values it was built with. */
  size: number;
}

/**
 * A statement that is built and compiled once for each database, and from then on only given other values: for what is
 * written or asked many times a second. It runs on any handle, in a transaction or outside.
 *
 * ```ts
 * const renameTicket = statement((db, { id, subject }: { id: string; subject: string }) =>
 *   db.updateTable('ticket').set({ subject }).where('id', '=', id),
 * );
 * await renameTicket(tx, { id, subject });
 * ```
 *
 * @param build gets something that stands for each value, once, so it may only hand them on: what depends on a value
 * (an `if`, a list's length) belongs into another statement, or into SQL.
 * @returns runs it with these parameters, always the same ones by name; `numAffectedRows` says how many rows a write met.
 */
export function statement<Parameters extends object, Row>(
  build: (db: Db, given: Parameters) => Compilable<Row>,
): (db: Db, given: Parameters) => Promise<QueryResult<Row>> {
  const run = compiledOnce<Parameters, Row>((db, rows) => build(db, rows[0] as Parameters)); // always one
  return (db, given) => run(db, [given]);
}

/**
 * The same for any number of rows that are written alike: they go in a few statements of fixed sizes, in their order, since
 * each further size would be compiled, and kept by the database, as one more statement.
 * @param build as for {@link statement}, of some rows.
 */
export function statementOfRows<Row extends object>(
  build: (db: Db, rows: readonly Row[]) => Compilable<unknown>,
): (db: Db, rows: readonly Row[]) => Promise<void> {
  const run = compiledOnce(build);
  return async function runAll(db, rows) {
    let done = 0;
    for (const step of STEPS)
      for (; rows.length - done >= step; done += step) await run(db, rows.slice(done, done + step));
  };
}

function compiledOnce<Given extends object, Row>(build: (db: Db, given: readonly Given[]) => Compilable<Row>) {
  // Every handle on one database has its adapter, transactions included. By how many rows it takes.
  const compiled = new WeakMap<object, Map<number, Compiled<Row>>>();

  function compile(db: Db, given: readonly Given[]): Compiled<Row> {
    const places = given.map((values, row) =>
      Object.fromEntries(Object.keys(values).map((name) => [name, new Place(row, name)])),
    );
    return { query: build(db, places as Given[]).compile(), size: sizeOf(given) };
  }

  return async function run(db: Db, given: readonly Given[]): Promise<QueryResult<Row>> {
    const { adapter } = db.getExecutor();
    const sizes = compiled.get(adapter) ?? new Map<number, Compiled<Row>>();
    let known = sizes.get(given.length);
    if (!known) compiled.set(adapter, sizes.set(given.length, (known = compile(db, given))));
    const { query, size } = known;
    const parameters = query.parameters.map((value) => (value instanceof Place ? valueAt(given, value) : value));
    // One name more would be left out in silence.
    if (sizeOf(given) !== size) throw new Error(`A statement was given other values: ${query.sql}`);
    return db.executeQuery<Row>({ ...query, parameters });
  };
}

function sizeOf(given: readonly object[]): number {
  return given.reduce((size, values) => size + Object.keys(values).length, 0);
}

function valueAt(given: readonly object[], { row, name }: Place): unknown {
  const values = given[row];
  if (!values || !(name in values)) throw new Error(`A statement was not given ${name}.`);
  return values[name as keyof typeof values];
}
