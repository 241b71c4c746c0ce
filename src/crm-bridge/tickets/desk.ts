import { z } from 'zod';
import { authorize, type StaffViewer, type Viewer } from '../../accounts/index.ts';
import type { Database, Db } from '../../platform/database/index.ts';
import { oneLine, optional, paragraphs, readInput } from '../../platform/fields/index.ts';
import { fingerprintOf, once } from '../../platform/idempotency/index.ts';
import type { Queue } from '../../platform/jobs/index.ts';
import { Refusal } from '../../platform/refusal.ts';
import { instant, newId } from '../../platform/runtime.ts';
import type { TicketState } from '../tables.ts';
import type { TicketWriting } from './openTicket.ts';
import { ticketName, ticketNumber } from './ticketNumber.ts';
import { workableTickets } from './visibleTickets.ts';

const states = ['open', 'waiting_for_you', 'solved', 'closed'] as const satisfies readonly TicketState[];

const replyFields = z.object({
  body: paragraphs(20_000),
  files: z.array(z.string().max(64)).default([]),
  /** The ticket's state afterwards. */
  then: z.enum(['open', 'waiting_for_you', 'solved']).default('open'),
});
const noteFields = replyFields.pick({ body: true, files: true });
const stateFields = z.object({ state: z.enum(states, { error: 'errors.unreadable' }) });
const assignFields = z.object({ assignee: optional(oneLine(64)) });

/** What colleagues do with tickets. Each verb is one transaction: its rows, its touch, and what is owed for it. */
export function createDesk({ database, queue, ...writing }: TicketWriting & { database: Database; queue: Queue }) {
  const { runtime, touchLog, delivery, attachments } = writing;

  async function work<T>(
    viewer: Viewer,
    name: string,
    verb: (tx: Db, ticket: Ticket, staff: StaffViewer) => Promise<T>,
  ): Promise<T> {
    authorize(viewer, 'ticket.work');
    const number = ticketNumber(name);
    return database.transaction(async (tx) => {
      const ticket =
        number === null
          ? undefined
          : await workableTickets(viewer, tx)
              .selectAll('ticket')
              .where('ticket.number', '=', number)
              .executeTakeFirst();
      if (!ticket) throw new Refusal('not_found');
      return verb(tx, ticket, viewer as StaffViewer);
    });
  }
  type Ticket = {
    id: string;
    number: number;
    personId: string;
    state: TicketState;
    firstReplyAt: string | null;
    assigneeId: string | null;
  };

  async function write(
    tx: Db,
    ticket: Ticket,
    staff: StaffViewer,
    visibility: 'customer' | 'staff',
    body: string,
  ): Promise<string> {
    const id = newId(runtime);
    await tx
      .insertInto('message')
      .values({
        id,
        ticketId: ticket.id,
        visibility,
        author: 'company',
        authorId: staff.personId,
        body,
        channel: 'web',
        createdAt: instant(runtime.now()),
      })
      .execute();
    return id;
  }

  async function changeState(tx: Db, ticket: Ticket, state: TicketState): Promise<void> {
    const now = instant(runtime.now());
    const ended = state === 'solved' || state === 'closed';
    await tx
      .updateTable('ticket')
      .set({ state, updatedAt: now, solvedAt: ended ? now : null })
      .where('id', '=', ticket.id)
      .execute();
    if (state !== ticket.state) await delivery.oweState(tx, ticket.id, state);
  }

  async function touch(
    tx: Db,
    ticket: Ticket,
    staff: StaffViewer,
    type: string,
    direction: 'outbound' | 'internal',
    more: object = {},
  ) {
    await touchLog.recordIn(tx, {
      type,
      channel: 'web',
      direction,
      actor: `staff:${staff.personId}`,
      personId: ticket.personId,
      body: { ticket: ticketName(ticket.number), ...more },
    });
  }

  return {
    /** Answers the customer, who is mailed about it in their language. The same `key` answers once. */
    reply: async (viewer: Viewer, name: string, input: unknown, key: string | null): Promise<{ id: string }> => {
      authorize(viewer, 'ticket.work');
      const { body, files, then } = readInput(replyFields, input);
      return work(viewer, name, (tx, ticket, staff) => {
        const request = key
          ? { scope: `reply:${staff.personId}`, key, fingerprint: fingerprintOf([ticket.id, body, files, then]) }
          : null;
        return once(tx, request, runtime, async () => {
          const id = await write(tx, ticket, staff, 'customer', body);
          await attachments.claim(tx, id, files);
          await changeState(tx, ticket, then);
          const taken = {
            firstReplyAt: ticket.firstReplyAt ?? instant(runtime.now()),
            assigneeId: ticket.assigneeId ?? staff.personId,
          };
          await tx.updateTable('ticket').set(taken).where('id', '=', ticket.id).execute();
          await touch(tx, ticket, staff, 'ticket.replied', 'outbound', { message: id });
          await delivery.oweMessage(tx, ticket.id, id);
          if (delivery.mailsCustomer) {
            await queue.enqueue(tx, {
              kind: 'mail.replied',
              key: `mail.replied:${id}`,
              subject: `mail:${ticket.id}`,
              payload: { messageId: id },
            });
          }
          return { id };
        });
      });
    },

    /** Leaves a note for colleagues. It goes nowhere else: no mail, no CRM, no customer's page. */
    note: async (viewer: Viewer, name: string, input: unknown, key: string | null): Promise<{ id: string }> => {
      authorize(viewer, 'ticket.work');
      const { body, files } = readInput(noteFields, input);
      return work(viewer, name, (tx, ticket, staff) => {
        const request = key
          ? { scope: `note:${staff.personId}`, key, fingerprint: fingerprintOf([ticket.id, body, files]) }
          : null;
        return once(tx, request, runtime, async () => {
          const id = await write(tx, ticket, staff, 'staff', body);
          await attachments.claim(tx, id, files);
          await touch(tx, ticket, staff, 'ticket.noted', 'internal', { message: id });
          return { id };
        });
      });
    },

    /** Gives the ticket to a colleague, or to nobody. */
    assign: async (viewer: Viewer, name: string, input: unknown): Promise<void> => {
      authorize(viewer, 'ticket.work');
      const { assignee } = readInput(assignFields, input);
      return work(viewer, name, async (tx, ticket, staff) => {
        if (assignee !== undefined) await requireColleague(tx, assignee);
        await tx
          .updateTable('ticket')
          .set({ assigneeId: assignee ?? null, updatedAt: instant(runtime.now()) })
          .where('id', '=', ticket.id)
          .execute();
        await touch(tx, ticket, staff, 'ticket.assigned', 'internal', { assignee: assignee ?? null });
      });
    },

    setState: async (viewer: Viewer, name: string, input: unknown): Promise<void> => {
      authorize(viewer, 'ticket.work');
      const { state } = readInput(stateFields, input);
      return work(viewer, name, async (tx, ticket, staff) => {
        if (state === ticket.state) return;
        await changeState(tx, ticket, state);
        await touch(tx, ticket, staff, 'ticket.state_changed', 'internal', { from: ticket.state, to: state });
      });
    },
  };
}

export type Desk = ReturnType<typeof createDesk>;

/** Tickets go to people who may work on them, and to nobody else. */
async function requireColleague(tx: Db, personId: string): Promise<void> {
  const row = await tx
    .selectFrom('person')
    .select('id')
    .where('id', '=', personId)
    .where('role', 'in', ['agent', 'administrator'])
    .executeTakeFirst();
  if (!row) throw new Refusal('invalid', { fields: [{ field: 'assignee', key: 'errors.unreadable' }] });
}
