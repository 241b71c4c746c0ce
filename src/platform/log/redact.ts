/** What stands in the place of something that must not be logged. */
const HIDDEN = '[redacted]';

/** Fields whose value is a secret whatever it looks like. `key` covers API keys; identifiers are called `id` here. */
const SECRET_FIELD =
  /authorization|cookie|passw|passphrase|secret|token|credential|signature|session|(?:^|api|access|private|subject|_|-)key$|Key$/i;

/** Objects deeper than this are cut off: a log line is no place for them, and cycles end here too. */
const MAX_DEPTH = 12;

/** Longer texts are cut: a log line is not the place for a document. Every pattern below is bounded, so a line stays cheap. */
const MAX_TEXT = 16_384;

const EMAIL = /[^\s@<>"'(),:;=/?&[\]]{1,64}(?:@|%40)[^\s@<>"'(),:;=/?&[\]]{1,253}\.[\p{L}\p{N}-]{2,}/giu;
const SCHEME = /\b(Bearer|Basic|Digest)\s+[\w\-.~+/=]+/gi;
const URL_CREDENTIALS = /\b([a-z][a-z0-9+.-]{0,20}:\/\/)[^\s/@"']{1,300}@/gi;
const QUERY_VALUE = /([?&][^\s=&?"'<>]{1,64}=)[^\s&"'<>]*/g;
const NAMED_SECRET =
  /\b([\w-]{0,40}(?:password|passwd|secret|token|api[_-]?key|authorization|set-cookie|cookie)["']?\s*[:=]\s*["']?)(?!\[redacted\])[^\s"',;&}]+/gi;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const LONG_WORD = /[\w-]{20,}/g;

/**
 * A text without what must not reach a log: e-mail addresses, the values of query strings, credentials, and words that
 * look like a random capability (a mailed link's token stands in its path). UUIDs stay: they are how lines are joined.
 */
export function redactText(text: string): string {
  const whole = text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}[cut]` : text;
  return whole
    .replace(URL_CREDENTIALS, `$1${HIDDEN}@`)
    .replace(EMAIL, '[email]')
    .replace(SCHEME, `$1 ${HIDDEN}`)
    .replace(QUERY_VALUE, `$1${HIDDEN}`)
    .replace(NAMED_SECRET, `$1${HIDDEN}`)
    .replace(LONG_WORD, (word) => (looksRandom(word) ? HIDDEN : word));
}

/** A value of any depth without what must not reach a log; the argument is left as it is. */
export function redactValue(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return redactText(value);
  if (value === null || typeof value !== 'object') return value;
  if (depth >= MAX_DEPTH) return '[too deep]';
  if (Array.isArray(value)) return value.map((entry) => redactValue(entry, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, entry]) => [
      redactText(name),
      SECRET_FIELD.test(name) && !isBlank(entry) ? HIDDEN : redactValue(entry, depth + 1),
    ]),
  );
}

function isBlank(value: unknown): boolean {
  return value === null || value === undefined || typeof value === 'boolean' || value === '';
}

/** Random base64url or hexadecimal, as against a slug, a function's name or a date. */
function looksRandom(word: string): boolean {
  if (UUID.test(word)) return false;
  if (/^[0-9a-f]{32,}$/i.test(word)) return true;
  return /[a-z]/.test(word) && /[A-Z]/.test(word) && /[0-9]/.test(word);
}
