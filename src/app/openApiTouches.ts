type Entry = Readonly<Record<string, unknown>>;

const text: Entry = { type: 'string' };
const one = (...values: string[]): Entry => ({ type: 'string', enum: values });
const schema = (name: string): Entry => ({ $ref: `#/components/schemas/${name}` });
const content = (type: string, name: string): Entry => ({ [type]: { schema: schema(name) } });
const refused = (name: string): Entry => ({ $ref: `#/components/responses/${name}` });

/** `POST /api/v1/touches`. */
export const touchPaths: Readonly<Record<string, Entry>> = {
  '/api/v1/touches': {
    post: {
      operationId: 'receiveTouches',
      summary: 'Contacts with customers that another system knows of',
      description:
        'CloudEvents 1.0: one event (application/cloudevents+json, or application/json) or up to 1,000 (application/cloudevents-batch+json). What is answered as stored is on disk. The same `source` and `id` is stored once for as long as its touch is kept, so a batch may be sent again whole. In a batch one event that cannot be taken keeps no other out: each has its own answer, in the order of the events.',
      security: [{ key: [] }],
      requestBody: {
        required: true,
        content: {
          ...content('application/cloudevents+json', 'TouchEvent'),
          'application/cloudevents-batch+json': {
            schema: { type: 'array', items: schema('TouchEvent'), maxItems: 1_000 },
          },
          ...content('application/json', 'TouchEvent'),
        },
      },
      responses: {
        200: {
          description: 'One event that was known already, or a batch of which every event is stored now.',
          content: { 'application/json': { schema: { oneOf: [schema('ReceivedTouch'), schema('ReceivedTouches')] } } },
        },
        201: { description: 'One event, stored now.', content: content('application/json', 'ReceivedTouch') },
        207: {
          description: 'A batch of which some events were refused; their `errors` say why. The others are stored.',
          content: content('application/json', 'ReceivedTouches'),
        },
        400: refused('Malformed'),
        401: refused('Unauthenticated'),
        403: refused('Forbidden'),
        413: refused('TooLarge'),
        415: refused('Unsupported'),
        422: refused('Invalid'),
        503: refused('Busy'),
      },
    },
  },
};

const answer = {
  id: { type: ['string', 'null'], description: 'The event’s own.' },
  result: { ...one('stored', 'known', 'refused'), description: '`known`: it came before.' },
  touch: { type: ['string', 'null'], format: 'uuid', description: 'Its id in the log; null for a refused one.' },
};

export const touchSchemas: Readonly<Record<string, Entry>> = {
  TouchEvent: {
    type: 'object',
    description:
      'A CloudEvent. Everything outside of `data` and `subject` is stored in the clear and stays when a person is erased: it must say nothing of anybody. Attributes that are not named here are left out.',
    required: ['specversion', 'id', 'source', 'type'],
    properties: {
      specversion: { const: '1.0' },
      id: { ...text, maxLength: 200, description: 'Of the event, within its source. Only a hash of it is kept.' },
      source: { ...text, format: 'uri-reference', maxLength: 300, description: 'The system; not `portal`.' },
      type: {
        ...text,
        pattern: '^[A-Za-z][\\w-]*(\\.[\\w-]+)+$',
        maxLength: 120,
        description:
          'Dotted, past tense: `call.logged`. Types nobody here knows are kept and shown as they are called, with the words of their data.',
      },
      time: { ...text, format: 'date-time', description: 'When it happened; not in the future. Left out: now.' },
      subject: {
        ...text,
        maxLength: 254,
        description:
          'The customer: an e-mail address, or a person’s id of ours. An address nobody has proven becomes a guest. Left out: a stranger.',
      },
      channel: one('web', 'mail', 'phone', 'sms', 'chat', 'shop', 'post', 'fax', 'partner', 'api'),
      direction: { ...one('inbound', 'outbound', 'internal'), default: 'inbound' },
      sourcekind: {
        ...one('channel', 'transaction', 'outbound', 'second_hand', 'research'),
        default: 'channel',
        description: 'How it is known.',
      },
      actor: { ...text, description: '`customer`, `system` or `staff:<person id>`; left out: the key.' },
      inquiry: { ...text, pattern: '^[A-Za-z0-9_-]{22,64}$', description: 'The inquiry it belongs to.' },
      campaign: { ...text, maxLength: 80 },
      place: { ...text, maxLength: 80, description: 'A shop, a stand: no customer’s place.' },
      data: { description: 'What was said, up to 16,000 characters of JSON; stored encrypted.' },
    },
  },
  ReceivedTouch: { type: 'object', required: Object.keys(answer), properties: answer },
  ReceivedTouches: {
    type: 'object',
    required: ['stored', 'known', 'refused', 'events'],
    properties: {
      stored: { type: 'integer' },
      known: { type: 'integer' },
      refused: { type: 'integer' },
      events: {
        type: 'array',
        items: {
          type: 'object',
          required: ['index', ...Object.keys(answer)],
          properties: {
            index: { type: 'integer', description: 'Of the event in the batch, from 0.' },
            ...answer,
            errors: {
              type: 'array',
              items: {
                type: 'object',
                required: ['field', 'message'],
                properties: { field: text, message: text },
              },
            },
          },
        },
      },
    },
  },
};
