export { openDatabase, type Database, type DatabaseOptions, type Dialect } from './database.ts';
export { migrate, type Migration } from './migrate.ts';
export type { ColumnTypes } from './columnTypes.ts';
export type { Db, JobTable, Tables, Tx } from './tables.ts';
export { platformMigration } from './migrations.ts';
export { statement, statementOfRows } from './statement.ts';
export { afterCommit } from './transactionScope.ts';
export { isUniqueViolation } from './violations.ts';
