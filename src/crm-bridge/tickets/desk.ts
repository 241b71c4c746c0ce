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
import { oweMails } from './recipients.ts';
import { ticketName, ticketNumber } from './ticketNumber.ts';
import type { TicketSummary } from './customerTickets.ts';
import { alone, workableTickets } from './visibleTickets.ts';

const states = ['open', 'waiting_for_you', 'solved', 'closed'] as const satisfies readonly TicketState[];

const replyFields = z.object({
  body: paragraphs(20_000),
  files: z.array(z.string().max(64)).default([]),
  /** The ticket's state afterwards. */
  then: z.enum(['open', 'waiting_for_you', 'solved']).default('open'),
});
const MOST_ABOUT = 10;
const noteFields = replyFields.pick({ body: true, files: true });
const writtenFields = replyFields.extend({ visibility: z.enum(['customer', 'staff'], { error: 'errors.choice' }) });
const stateFields = z.object({ state: z.enum(states, { error: 'errors.unreadable' }) });
const assignFields = z.object({ assignee: optional(oneLine(64)) });

/** What colleagues do with tickets. Each verb is one transaction: its rows, its touch, and what is owed for it. */
export function createDesk({ database, queue, ...writing }: TicketWriting & { database: Database; queue: Queue }) {
  const { runtime, touchLog, delivery, attachments } = writing;

  /** One verb on one ticket: who may, what was sent, then its transaction, in which nobody else changes the ticket. */
  async function work<Fields extends z.ZodType, T>(
    { viewer, name, fields, input }: { viewer: Viewer; name: string; fields: Fields; input: unknown },
    verb: (work: { tx: Db; ticket: Ticket; staff: StaffViewer; sent: z.output<Fields> }) => Promise<T>,
  ): Promise<T> {
    authorize(viewer, 'ticket.work');
    const sent = readInput(fields, input);
    const number = ticketNumber(name);
    if (number === null) throw new Refusal('not_found');
    return database.transaction(async (tx) => {
      const found = workableTickets(viewer, tx).selectAll('ticket').where('ticket.number', '=', number);
      const ticket = await alone(found, database).executeTakeFirst();
      if (!ticket) throw new Refusal('not_found');
      return verb({ tx, ticket, staff: viewer as StaffViewer, sent });
    });
  }
  type Ticket = {
    id: string;
    number: number;
    personId: string;
    accountId: string | null;
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

  const messages = {
    /** Answers the customer, who is mailed about it in their language. The same `key` answers once. */
    async reply(viewer: Viewer, name: string, input: unknown, key: string | null): Promise<{ id: string }> {
      return work(
        { viewer, name, fields: replyFields, input },
        ({ tx, ticket, staff, sent: { body, files, then } }) => {
          const request = key
            ? { scope: `reply:${staff.personId}`, key, fingerprint: fingerprintOf([ticket.id, body, then]) }
            : null;
          return once(tx, request, runtime, async () => {
            const id = await write(tx, ticket, staff, 'customer', body);
            await attachments.claim(tx, id, files);
            await delivery.oweMessage(tx, ticket.id, id);
            await changeState(tx, ticket, then);
            const taken = {
              firstReplyAt: ticket.firstReplyAt ?? instant(runtime.now()),
              assigneeId: ticket.assigneeId ?? staff.personId,
            };
            await tx.updateTable('ticket').set(taken).where('id', '=', ticket.id).execute();
            await touch(tx, ticket, staff, 'ticket.replied', 'outbound', { message: id });
            if (delivery.mailsCustomer) {
              await oweMails(tx, queue, { kind: 'mail.replied', ticket, messageId: id, by: null });
            }
            return { id };
          });
        },
      );
    },

    /** Leaves a note for colleagues. It goes nowhere else: no mail, no CRM, no customer's page. */
    async note(viewer: Viewer, name: string, input: unknown, key: string | null): Promise<{ id: string }> {
      return work({ viewer, name, fields: noteFields, input }, ({ tx, ticket, staff, sent: { body, files } }) => {
        const request = key
          ? { scope: `note:${staff.personId}`, key, fingerprint: fingerprintOf([ticket.id, body]) }
          : null;
        return once(tx, request, runtime, async () => {
          const id = await write(tx, ticket, staff, 'staff', body);
          await attachments.claim(tx, id, files);
          await touch(tx, ticket, staff, 'ticket.noted', 'internal', { message: id });
          return { id };
        });
      });
    },
  };

  return {
    /** Tickets about an order, newest change first; ten at most. @throws Refusal `forbidden`, `unauthenticated` */
    async about(viewer: Viewer, order: string): Promise<TicketSummary[]> {
      authorize(viewer, 'ticket.work');
      const rows = await workableTickets(viewer, database.db)
        .innerJoin('person', 'person.id', 'ticket.personId')
        .select([
          'ticket.number',
          'person.name as askedBy',
          'ticket.subject',
          'ticket.state',
          'ticket.orderNumber as order',
        ])
        .select(['ticket.openedAt', 'ticket.updatedAt'])
        .where('ticket.orderNumber', '=', order)
        .orderBy('ticket.updatedAt', 'desc')
        .limit(MOST_ABOUT)
        .execute();
      return rows.map((row) => ({ ...row, number: ticketName(row.number) }));
    },

    ...messages,

    /**
     * What a form sends: a reply or a note, by its `visibility`. All that is wrong with it is told at once, also that
     * nobody chose who is to read it.
     */
    async write(viewer: Viewer, name: string, input: unknown, key: string | null): Promise<{ id: string }> {
      authorize(viewer, 'ticket.work');
      const { visibility } = readInput(writtenFields, input);
      return visibility === 'customer'
        ? messages.reply(viewer, name, input, key)
        : messages.note(viewer, name, input, key);
    },

    /** Gives the ticket to a colleague, or to nobody. */
    assign: async (viewer: Viewer, name: string, input: unknown): Promise<void> => {
      return work({ viewer, name, fields: assignFields, input }, async ({ tx, ticket, staff, sent: { assignee } }) => {
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
      return work({ viewer, name, fields: stateFields, input }, async ({ tx, ticket, staff, sent: { state } }) => {
        if (state === ticket.state) return;
        await changeState(tx, ticket, state);
        await touch(tx, ticket, staff, 'ticket.state_changed', 'internal', { from: ticket.state, to: state });
      });
    },
  };
}

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
