import { sql } from 'kysely';
import type { Migration } from '../../platform/database/index.ts';

declare module '../../platform/database/index.ts' {
  interface Tables {
    orderMapping: OrderMappingTable;
    orderFile: OrderFileTable;
    orderFileFault: OrderFileFaultTable;
  }
}

/** How a source's files are read, as somebody last said. */
export interface OrderMappingTable {
  source: string;
  /** JSON: `Mapping`. */
  mapping: string;
  updatedAt: string;
}

export type OrderFileState = 'mapping' | 'checking' | 'checked' | 'applying' | 'done' | 'failed';

/** A file that somebody brought in. The file itself lies in the data folder until it is done with. */
export interface OrderFileTable {
  id: string;
  /** What it was called. */
  name: string;
  size: number;
  format: 'csv' | 'ndjson';
  state: OrderFileState;
  /** Null until somebody has said it. */
  source: string | null;
  /** JSON: `Survey`; null for NDJSON. */
  survey: string | null;
  /** JSON: `Mapping`; null for NDJSON. */
  mapping: string | null;
  /** Rows, or lines, with something in them. */
  rowCount: number;
  rowsDone: number;
  ordersDone: number;
  /** JSON: `Counts`, of what is being done. */
  counts: string;
  faultCount: number;
  /** JSON: the first orders as they were read. */
  preview: string;
  /** Rises with each checking and applying, so that each has jobs of its own. */
  run: number;
  /** Stands for orders' `updatedAt` where the mapping says so. */
  fileTime: string;
  startedBy: string;
  createdAt: string;
  updatedAt: string;
}

/** A row that could not be taken, and why. */
export interface OrderFileFaultTable {
  fileId: string;
  position: number;
  row: number;
  /** Its heading; null: the whole row. */
  heading: string | null;
  /** JSON: `FieldFault`. */
  fault: string;
  /** JSON: the row's cells. */
  cells: string;
}

/** Files of orders, how they are read, and what was wrong in them. */
export const orderFilesMigration: Migration = {
  name: '0010_order_files',
  async up(db) {
    await db.schema
      .createTable('order_mapping')
      .addColumn('source', 'text', (c) => c.primaryKey())
      .addColumn('mapping', 'text', (c) => c.notNull())
      .addColumn('updated_at', 'text', (c) => c.notNull())
      .execute();
    await db.schema
      .createTable('order_file')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('name', 'text', (c) => c.notNull())
      .addColumn('size', 'integer', (c) => c.notNull())
      .addColumn('format', 'text', (c) => c.notNull().check(sql`format in ('csv', 'ndjson')`))
      .addColumn('state', 'text', (c) =>
        c.notNull().check(sql`state in ('mapping', 'checking', 'checked', 'applying', 'done', 'failed')`),
      )
      .addColumn('source', 'text')
      .addColumn('survey', 'text')
      .addColumn('mapping', 'text')
      .addColumn('row_count', 'integer', (c) => c.notNull())
      .addColumn('rows_done', 'integer', (c) => c.notNull())
      .addColumn('orders_done', 'integer', (c) => c.notNull())
      .addColumn('counts', 'text', (c) => c.notNull())
      .addColumn('fault_count', 'integer', (c) => c.notNull())
      .addColumn('preview', 'text', (c) => c.notNull())
      .addColumn('run', 'integer', (c) => c.notNull())
      .addColumn('file_time', 'text', (c) => c.notNull())
      .addColumn('started_by', 'text', (c) => c.notNull())
      .addColumn('created_at', 'text', (c) => c.notNull())
      .addColumn('updated_at', 'text', (c) => c.notNull())
      .execute();
    await db.schema
      .createTable('order_file_fault')
      .addColumn('file_id', 'text', (c) => c.notNull().references('order_file.id').onDelete('cascade'))
      .addColumn('position', 'integer', (c) => c.notNull())
      .addColumn('row', 'integer', (c) => c.notNull())
      .addColumn('heading', 'text')
      .addColumn('fault', 'text', (c) => c.notNull())
      .addColumn('cells', 'text', (c) => c.notNull())
      .addPrimaryKeyConstraint('order_file_fault_key', ['file_id', 'position'])
      .execute();
  },
};
