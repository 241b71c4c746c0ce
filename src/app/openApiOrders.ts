import { answer, created, customer, json, machine, parameter, query, refusals, type Entry } from './openApiWords.ts';

/** Orders and parcels in the words of OpenAPI. */
export const orderPaths: Readonly<Record<string, Entry>> = {
  '/api/v1/orders': {
    get: {
      operationId: 'listOrders',
      summary: 'The customer’s own orders, or those of the account they act in: what moves first, then the newest',
      security: customer,
      parameters: [
        query('state', { type: 'string', enum: ['moving', 'delivered', 'cancelled', 'returned'] }, 'Only these.'),
        query('find', { type: 'string', maxLength: 200 }, 'Looks into numbers, products, parcels and invoices.'),
        query('cursor', { type: 'string' }, '`next` of the page before.'),
        query('limit', { type: 'integer', minimum: 1, maximum: 100, default: 20 }, 'Orders at most.'),
      ],
      responses: { 200: answer('The orders.', 'OrderList'), ...refusals(401, 403, 422) },
    },
    post: {
      operationId: 'pushOrders',
      summary: 'Tells of many orders',
      description:
        'One order a line, 1,000 lines and 1 MB at most. Each line is answered by one, in their order; one that is refused holds up no other.',
      security: machine,
      requestBody: {
        required: true,
        content: { 'application/x-ndjson': { schema: { $ref: '#/components/schemas/ToldOrder' } } },
      },
      responses: {
        200: {
          description: 'What became of each line.',
          content: { 'application/x-ndjson': { schema: { $ref: '#/components/schemas/OrderLineAnswer' } } },
        },
        ...refusals(401, 403, 413, 415, 422, 429, 503),
      },
    },
  },
  '/api/v1/orders/{number}': {
    get: {
      operationId: 'readOrder',
      summary: 'One order with its parcels and invoices',
      security: customer,
      parameters: [parameter('OrderNumber')],
      responses: { 200: answer('The order.', 'Order'), ...refusals(401, 403, 404) },
    },
    put: {
      operationId: 'pushOrder',
      summary: 'Tells of an order, whole',
      description:
        'What it leaves out is gone, but for what partners reported of its parcels. A number belongs to the source that told of it first: keys of one name are one source.',
      security: machine,
      parameters: [parameter('OrderNumber')],
      requestBody: { required: true, content: json('ToldOrder') },
      responses: {
        200: answer('As it is stored now; an older one has changed nothing.', 'ToldOrder'),
        201: created('It is new.', 'ToldOrder'),
        ...refusals(400, 401, 403, 409, 413, 415, 422, 429, 503),
      },
    },
  },
  '/api/v1/shipments/{tracking}/events': {
    post: {
      operationId: 'reportShipmentEvent',
      summary: 'A partner reports what happened to a parcel of its carrier',
      description: 'Late, doubled and out of order: the parcel stands where its latest event in time says.',
      security: machine,
      parameters: [parameter('Tracking')],
      requestBody: { required: true, content: json('NewShipmentEvent') },
      responses: {
        202: answer('It is stored, or was before.', 'TakenShipmentEvent'),
        ...refusals(400, 401, 403, 404, 413, 415, 422, 429, 503),
      },
    },
  },
};
