import { sql, type RawBuilder } from 'kysely';
import type { Dialect } from './database.ts';

/** Column types whose names differ between the two databases. Everything else is `text`, `integer` or `bigint` in both. */
export interface ColumnTypes {
  bytes: 'blob' | 'bytea';
  /** A number the database gives, rising with each row; the table's primary key. */
  sequence: RawBuilder<unknown>;
  /** A point in time in tables that a library owns; our own hold ISO text. */
  libraryInstant: 'text' | 'timestamptz';
  libraryBoolean: 'integer' | 'boolean';
}

export function columnTypes(dialect: Dialect): ColumnTypes {
  return dialect === 'sqlite'
    ? {
        bytes: 'blob',
        sequence: sql`integer primary key autoincrement`,
        libraryInstant: 'text',
        libraryBoolean: 'integer',
      }
    : {
        bytes: 'bytea',
        sequence: sql`bigint generated always as identity primary key`,
        libraryInstant: 'timestamptz',
        libraryBoolean: 'boolean',
      };
}
