/** One log entry as a line for a person at a terminal: time, level, message, then the fields as `name=value`. */
export function prettyLine(entry: Record<string, unknown>): string {
  const { level, time, msg, err, ...fields } = entry;
  const clock = typeof time === 'string' ? time.slice(11, 23) : '';
  const parts = [clock, String(level ?? '').padEnd(5), String(msg ?? '')];
  for (const [name, value] of Object.entries(fields)) {
    parts.push(`${name}=${typeof value === 'string' && /^\S+$/.test(value) ? value : JSON.stringify(value)}`);
  }
  const line = parts.filter((part) => part !== '').join(' ');
  const stack = stackOf(err);
  return stack === null ? line : `${line}\n${stack}`;
}

function stackOf(error: unknown): string | null {
  if (error === null || typeof error !== 'object') return null;
  const { stack, message } = error as { stack?: unknown; message?: unknown };
  if (typeof stack === 'string') return stack;
  return typeof message === 'string' ? message : null;
}
