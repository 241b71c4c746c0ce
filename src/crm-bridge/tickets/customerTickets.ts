import { z } from 'zod';
import { authorize, may, customerActor, type Viewer } from '../../accounts/index.ts';
import type { Database, Db } from '../../platform/database/index.ts';
import { paragraphs, readInput } from '../../platform/fields/index.ts';
import { fingerprintOf, once } from '../../platform/idempotency/index.ts';
import type { Queue } from '../../platform/jobs/index.ts';
import { Refusal } from '../../platform/refusal.ts';
import { instant, newId } from '../../platform/runtime.ts';
import type { CaseLinkTable, TicketState } from '../tables.ts';
import type { TicketWriting } from './openTicket.ts';
import { oweMails } from './recipients.ts';
import { threadOf, type MessageView } from './thread.ts';
import { ticketName, ticketNumber } from './ticketNumber.ts';
import { alone, gatedTicket, listedTickets, visibleTickets } from './visibleTickets.ts';

const PAGE = 20;
const MOST_ABOUT = 10;

/** A ticket in the customer's list. */
export interface TicketSummary {
  number: string;
  /** Who asked it, where that was not the reader but a colleague; null: the reader did. */
  askedBy: string | null;
  subject: string;
  state: TicketState;
  openedAt: string;
  updatedAt: string;
  order: string | null;
}

/** A ticket as its customer reads it; staff notes are no part of it. */
export interface TicketView extends TicketSummary {
  /** The case in the company's CRM. `url` is null for customers: the address is for colleagues. */
  case: Pick<CaseLinkTable, 'connector' | 'reference' | 'url'> | null;
  /** The company's account it belongs to; null: only whoever asked reads it. */
  account: { id: string; name: string } | null;
  /** Whether the reader may write in it. */
  mayAnswer: boolean;
  assignee: string | null;
  messages: MessageView[];
}

const answerFields = z.object({
  body: paragraphs(20_000, 'errors.required.reply'),
  files: z.array(z.string().max(64)).default([]),
});

/** What customers do with their own tickets and their company's. */
export function createCustomerTickets({
  database,
  queue,
  ...writing
}: TicketWriting & { database: Database; queue: Queue }) {
  const { runtime, touchLog, delivery, attachments } = writing;

  function named(viewer: Viewer, name: string, db: Db) {
    return visibleTickets(viewer, db)
      .selectAll('ticket')
      .where('ticket.number', '=', ticketNumber(name) ?? -1);
  }

  /** The ticket a customer may answer, held until the transaction ends. */
  async function answerable(viewer: Viewer, name: string, tx: Db) {
    const row = await alone(named(viewer, name, tx), database).executeTakeFirst();
    authorize(viewer, 'ticket.answer', gatedTicket(row));
    if (!row || viewer.kind !== 'person') throw new Refusal('not_found');
    return { row, personId: viewer.personId };
  }

  return {
    /** The tickets of where the viewer acts, newest change first, 20 a page. */
    async list(viewer: Viewer, before?: string): Promise<{ tickets: TicketSummary[]; next: string | null }> {
      authorize(viewer, 'ticket.list');
      let query = listedTickets(viewer, database.db)
        .innerJoin('person', 'person.id', 'ticket.personId')
        .select([
          ...(['ticket.id', 'ticket.number', 'ticket.subject', 'ticket.state', 'ticket.personId'] as const),
          ...(['ticket.openedAt', 'ticket.updatedAt', 'ticket.orderNumber', 'person.name as askerName'] as const),
        ]);
      const [at, id] = before?.split('~') ?? [];
      if (at && id)
        query = query.where((eb) => eb(eb.refTuple('ticket.updatedAt', 'ticket.id'), '<', eb.tuple(at, id)));
      const rows = await query
        .orderBy('ticket.updatedAt', 'desc')
        .orderBy('ticket.id', 'desc')
        .limit(PAGE + 1)
        .execute();
      const page = rows.slice(0, PAGE);
      const last = page.at(-1);
      return {
        tickets: page.map((row) => summary(row, viewer)),
        next: rows.length > PAGE && last ? `${last.updatedAt}~${last.id}` : null,
      };
    },

    /** The viewer's tickets about an order, newest change first; ten at most. */
    async about(viewer: Viewer, order: string): Promise<TicketSummary[]> {
      const rows = await visibleTickets(viewer, database.db)
        .innerJoin('person', 'person.id', 'ticket.personId')
        .select(['ticket.id', 'ticket.number', 'ticket.subject', 'ticket.state', 'ticket.personId'])
        .select(['ticket.openedAt', 'ticket.updatedAt', 'ticket.orderNumber', 'person.name as askerName'])
        .where('ticket.orderNumber', '=', order)
        .orderBy('ticket.updatedAt', 'desc')
        .orderBy('ticket.id', 'desc')
        .limit(MOST_ABOUT)
        .execute();
      return rows.map((row) => summary(row, viewer));
    },

    /** @throws Refusal `not_found`, the same for a stranger's ticket and an unknown number. */
    async read(viewer: Viewer, name: string): Promise<TicketView> {
      const row = await named(viewer, name, database.db)
        .innerJoin('person', 'person.id', 'ticket.personId')
        .select('person.name as askerName')
        .executeTakeFirst();
      authorize(viewer, 'ticket.read', gatedTicket(row));
      if (!row) throw new Refusal('not_found');
      const [messages, link, assignee, account] = await Promise.all([
        threadOf(database.db, row.id, 'customer'),
        database.db
          .selectFrom('caseLink')
          .select(['connector', 'reference'])
          .where('ticketId', '=', row.id)
          .orderBy('id')
          .executeTakeFirst(),
        row.assigneeId === null
          ? undefined
          : database.db.selectFrom('person').select('name').where('id', '=', row.assigneeId).executeTakeFirst(),
        row.accountId === null
          ? undefined
          : database.db.selectFrom('account').select(['id', 'name']).where('id', '=', row.accountId).executeTakeFirst(),
      ]);
      return {
        ...summary(row, viewer),
        account: account ?? null,
        mayAnswer: may(viewer, 'ticket.answer', gatedTicket(row)),
        case: link ? { ...link, url: null } : null,
        assignee: assignee?.name ?? null,
        messages,
      };
    },

    /**
     * Adds the customer's answer; a solved or waiting ticket is open again.
     * @param key the form's or client's idempotency key: the same one answers once.
     * @returns the message's id.
     */
    async answer(
      viewer: Viewer,
      name: string,
      input: unknown,
      key: string | null,
      channel: 'web' | 'api' = 'web',
    ): Promise<{ id: string }> {
      return database.transaction(async (tx) => {
        const { row, personId } = await answerable(viewer, name, tx);
        const { body, files } = readInput(answerFields, input);
        const request = key ? { scope: `answer:${personId}`, key, fingerprint: fingerprintOf([row.id, body]) } : null;
        return once(tx, request, runtime, async () => {
          const now = instant(runtime.now());
          const id = newId(runtime);
          await tx
            .insertInto('message')
            .values({
              id,
              ticketId: row.id,
              visibility: 'customer',
              author: 'customer',
              authorId: writerOf(viewer) ?? personId,
              body,
              channel,
              createdAt: now,
            })
            .execute();
          await attachments.claim(tx, id, files);
          const reopened = row.state !== 'open';
          await tx
            .updateTable('ticket')
            .set({ state: 'open', solvedAt: null, updatedAt: now })
            .where('id', '=', row.id)
            .execute();
          await touchLog.recordIn(tx, {
            type: 'ticket.answered',
            channel,
            direction: 'inbound',
            actor: customerActor(viewer),
            personId,
            body: { ticket: ticketName(row.number), message: id, ...(reopened && { reopenedFrom: row.state }) },
          });
          await delivery.oweMessage(tx, row.id, id);
          if (reopened) await delivery.oweState(tx, row.id, 'open');
          const about = { kind: 'mail.shared', ticket: row, messageId: id, by: personId } as const;
          if (delivery.mailsCustomer && row.accountId !== null) await oweMails(tx, queue, about);
          return { id };
        });
      });
    },

    /** The customer says that it is solved. Saying it twice changes nothing. */
    async solve(viewer: Viewer, name: string): Promise<void> {
      await database.transaction(async (tx) => {
        const { row, personId } = await answerable(viewer, name, tx);
        if (row.state === 'solved' || row.state === 'closed') return;
        const now = instant(runtime.now());
        await tx
          .updateTable('ticket')
          .set({ state: 'solved', solvedAt: now, updatedAt: now })
          .where('id', '=', row.id)
          .execute();
        await touchLog.recordIn(tx, {
          type: 'ticket.solved',
          channel: 'web',
          direction: 'inbound',
          actor: customerActor(viewer),
          personId,
          body: { ticket: ticketName(row.number) },
        });
        await delivery.oweState(tx, row.id, 'solved');
      });
    },
  };
}

/** Who writes: the person, or the colleague who acts for them. */
function writerOf(viewer: Viewer): string | null {
  return viewer.kind === 'person' ? (viewer.actedBy?.personId ?? viewer.personId) : null;
}

function summary(
  row: {
    number: number;
    personId: string;
    askerName: string;
    subject: string;
    state: TicketState;
    openedAt: string;
    updatedAt: string;
    orderNumber: string | null;
  },
  viewer: Viewer,
): TicketSummary {
  const { number, subject, state, openedAt, updatedAt, orderNumber } = row;
  const askedBy = viewer.kind === 'person' && viewer.personId === row.personId ? null : row.askerName;
  return { number: ticketName(number), askedBy, subject, state, openedAt, updatedAt, order: orderNumber };
}
