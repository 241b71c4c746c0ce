/** `GET /account/data` in the words of OpenAPI. What each room keeps grows with the rooms, so that its rows are left open. */
export const privacyPaths = {
  '/api/v1/account/data': {
    get: {
      operationId: 'readOwnData',
      summary: 'Everything that is kept about the customer, and a page of their contacts, newest first',
      security: [{ session: [] }],
      parameters: [
        { name: 'before', in: 'query', description: '`next` of the page before.', schema: { type: 'string' } },
      ],
      responses: {
        200: {
          description: 'Each kind of row under its name.',
          content: {
            'application/json': {
              schema: {
                type: 'object',
                properties: {
                  at: { type: 'string', format: 'date-time' },
                  contacts: { type: 'array', items: { type: 'object' } },
                  next: { type: ['string', 'null'] },
                },
                required: ['at', 'contacts', 'next'],
                additionalProperties: { type: 'array', items: { type: 'object' } },
              },
            },
          },
        },
        401: { $ref: '#/components/responses/Unauthenticated' },
        403: { $ref: '#/components/responses/Forbidden' },
      },
    },
  },
};
