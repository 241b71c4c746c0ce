/** Errors that say what to mend in their own message. */
const foreseen = new Set([
  'configuration_faults',
  'data_folder',
  'database_newer',
  'port_in_use',
  'port_forbidden',
  'address_unavailable',
  'cannot_listen',
]);

/** What to tell a person about an error: a clear message where we know it, else all there is. */
export function wrongStart(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error ? String(error.code) : '';
  if (foreseen.has(code))
    return code.startsWith('port') || code === 'address_unavailable'
      ? `${error.message}. Set PORT or HOST to another.`
      : error.message;
  if (code === 'ECONNREFUSED' || code === 'ENOTFOUND') return `The database does not answer: ${error.message}`;
  return error.stack ?? error.message;
}
