import { Park, Retry, type Job, type Queue } from '../platform/jobs/index.ts';
import { instant, newId, type Runtime } from '../platform/runtime.ts';
import type { Database, Db } from '../platform/database/index.ts';
import type { CaseRequest, Connector, ConnectorRefusal } from './connector.ts';
import type { TicketState } from './tables.ts';
import { storySentences } from './touches/sentences.ts';
import type { Timeline } from './touches/timeline.ts';
import { ticketName } from './tickets/ticketNumber.ts';

export interface DeliveryDeps {
  database: Database;
  queue: Queue;
  runtime: Runtime;
  connectors: readonly Connector[];
  timeline: Timeline;
}

/**
 * What tickets owe to the company's CRMs. Operations are queued in the transaction of their cause, one lane a ticket and
 * connector, so that each CRM sees them in our order and one ill CRM holds up no other.
 */
export function createDelivery({ database, queue, runtime, connectors, timeline }: DeliveryDeps) {
  const lane = (connector: Connector, ticketId: string): string => `case:${connector.name}:${ticketId}`;

  async function owe(tx: Db, kind: string, connector: Connector, ticketId: string, about: string): Promise<void> {
    await queue.enqueue(tx, {
      kind,
      key: `${kind}:${connector.name}:${about}`,
      subject: lane(connector, ticketId),
      payload: { connector: connector.name, ticketId, about },
    });
  }

  queue.handle('case.open', async (job, context) => {
    const { connector, ticketId } = operation(job);
    const request = await caseRequest(ticketId);
    const reference = await attempt(connector.retry.openCase.means, () => connector.openCase(request, context));
    await context.finish(async (tx) => {
      await tx
        .insertInto('caseLink')
        .values({
          id: newId(runtime),
          ticketId,
          connector: connector.name,
          ...reference,
          createdAt: instant(runtime.now()),
        })
        .onConflict((conflict) => conflict.columns(['ticketId', 'connector']).doNothing())
        .execute();
    });
  });

  queue.handle('case.message', async (job, context) => {
    const { connector, ticketId, about } = operation(job);
    const reference = await caseReference(connector, ticketId);
    const row = await database.db
      .selectFrom('message')
      .leftJoin('person', 'person.id', 'message.authorId')
      .select(['message.id', 'message.author', 'message.body', 'person.name'])
      .where('message.id', '=', about)
      .where('message.visibility', '=', 'customer')
      .executeTakeFirst();
    if (!row) throw new Park('The message is gone.');
    const message = { messageId: row.id, author: row.author, authorName: row.name ?? '', body: row.body };
    await attempt(connector.retry.appendMessage?.means, async () =>
      connector.appendMessage?.(reference, message, context),
    );
  });

  queue.handle('case.state', async (job, context) => {
    const { connector, ticketId, about } = operation(job);
    const reference = await caseReference(connector, ticketId);
    const state = about.split(':')[1] as TicketState;
    await attempt(connector.retry.setState?.means, async () => connector.setState?.(reference, state, context));
  });

  queue.handle('case.erase', async (job, context) => {
    const { connector: name, reference } = job.payload as { connector: string; reference: string };
    const connector = connectors.find((candidate) => candidate.name === name);
    if (!connector?.eraseCase) throw new Park(`“${name}” cannot erase its case ${reference} by itself. Do it there.`);
    await attempt(connector.retry.eraseCase?.means, async () => connector.eraseCase?.(reference, context));
  });

  function operation(job: Job): { connector: Connector; ticketId: string; about: string } {
    const { connector: name, ticketId, about } = job.payload as { connector: string; ticketId: string; about: string };
    const connector = connectors.find((candidate) => candidate.name === name);
    if (!connector) throw new Park(`No connector is called “${name}” any more. Configure it again, then replay.`);
    return { connector, ticketId, about };
  }

  async function caseReference(connector: Connector, ticketId: string): Promise<string> {
    const link = await database.db
      .selectFrom('caseLink')
      .select('reference')
      .where('ticketId', '=', ticketId)
      .where('connector', '=', connector.name)
      .executeTakeFirst();
    if (!link) throw new Park('The ticket has no case here yet. Replay its opening first.');
    return link.reference;
  }

  async function caseRequest(ticketId: string): Promise<CaseRequest> {
    const ticket = await database.db
      .selectFrom('ticket')
      .innerJoin('person', 'person.id', 'ticket.personId')
      .innerJoin('message', 'message.ticketId', 'ticket.id')
      .select(['ticket.number', 'ticket.subject', 'ticket.locale', 'ticket.orderNumber', 'ticket.inquiry'])
      .select(['person.name', 'person.email', 'person.verifiedAt', 'message.body'])
      .where('ticket.id', '=', ticketId)
      .where('message.visibility', '=', 'customer')
      .orderBy('message.seq')
      .executeTakeFirst();
    if (!ticket) throw new Park('The ticket is gone.');
    const story = ticket.inquiry ? storySentences(await timeline.ofInquiry(ticket.inquiry)) : [];
    return {
      ticketId,
      ticketNumber: ticketName(ticket.number),
      subject: ticket.subject,
      body: ticket.body,
      customer: { name: ticket.name, email: ticket.email, verified: ticket.verifiedAt !== null },
      locale: ticket.locale,
      orderNumber: ticket.orderNumber,
      story,
    };
  }

  return {
    /** Queues the opening of a ticket's case in every CRM. */
    async oweCase(tx: Db, ticketId: string): Promise<void> {
      for (const connector of connectors) await owe(tx, 'case.open', connector, ticketId, ticketId);
    },
    /** Queues a public message for every CRM that takes messages. Staff notes are never handed in. */
    async oweMessage(tx: Db, ticketId: string, messageId: string): Promise<void> {
      for (const connector of connectors) {
        if (connector.capabilities.appendMessage) await owe(tx, 'case.message', connector, ticketId, messageId);
      }
    },
    /** Queues a change of state for every CRM that takes states. */
    async oweState(tx: Db, ticketId: string, state: TicketState): Promise<void> {
      const about = `${newId(runtime)}:${state}`;
      for (const connector of connectors) {
        if (connector.capabilities.setState) await owe(tx, 'case.state', connector, ticketId, about);
      }
    },
    /**
     * Queues the erasing of a case whose customer was erased here, where the CRM can do it. The case's reference travels
     * with the job, since its ticket is gone by then.
     */
    async oweErasure(tx: Db, { connector, reference }: { connector: string; reference: string }): Promise<void> {
      if (!connectors.some(({ name, capabilities }) => name === connector && capabilities.eraseCase === true)) return;
      const payload = { connector, reference };
      await queue.enqueue(tx, { kind: 'case.erase', key: `case.erase:${newId(runtime)}`, payload });
    },
    /** Whether Waypost itself mails the customer: exactly one voice speaks. */
    mailsCustomer: !connectors.some((connector) => connector.mailsCustomer),
  };
}

export type Delivery = ReturnType<typeof createDelivery>;

/** Runs one verb and says what its failure means for the queue; an ambiguous one without a safe retry is parked. */
async function attempt<T>(means: string | undefined, verb: () => Promise<T>): Promise<T> {
  try {
    return await verb();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'connector_refusal') {
      const refusal = error as ConnectorRefusal;
      throw refusal.advice === 'never'
        ? new Park(refusal.message)
        : new Retry(refusal.message, refusal.retryAfterSeconds);
    }
    if (means === 'none') throw new Park(`Nobody knows whether the CRM took it: ${String(error)}`);
    throw error;
  }
}
