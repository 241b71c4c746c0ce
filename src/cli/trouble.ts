import { translator } from '../platform/i18n/index.ts';
import { asRefusal, type Refusal, type RefusalCode } from '../platform/refusal.ts';
import { exitCodes } from './terminal.ts';

/** Errors that say what to mend in their own message. */
const foreseen = new Set([
  'configuration_faults',
  'data_folder',
  'database_newer',
  'demo_refused',
  'demo_beyond_loopback',
  'port_in_use',
  'port_forbidden',
  'address_unavailable',
  'cannot_listen',
  'engine_unavailable',
  'backup_broken',
  'restore_refused',
  'restore_unfinished',
]);

/** Why a database server or file cannot be used, by what its driver says. */
const databaseTrouble: Record<string, string> = {
  ECONNREFUSED: 'The database does not answer',
  ENOTFOUND: 'The database’s host is not known',
  ETIMEDOUT: 'The database does not answer',
  '28P01': 'The database refuses this user and password (DATABASE_URL)',
  '28000': 'The database refuses this user (DATABASE_URL)',
  '3D000': 'The database server has no such database (DATABASE_URL)',
  '42501': 'The database’s user may not do this',
};

/** Primary result codes of SQLite that are for a person to mend. */
const sqliteTrouble: Record<number, string> = {
  8: 'The database file cannot be written',
  11: 'The database file is damaged; bring it back from a backup',
  13: 'The disk is full',
  14: 'The database file cannot be opened',
  26: 'The database file is no SQLite database',
};

const fileTrouble: Record<string, string> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOTDIR: 'a part of the path is a file',
  EEXIST: 'there is a file of this name',
  ENOSPC: 'the disk is full',
};

/** A command line that can be read, but does not say what the command needs. */
export class WrongUsage extends Error {
  readonly code = 'wrong_usage';
}

/** A command that failed for a reason that one sentence tells. */
export class Failed extends Error {
  readonly code = 'failed';
}

/**
 * The promise, with a refusal told in a sentence of one's own.
 * @param sentences by the refusal's code; others pass as they are.
 * @throws Failed
 */
export async function orFailed<T>(promise: Promise<T>, sentences: Partial<Record<RefusalCode, string>>): Promise<T> {
  return promise.catch((error: unknown) => {
    const refusal = asRefusal(error);
    const sentence = refusal && sentences[refusal.code];
    throw sentence ? new Failed(sentence) : error;
  });
}

/** What to tell a person about an error: a clear line where we know it, else all there is. */
export function tellTrouble(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const refusal = asRefusal(error);
  if (refusal) return tellRefusal(refusal);
  const code = 'code' in error ? String(error.code) : '';
  if (error instanceof WrongUsage || error instanceof Failed) return error.message;
  if (foreseen.has(code))
    return code.startsWith('port') || code === 'address_unavailable'
      ? `${error.message}. Set PORT or HOST to another.`
      : error.message;
  const known = databaseTrouble[code] ?? sqliteTrouble[sqliteCode(error)];
  if (known) return `${known}: ${reasonOf(error)}`;
  const file = fileTrouble[code];
  if (file && 'path' in error && typeof error.path === 'string') return `${error.path} cannot be used: ${file}.`;
  return error.stack ?? error.message;
}

/** Wrong usage where the words on the command line are to be mended; else failed. */
export function exitCodeOf(error: unknown): number {
  const isUsage = error instanceof WrongUsage || asRefusal(error)?.code === 'invalid';
  return isUsage ? exitCodes.usage : exitCodes.failed;
}

function tellRefusal({ code, fields, message }: Refusal): string {
  if (code === 'busy') return 'The database is held by another process. Try again when that has ended.';
  const { fault } = translator('en', { timeZone: 'UTC' });
  if (fields.length > 0)
    return fields.map((field) => `--${field.field}: ${sentence(fault(field, field.field))}`).join(' ');
  if (code === 'not_found') return 'There is none of this id.';
  return `Refused: ${message}.`;
}

const sentence = (words: string): string => (/[.!?]$/.test(words) ? words : `${words}.`);

function sqliteCode(error: Error): number {
  return 'errcode' in error && typeof error.errcode === 'number' ? error.errcode & 0xff : -1;
}

/** An error of several tries (IPv6, IPv4) has no message of its own. */
function reasonOf(error: Error): string {
  const told =
    error instanceof AggregateError ? error.errors.map((one) => (one as Error).message).join(', ') : error.message;
  return told.split('\n')[0] ?? told;
}

/**
 * The promise, with an error of a file told in a sentence of one's own.
 * @param sentences by the error's code; `invalidRecipient` for a key that is none.
 * @throws Failed
 */
export async function orFileTrouble<T>(
  promise: Promise<T>,
  sentences: Partial<Record<'EEXIST' | 'ENOENT' | 'invalidRecipient', string>>,
): Promise<T> {
  return promise.catch((error: unknown) => {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const sentence =
      sentences[code as keyof typeof sentences] ??
      (error instanceof Error && /recipient/i.test(error.message) ? sentences.invalidRecipient : undefined);
    throw sentence === undefined ? error : new Failed(sentence);
  });
}
