/**
 * Why a request was refused. The code is what crosses borders (a page's bundle holds a second copy of every class, so
 * `instanceof` would lie there); the edge turns it into a status, a page or problem details in the viewer's language.
 */
export type RefusalCode =
  | 'invalid' // 422: the input; `fields` says where and why
  | 'malformed' // 400: the request itself cannot be read
  | 'unauthenticated' // 401: nobody is signed in
  | 'forbidden' // 403: signed in, and known to exist, but not allowed
  | 'not_found' // 404: unknown, or not theirs; the two look the same
  | 'gone' // 410: it was there for this viewer, and was taken away for good
  | 'conflict' // 409
  | 'too_large' // 413
  | 'limited' // 429; `retryAfterSeconds` says when to come back
  | 'busy'; // 503: the database stays locked; `retryAfterSeconds`

/** One field that cannot be taken as it is. `key` is a message key, `params` fill its placeholders. */
export interface FieldFault {
  field: string;
  key: string;
  params?: Record<string, string | number>;
}

export class Refusal extends Error {
  readonly code: RefusalCode;
  readonly fields: readonly FieldFault[];
  readonly retryAfterSeconds: number | undefined;

  constructor(code: RefusalCode, details: { fields?: readonly FieldFault[]; retryAfterSeconds?: number } = {}) {
    super(details.fields?.length ? `${code}: ${details.fields.map((fault) => fault.field).join(', ')}` : code);
    this.name = 'Refusal';
    this.code = code;
    this.fields = details.fields ?? [];
    this.retryAfterSeconds = details.retryAfterSeconds;
  }
}

/** The refusal that an unknown thrown value is, or null; by shape, since it may come from another bundle's class. */
export function asRefusal(error: unknown): Refusal | null {
  return error instanceof Error && error.name === 'Refusal' && 'code' in error ? (error as Refusal) : null;
}
