import type { ExpressionBuilder } from 'kysely';
import { accountsLeft, type Forgotten, type Identity, type PersonalSection } from '../accounts/index.ts';
import type { Db, Tables } from '../platform/database/index.ts';
import type { Delivery } from './delivery.ts';
import type {} from './tables.ts';
import type { SubjectKeys } from './touches/subjectKeys.ts';
import { ticketName } from './tickets/ticketNumber.ts';

/**
 * What this room keeps about somebody beside the touches: tickets, messages that customers may read, files, inquiries. Of a
 * company they have left only what they wrote themselves.
 */
export async function keptByBridge(db: Db, who: Identity): Promise<PersonalSection[]> {
  const { personIds } = who;
  if (personIds.length === 0) return [];
  const left = await accountsLeft(db, who);
  const tickets = await db
    .selectFrom('ticket')
    .select(['number', 'kind', 'state', 'subject', 'orderNumber', 'locale', 'openedAt', 'updatedAt', 'solvedAt'])
    .where('personId', 'in', personIds)
    .orderBy('openedAt')
    .execute();
  const messages = await db
    .selectFrom('message')
    .innerJoin('ticket', 'ticket.id', 'message.ticketId')
    .select(['ticket.number as ticket', 'message.author', 'message.channel', 'message.createdAt', 'message.body'])
    .where('message.visibility', '=', 'customer')
    .where((eb) => eb.or([eb('ticket.personId', 'in', personIds), eb('message.authorId', 'in', personIds)]))
    .where(writtenOrNotLeft(personIds, left))
    .orderBy('message.seq')
    .execute();
  const files = await ownFiles(db, personIds)
    .innerJoin('ticket', 'ticket.id', 'message.ticketId')
    .select([
      'ticket.number as ticket',
      'attachment.name',
      'attachment.type',
      'attachment.size',
      'attachment.createdAt',
    ])
    .where('message.visibility', '=', 'customer')
    .where(writtenOrNotLeft(personIds, left))
    .orderBy('attachment.id')
    .execute();
  const inquiries = await db
    .selectFrom('inquiry')
    .select(['locale', 'startedAt', 'lastAt', 'endedAt', 'outcome'])
    .where('personId', 'in', personIds)
    .orderBy('startedAt')
    .execute();
  const cases = await db
    .selectFrom('caseLink')
    .innerJoin('ticket', 'ticket.id', 'caseLink.ticketId')
    .select(['ticket.number as ticket', 'caseLink.connector', 'caseLink.reference', 'caseLink.createdAt'])
    .where('ticket.personId', 'in', personIds)
    .orderBy('caseLink.id')
    .execute();
  const named = <R extends { ticket: number }>(rows: R[]) =>
    rows.map((row) => ({ ...row, ticket: ticketName(row.ticket) }));
  return [
    { name: 'tickets', rows: tickets.map((row) => ({ ...row, number: ticketName(row.number) })) },
    { name: 'messages', rows: named(messages) },
    { name: 'files', rows: named(files) },
    { name: 'cases', rows: named(cases) },
    { name: 'inquiries', rows: inquiries },
  ];
}

/** The files that somebody may take along: those on their own tickets that customers may read. */
export async function filesToTake(db: Db, who: Identity): Promise<{ id: string; name: string; size: number }[]> {
  const { personIds } = who;
  if (personIds.length === 0) return [];
  const left = await accountsLeft(db, who);
  return ownFiles(db, personIds)
    .innerJoin('ticket', 'ticket.id', 'message.ticketId')
    .where(writtenOrNotLeft(personIds, left))
    .select(['attachment.id', 'attachment.name', 'attachment.size'])
    .where('message.visibility', '=', 'customer')
    .orderBy('attachment.id')
    .execute();
}

/** What others wrote in a company's tickets is no longer theirs once they have left it. */
function writtenOrNotLeft(personIds: readonly string[], left: readonly string[]) {
  return (eb: ExpressionBuilder<Tables, 'message' | 'ticket'>) => {
    if (left.length === 0) return eb.val(true);
    return eb.or([
      eb('message.authorId', 'in', personIds),
      eb('ticket.accountId', 'is', null),
      eb('ticket.accountId', 'not in', left),
    ]);
  };
}

/** Files on their tickets, and on messages that they wrote elsewhere. */
function ownFiles(db: Db, personIds: readonly string[]) {
  return db
    .selectFrom('attachment')
    .innerJoin('message', 'message.id', 'attachment.messageId')
    .where((eb) =>
      eb.or([
        eb('message.authorId', 'in', personIds),
        eb('message.ticketId', 'in', eb.selectFrom('ticket').select('id').where('personId', 'in', personIds)),
      ]),
    );
}

/**
 * Deletes tickets with all that hangs on them, what they wrote elsewhere, and the keys of their touches, whose rows stay as
 * counts. A CRM that can erase is owed it.
 */
export async function forgetInBridge(
  tx: Db,
  { personIds }: Identity,
  { keys, delivery }: { keys: SubjectKeys; delivery: Pick<Delivery, 'oweErasure'> },
): Promise<Forgotten> {
  if (personIds.length === 0) return { ids: [], files: [] };
  const ticketIds = tx.selectFrom('ticket').select('id').where('personId', 'in', personIds);
  const files = await ownFiles(tx, personIds).select('attachment.id').execute();
  await tx
    .deleteFrom('attachment')
    .where('messageId', 'in', (eb) =>
      eb
        .selectFrom('message')
        .select('id')
        .where((is) => is.or([is('ticketId', 'in', ticketIds), is('authorId', 'in', personIds)])),
    )
    .execute();
  const messages = await tx
    .deleteFrom('message')
    .where((eb) => eb.or([eb('ticketId', 'in', ticketIds), eb('authorId', 'in', personIds)]))
    .returning('id')
    .execute();
  const links = await tx
    .deleteFrom('caseLink')
    .where('ticketId', 'in', ticketIds)
    .returning(['connector', 'reference'])
    .execute();
  for (const link of links) await delivery.oweErasure(tx, link);
  const tickets = await tx.deleteFrom('ticket').where('personId', 'in', personIds).returning('id').execute();
  await tx.updateTable('ticket').set({ assigneeId: null }).where('assigneeId', 'in', personIds).execute();
  await tx.updateTable('inquiry').set({ personId: null }).where('personId', 'in', personIds).execute();
  await keys.forget(tx, personIds);
  return { ids: [...tickets, ...messages].map(({ id }) => id), files: files.map(({ id }) => id) };
}
