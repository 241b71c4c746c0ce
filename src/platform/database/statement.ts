import type { Compilable, CompiledQuery, QueryResult } from 'kysely';
import type { Db } from './tables.ts';

/** Stands for a parameter while a statement is built, and says which one it was. */
class Place {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

interface Compiled<Row> {
  query: CompiledQuery<Row>;
  /** How many parameters it was built with. */
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
  // Every handle on one database has its adapter, transactions included.
  const compiled = new WeakMap<object, Compiled<Row>>();

  function compile(db: Db, given: Parameters): Compiled<Row> {
    const names = Object.keys(given);
    const places = Object.fromEntries(names.map((name) => [name, new Place(name)]));
    return { query: build(db, places as Parameters).compile(), size: names.length };
  }

  return async function run(db, given) {
    const { adapter } = db.getExecutor();
    let known = compiled.get(adapter);
    if (!known) compiled.set(adapter, (known = compile(db, given)));
    const { query, size } = known;
    const parameters = query.parameters.map((value) => (value instanceof Place ? valueOf(given, value.name) : value));
    // One name more would be left out in silence.
    if (Object.keys(given).length !== size) throw new Error(`A statement was given other parameters: ${query.sql}`);
    return db.executeQuery<Row>({ ...query, parameters });
  };
}

function valueOf(given: object, name: string): unknown {
  if (!(name in given)) throw new Error(`A statement was not given ${name}.`);
  return given[name as keyof typeof given];
}
