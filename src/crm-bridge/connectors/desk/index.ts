import type { Connector } from '../../connector.ts';

/**
 * Waypost's own desk as a connector. The desk works on the ticket itself, so there is nothing to hand over but the case
 * link: the ticket is its own case.
 */
export function desk(): Connector {
  return {
    name: 'desk',
    capabilities: { appendMessage: false, setState: false },
    retry: { openCase: { means: 'client-id', windowSeconds: Infinity, lagSeconds: 0, atomic: true } },
    steers: true,
    mailsCustomer: false,
    openCase: async ({ ticketNumber }) => ({ reference: ticketNumber, url: `/staff/tickets/${ticketNumber}` }),
  };
}
