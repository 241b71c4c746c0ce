import { orderPaths } from './openApiOrders.ts';
import { schemas } from './openApiSchemas.ts';
import { privacyPaths } from './openApiPrivacy.ts';
import { touchPaths, touchSchemas } from './openApiTouches.ts';
import {
  answer,
  created,
  customer,
  json,
  open,
  parameter,
  query,
  refusals,
  responses,
  type Entry,
} from './openApiWords.ts';

/** An OpenAPI 3.1 document. */
export interface OpenApi {
  readonly openapi: '3.1.0';
  readonly info: Entry;
  readonly servers: readonly Entry[];
  readonly paths: Readonly<Record<string, Entry>>;
  readonly components: Readonly<Record<string, Entry>>;
}

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
  OrderNumber: {
    name: 'number',
    in: 'path',
    required: true,
    description: 'As the customer knows it; case, spaces and dashes do not matter.',
    schema: { type: 'string', maxLength: 64 },
  },
  Tracking: { name: 'tracking', in: 'path', required: true, schema: { type: 'string', maxLength: 100 } },
  Number: {
    name: 'number',
    in: 'path',
    required: true,
    description: '`W-2087` or `2087`.',
    schema: { type: 'string' },
  },
};

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
      summary: 'The customer’s tickets, or those of the account they act in, newest change first',
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
  ...privacyPaths,
  ...touchPaths,
  ...orderPaths,
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
