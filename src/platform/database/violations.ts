/** Whether a write failed because a row with the same unique key is already there, on either database. */
export function isUniqueViolation(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ('code' in error && error.code === '23505') return true;
  return /UNIQUE constraint failed/.test(error.message);
}
