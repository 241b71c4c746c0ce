import type { StateLook, TicketState } from './views.ts';

const looks: Record<TicketState, StateLook> = {
  open: 'info',
  waiting_for_you: 'waiting',
  solved: 'ok',
  closed: 'plain',
};

/** How a ticket's state looks, the same for customers and staff; only the words differ. */
export function ticketStateLook(state: TicketState): StateLook {
  return looks[state];
}
