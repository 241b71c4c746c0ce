import { sql, type Insertable } from 'kysely';
import { z } from 'zod';
import { statement, type Db } from '../../platform/database/index.ts';
import { inquiryId, oneLine, optional, paragraphs } from '../../platform/fields/index.ts';
import { instant, newId, type Runtime } from '../../platform/runtime.ts';
import type { Attachments } from '../attachments.ts';
import type { Delivery } from '../delivery.ts';
import type { MessageTable, TicketKind, TicketTable } from '../tables.ts';
import type { TouchLog } from '../touches/touchLog.ts';
import { ticketName } from './ticketNumber.ts';

const FIRST_NUMBER = 2001;

/** What a customer writes to open a ticket. */
export const ticketFields = z.object({
  subject: oneLine(200),
  body: paragraphs(20_000),
  order: optional(oneLine(64)),
  inquiry: optional(inquiryId()),
  files: z.array(z.string().max(64)).default([]),
});

export interface NewTicket extends z.output<typeof ticketFields> {
  personId: string;
  /** The company's account it belongs to; left out: it is the asker's alone. */
  accountId?: string | null;
  /** Whether the person's address is proven; the customer sees nothing of the ticket before. */
  confirmed: boolean;
  locale: string;
  kind?: TicketKind;
  channel: 'web' | 'api' | 'mail';
  actor: string;
  /** Who wrote it, where that is not the customer: the colleague who acts for them. */
  authorId?: string | null;
}

export interface OpenedTicket {
  ticketId: string;
  messageId: string;
  /** As people read it: `W-2087`. */
  number: string;
}

export interface TicketWriting {
  runtime: Runtime;
  touchLog: TouchLog;
  delivery: Delivery;
  attachments: Attachments;
}

/**
 * Writes a ticket in the caller's transaction: its number, first message and files, the inquiry's end, the touch, and
 * what is owed to each CRM.
 */
export async function openTicket(tx: Db, deps: TicketWriting, ticket: NewTicket): Promise<OpenedTicket> {
  const { runtime, touchLog, delivery, attachments } = deps;
  const now = instant(runtime.now());
  const ticketId = newId(runtime);
  const messageId = newId(runtime);
  const number = await nextNumber(tx);
  await insertTicket(tx, {
    id: ticketId,
    number,
    personId: ticket.personId,
    accountId: ticket.accountId ?? null,
    kind: ticket.kind ?? 'question',
    state: 'open',
    subject: ticket.subject,
    locale: ticket.locale,
    orderNumber: ticket.order ?? null,
    inquiry: ticket.inquiry ?? null,
    assigneeId: null,
    confirmedAt: ticket.confirmed ? now : null,
    openedAt: now,
    updatedAt: now,
    firstReplyAt: null,
    solvedAt: null,
  });
  await insertMessage(tx, {
    id: messageId,
    ticketId,
    visibility: 'customer',
    author: 'customer',
    authorId: ticket.authorId ?? ticket.personId,
    body: ticket.body,
    channel: ticket.channel,
    createdAt: now,
  });
  await attachments.claim(tx, messageId, ticket.files);
  await touchLog.recordIn(tx, {
    type: 'ticket.opened',
    channel: ticket.channel,
    direction: 'inbound',
    actor: ticket.actor,
    personId: ticket.personId,
    inquiry: ticket.inquiry ?? null,
    endsInquiry: 'escalated',
    locale: ticket.locale,
    body: { ticket: ticketName(number), subject: ticket.subject },
  });
  await delivery.oweCase(tx, ticketId);
  return { ticketId, messageId, number: ticketName(number) };
}

async function nextNumber(tx: Db): Promise<number> {
  const { rows } = await countTicket(tx, { first: FIRST_NUMBER });
  if (!rows[0]) throw new Error('The counter of tickets gave no number.');
  return rows[0].value;
}

const insertTicket = statement((tx, row: TicketTable) => tx.insertInto('ticket').values(row));

const insertMessage = statement((tx, row: Insertable<MessageTable>) => tx.insertInto('message').values(row));

const countTicket = statement((tx, { first }: { first: number }) =>
  tx
    .insertInto('counter')
    .values({ name: 'ticket', value: first })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value: sql`counter.value + 1` }))
    .returning('value'),
);
