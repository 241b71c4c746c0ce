import { schemas } from './openApiSchemas.ts';
import { touchPaths, touchSchemas } from './openApiTouches.ts';

type Entry = Readonly<Record<string, unknown>>;

/** An OpenAPI 3.1 document. */
export interface OpenApi {
  readonly openapi: '3.1.0';
  readonly info: Entry;
  readonly servers: readonly Entry[];
  readonly paths: Readonly<Record<string, Entry>>;
  readonly components: Readonly<Record<string, Entry>>;
}

const problem = (description: string, headers?: Entry): Entry => ({
  description,
  ...(headers && { headers }),
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
});
const retryAfter = { 'Retry-After': { description: 'Seconds.', schema: { type: 'integer' } } };

const responses: Readonly<Record<string, Entry>> = {
  Malformed: problem('The request could not be read.'),
  Unauthenticated: problem('Nobody is signed in, or the key is unknown.'),
  Forbidden: problem('Signed in, but not allowed.'),
  NotFound: problem('Unknown, or not yours; the two look the same.'),
  Conflict: problem('The Idempotency-Key was used for something else.'),
  TooLarge: problem('More than 1 MB.'),
  Unsupported: problem('Another content type than JSON.'),
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

function refusals(...statuses: (keyof typeof codes)[]): Entry {
  return Object.fromEntries(
    statuses.map((status) => [String(status), { $ref: `#/components/responses/${codes[status]}` }]),
  );
}

const json = (schema: string): Entry => ({
  'application/json': { schema: { $ref: `#/components/schemas/${schema}` } },
});
const answer = (description: string, schema: string): Entry => ({ description, content: json(schema) });
const created = (description: string, schema: string): Entry => ({
  ...answer(description, schema),
  headers: { Location: { description: 'Where to read it.', schema: { type: 'string', format: 'uri-reference' } } },
});
const parameter = (name: string): Entry => ({ $ref: `#/components/parameters/${name}` });
const query = (name: string, schema: Entry, description: string): Entry => ({ name, in: 'query', description, schema });

const parameters: Readonly<Record<string, Entry>> = {
  Locale: query(
    'locale',
    { $ref: '#/components/schemas/Locale' },
    'Left out: the viewer’s own, then the best of Accept-Language.',
  ),
  IdempotencyKey: {
    name: 'Idempotency-Key',
    in: 'header',
    description: 'The same key with the same body is done once, for a week, and answered alike.',
    schema: { type: 'string', pattern: '^[\\x21-\\x7e]{1,200}$' },
  },
  Slug: { name: 'slug', in: 'path', required: true, schema: { type: 'string' } },
  Number: {
    name: 'number',
    in: 'path',
    required: true,
    description: '`W-2087` or `2087`.',
    schema: { type: 'string' },
  },
};

/** Whoever may call: a session, a key, or nobody at all. */
const open = [{}, { session: [] }, { key: [] }];
const customer = [{ session: [] }];

const paths: Readonly<Record<string, Entry>> = {
  '/api/v1/search': {
    get: {
      operationId: 'search',
      summary: 'Articles that answer a question',
      security: open,
      parameters: [
        { ...query('q', { type: 'string', minLength: 1, maxLength: 200 }, 'The question.'), required: true },
        parameter('Locale'),
        query('limit', { type: 'integer', minimum: 1, maximum: 50, default: 10 }, 'Hits at most.'),
        query('suggest', { type: 'string', enum: ['1'] }, 'While typing: the last word may be unfinished.'),
      ],
      responses: { 200: answer('The hits, best first, and how sure we are.', 'SearchResult'), ...refusals(401, 422) },
    },
  },
  '/api/v1/articles/{slug}': {
    get: {
      operationId: 'readArticle',
      summary: 'One article',
      security: open,
      parameters: [parameter('Slug'), parameter('Locale')],
      responses: {
        200: {
          description: 'The article; its source for `Accept: text/markdown`.',
          content: { ...json('Article'), 'text/markdown': { schema: { type: 'string' } } },
        },
        ...refusals(401, 404, 422),
      },
    },
  },
  '/api/v1/tickets': {
    get: {
      operationId: 'listTickets',
      summary: 'The customer’s own tickets, newest change first',
      security: customer,
      parameters: [query('cursor', { type: 'string' }, '`next` of the page before.')],
      responses: { 200: answer('20 tickets at most.', 'TicketList'), ...refusals(401, 403) },
    },
    post: {
      operationId: 'openTicket',
      summary: 'Asks a person',
      description:
        'Whoever is not signed in names an address, which a button behind a mailed link must confirm before anything of the ticket is shown.',
      security: open,
      parameters: [parameter('IdempotencyKey')],
      requestBody: { required: true, content: json('NewTicket') },
      responses: {
        201: created('It is stored, and goes to the company.', 'OpenedTicket'),
        ...refusals(400, 401, 403, 409, 413, 415, 422, 429, 503),
      },
    },
  },
  '/api/v1/tickets/{number}': {
    get: {
      operationId: 'readTicket',
      summary: 'One ticket with its messages, oldest first',
      security: customer,
      parameters: [parameter('Number')],
      responses: { 200: answer('The ticket.', 'Ticket'), ...refusals(401, 403, 404) },
    },
  },
  '/api/v1/tickets/{number}/messages': {
    post: {
      operationId: 'writeMessage',
      summary: 'The customer’s answer; it opens the ticket again',
      security: customer,
      parameters: [parameter('Number'), parameter('IdempotencyKey')],
      requestBody: { required: true, content: json('NewMessage') },
      responses: {
        201: created('It is stored.', 'WrittenMessage'),
        ...refusals(400, 401, 403, 404, 409, 413, 415, 422, 503),
      },
    },
  },
  ...touchPaths,
  '/api/v1/openapi.json': {
    get: {
      operationId: 'describe',
      summary: 'This description',
      security: open,
      responses: {
        200: { description: 'OpenAPI 3.1.', content: { 'application/json': { schema: { type: 'object' } } } },
      },
    },
  },
};

/**
 * The JSON interface as it is, in the words of OpenAPI 3.1.
 * @param about.server where people reach the portal; `about.title` the company's name.
 */
export function openApi(about: { server: string; title: string }): OpenApi {
  return {
    openapi: '3.1.0',
    info: {
      title: `${about.title} customer portal`,
      version: '1',
      description: 'Answers are private and not cached. Errors are problem details (RFC 9457).',
    },
    servers: [{ url: about.server }],
    paths,
    components: {
      schemas: { ...schemas, ...touchSchemas },
      parameters,
      responses,
      securitySchemes: {
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: 'waypost.session_token',
          description: 'From POST /api/auth/sign-in/email.',
        },
        key: { type: 'http', scheme: 'bearer', description: '`wp_…`, from the command `waypost key add`.' },
      },
    },
  };
}
