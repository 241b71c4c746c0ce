/** Files of orders: tables and lines of JSON, as other systems write them. */
export { createOrderFiles, type OrderFiles, type Upload } from './orderFiles.ts';
export type { OrderFileDetails, OrderFileView } from './fileRows.ts';
export type { FileReport, FromDisk } from './fromDisk.ts';
export type { Counts, FileFault } from './processing.ts';
export type { Mapping } from './mapping.ts';
export type { Survey } from './survey.ts';
export { orderFilesMigration } from './tables.ts';
