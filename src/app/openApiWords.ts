/** The words of which the descriptions of the JSON interface are made: JSON Schema 2020-12 and OpenAPI 3.1. */

export type Schema = Readonly<Record<string, unknown>>;

export const text: Schema = { type: 'string' };
export const integer: Schema = { type: 'integer' };
export const instant: Schema = { type: 'string', format: 'date-time', description: 'UTC with milliseconds.' };
export const day: Schema = { type: ['string', 'null'], format: 'date' };
export const address: Schema = { type: 'string', format: 'uri-reference' };
export const textOrNull: Schema = { type: ['string', 'null'] };
export const listOf = (items: Schema): Schema => ({ type: 'array', items });
export const named = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });
export const orNull = (schema: Schema): Schema => ({ oneOf: [schema, { type: 'null' }] });

/** An object whose every property is there, unless it is named in `optional`. */
export function object(properties: Record<string, Schema>, optional: readonly string[] = []): Schema {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return { type: 'object', properties, ...(required.length > 0 && { required }) };
}

export type Entry = Readonly<Record<string, unknown>>;

const problem = (description: string, headers?: Entry): Entry => ({
  description,
  ...(headers && { headers }),
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
});
const retryAfter = { 'Retry-After': { description: 'Seconds.', schema: { type: 'integer' } } };

export const responses: Readonly<Record<string, Entry>> = {
  Malformed: problem('The request could not be read.'),
  Unauthenticated: problem('Nobody is signed in, or the key is unknown.'),
  Forbidden: problem('Signed in, but not allowed.'),
  NotFound: problem('Unknown, or not yours; the two look the same.'),
  Conflict: problem('The Idempotency-Key was used for something else, or the number is another source’s.'),
  TooLarge: problem('More than 1 MB.'),
  Unsupported: problem('Another content type than JSON, or NDJSON where it is asked for.'),
  Invalid: problem('A field cannot be taken; `errors` says which and why.'),
  Limited: problem('Too often in a short time.', retryAfter),
  Busy: problem('Nothing was stored; try again.', retryAfter),
};

const codes = {
  400: 'Malformed',
  401: 'Unauthenticated',
  403: 'Forbidden',
  404: 'NotFound',
  409: 'Conflict',
  413: 'TooLarge',
  415: 'Unsupported',
  422: 'Invalid',
  429: 'Limited',
  503: 'Busy',
} as const;

export function refusals(...statuses: (keyof typeof codes)[]): Entry {
  return Object.fromEntries(
    statuses.map((status) => [String(status), { $ref: `#/components/responses/${codes[status]}` }]),
  );
}

export const json = (schema: string): Entry => ({
  'application/json': { schema: { $ref: `#/components/schemas/${schema}` } },
});
export const answer = (description: string, schema: string): Entry => ({ description, content: json(schema) });
export const created = (description: string, schema: string): Entry => ({
  ...answer(description, schema),
  headers: { Location: { description: 'Where to read it.', schema: { type: 'string', format: 'uri-reference' } } },
});
export const parameter = (name: string): Entry => ({ $ref: `#/components/parameters/${name}` });
export const query = (name: string, schema: Entry, description: string): Entry => ({
  name,
  in: 'query',
  description,
  schema,
});

/** Whoever may call: a session, a key, or nobody at all. */
export const open = [{}, { session: [] }, { key: [] }];
export const customer = [{ session: [] }];

/** A key of the kind that may. */
export const machine = [{ key: [] }];
