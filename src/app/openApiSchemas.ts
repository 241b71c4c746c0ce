/** Shapes of the JSON interface, as JSON Schema 2020-12. `test/pages/api.test.ts` holds real answers against them. */

type Schema = Readonly<Record<string, unknown>>;

const text: Schema = { type: 'string' };
const integer: Schema = { type: 'integer' };
const instant: Schema = { type: 'string', format: 'date-time', description: 'UTC with milliseconds.' };
const day: Schema = { type: ['string', 'null'], format: 'date' };
const address: Schema = { type: 'string', format: 'uri-reference' };
const textOrNull: Schema = { type: ['string', 'null'] };
const listOf = (items: Schema): Schema => ({ type: 'array', items });
const named = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });
const orNull = (schema: Schema): Schema => ({ oneOf: [schema, { type: 'null' }] });

/** An object whose every property is there, unless it is named in `optional`. */
function object(properties: Record<string, Schema>, optional: readonly string[] = []): Schema {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return { type: 'object', properties, ...(required.length > 0 && { required }) };
}

const summary = {
  number: { ...text, pattern: '^W-[0-9]+$' },
  subject: text,
  state: named('TicketState'),
  openedAt: instant,
  updatedAt: instant,
  order: { ...textOrNull, description: 'The order it is about, as the customer named it.' },
  url: { ...address, description: 'Where its customer reads it.' },
};

export const schemas: Readonly<Record<string, Schema>> = {
  Locale: { type: 'string', enum: ['en', 'zh-cn'] },
  TicketState: { type: 'string', enum: ['open', 'waiting_for_you', 'solved', 'closed'] },
  Category: object({ slug: text, title: text }),
  Problem: object(
    {
      type: { ...address, description: 'Stable: `/problems/<code>`.' },
      title: { ...text, description: 'In the language of `?locale=`, else of Accept-Language; so are all words here.' },
      status: integer,
      detail: text,
      instance: { ...text, description: 'The request, as our log names it.' },
      errors: listOf(object({ field: text, message: text })),
    },
    ['instance', 'errors'],
  ),
  Hit: object({
    slug: text,
    title: text,
    summary: text,
    excerpt: { ...text, description: 'The two lines that show best why it was found.' },
    category: named('Category'),
    score: { type: 'number', description: 'Comparable within one answer only.' },
    minutes: integer,
    checked: day,
    url: address,
  }),
  SearchResult: object({
    query: text,
    locale: named('Locale'),
    engine: text,
    degraded: {
      type: 'boolean',
      description: 'The search engine was away, and another one answered, or the database, more roughly.',
    },
    confidence: { type: 'number', minimum: 0, maximum: 1 },
    verdict: { type: 'string', enum: ['answered', 'unsure', 'none'] },
    hits: listOf(named('Hit')),
  }),
  Article: object({
    slug: text,
    locale: named('Locale'),
    url: address,
    title: text,
    summary: text,
    kind: { type: 'string', enum: ['product', 'technology', 'service', 'process', 'announcement'] },
    category: named('Category'),
    keywords: listOf(text),
    html: { ...text, description: 'Sanitised.' },
    minutes: { ...integer, description: 'To read it.' },
    checked: day,
    changedAt: instant,
    translations: listOf(object({ locale: named('Locale'), slug: text, url: address })),
    related: listOf(object({ slug: text, title: text, url: address })),
    helped: object({ yes: integer, of: integer }),
  }),
  NewTicket: object(
    {
      subject: { ...text, minLength: 1, maxLength: 200, description: 'One line.' },
      body: { ...text, minLength: 1, maxLength: 20_000 },
      email: { ...text, format: 'email', description: 'Needed unless a person with a confirmed address is signed in.' },
      name: { ...text, maxLength: 120 },
      order: { ...textOrNull, maxLength: 64 },
      inquiry: { ...textOrNull, pattern: '^[A-Za-z0-9_-]{22,64}$', description: 'The search it comes from.' },
      locale: named('Locale'),
    },
    ['email', 'name', 'order', 'inquiry', 'locale'],
  ),
  OpenedTicket: object({
    number: summary.number,
    state: named('TicketState'),
    url: summary.url,
    case: orNull(named('Case')),
  }),
  Case: object({
    connector: text,
    reference: text,
    url: { ...textOrNull, description: 'Null for customers: the address is for colleagues.' },
  }),
  TicketSummary: object(summary),
  TicketList: object({
    tickets: listOf(named('TicketSummary')),
    next: { ...textOrNull, description: 'Cursor of the next page; null on the last.' },
  }),
  Ticket: object({ ...summary, case: orNull(named('Case')), messages: listOf(named('Message')) }),
  Message: object({
    id: text,
    at: instant,
    from: { type: 'string', enum: ['customer', 'company'] },
    name: text,
    body: text,
    files: listOf(object({ name: text, type: text, size: { ...integer, description: 'Bytes.' }, url: address })),
  }),
  NewMessage: object({ body: { ...text, minLength: 1, maxLength: 20_000 } }),
  WrittenMessage: object({ id: text }),
};
