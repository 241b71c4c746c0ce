import { z } from 'zod';
import { authorize, customerActor, type Viewer } from '../../accounts/index.ts';
import type { Database, Db } from '../../platform/database/index.ts';
import { paragraphs, readInput } from '../../platform/fields/index.ts';
import { fingerprintOf, once } from '../../platform/idempotency/index.ts';
import { Refusal } from '../../platform/refusal.ts';
import { instant, newId } from '../../platform/runtime.ts';
import type { CaseLinkTable, TicketState } from '../tables.ts';
import type { TicketWriting } from './openTicket.ts';
import { threadOf, type MessageView } from './thread.ts';
import { ticketName, ticketNumber } from './ticketNumber.ts';
import { alone, visibleTickets } from './visibleTickets.ts';

const PAGE = 20;
const MOST_ABOUT = 10;

/** A ticket in the customer's list. */
export interface TicketSummary {
  number: string;
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
  assignee: string | null;
  messages: MessageView[];
}

const answerFields = z.object({
  body: paragraphs(20_000, 'errors.required.reply'),
  files: z.array(z.string().max(64)).default([]),
});

/** What customers do with their own tickets. */
export function createCustomerTickets({ database, ...writing }: TicketWriting & { database: Database }) {
  const { runtime, touchLog, delivery, attachments } = writing;

  function named(viewer: Viewer, name: string, db: Db) {
    return visibleTickets(viewer, db)
      .selectAll('ticket')
      .where('ticket.number', '=', ticketNumber(name) ?? -1);
  }

  /** The ticket a customer may answer, held until the transaction ends. */
  async function answerable(viewer: Viewer, name: string, tx: Db) {
    const row = await alone(named(viewer, name, tx), database).executeTakeFirst();
    authorize(viewer, 'ticket.answer', gated(row));
    if (!row) throw new Refusal('not_found');
    return row;
  }

  function gated(row: { personId: string; confirmedAt: string | null } | undefined) {
    return row ? { personId: row.personId, confirmed: row.confirmedAt !== null } : null;
  }

  return {
    /** The viewer's tickets, newest change first, 20 a page. */
    async list(viewer: Viewer, before?: string): Promise<{ tickets: TicketSummary[]; next: string | null }> {
      authorize(viewer, 'ticket.list');
      let query = visibleTickets(viewer, database.db).select([
        ...(['ticket.id', 'ticket.number', 'ticket.subject', 'ticket.state'] as const),
        ...(['ticket.openedAt', 'ticket.updatedAt', 'ticket.orderNumber'] as const),
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
      return { tickets: page.map(summary), next: rows.length > PAGE && last ? `${last.updatedAt}~${last.id}` : null };
    },

    /** The viewer's tickets about an order, newest change first; ten at most. */
    async about(viewer: Viewer, order: string): Promise<TicketSummary[]> {
      const rows = await visibleTickets(viewer, database.db)
        .select(['ticket.id', 'ticket.number', 'ticket.subject', 'ticket.state'])
        .select(['ticket.openedAt', 'ticket.updatedAt', 'ticket.orderNumber'])
        .where('ticket.orderNumber', '=', order)
        .orderBy('ticket.updatedAt', 'desc')
        .orderBy('ticket.id', 'desc')
        .limit(MOST_ABOUT)
        .execute();
      return rows.map(summary);
    },

    /** @throws Refusal `not_found`, the same for a stranger's ticket and an unknown number. */
    async read(viewer: Viewer, name: string): Promise<TicketView> {
      const row = await named(viewer, name, database.db).executeTakeFirst();
      authorize(viewer, 'ticket.read', gated(row));
      if (!row) throw new Refusal('not_found');
      const [messages, link, assignee] = await Promise.all([
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
      ]);
      return {
        ...summary(row),
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
        const row = await answerable(viewer, name, tx);
        const { personId } = row;
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
          return { id };
        });
      });
    },

    /** The customer says that it is solved. Saying it twice changes nothing. */
    async solve(viewer: Viewer, name: string): Promise<void> {
      await database.transaction(async (tx) => {
        const row = await answerable(viewer, name, tx);
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
          personId: row.personId,
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

function summary(row: {
  number: number;
  subject: string;
  state: TicketState;
  openedAt: string;
  updatedAt: string;
  orderNumber: string | null;
}): TicketSummary {
  const { number, subject, state, openedAt, updatedAt, orderNumber } = row;
  return { number: ticketName(number), subject, state, openedAt, updatedAt, order: orderNumber };
}
