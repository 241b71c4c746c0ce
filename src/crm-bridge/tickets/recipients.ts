import type { Db } from '../../platform/database/index.ts';
import type { Queue } from '../../platform/jobs/index.ts';

interface Told {
  id: string;
  personId: string;
  accountId: string | null;
}

/**
 * Owes the mails about a new message: to whoever asked, to colleagues who wrote in the ticket, and, where the asker has
 * left the company, to its owners. Whether each may read the ticket is asked again when the mail goes out.
 * @param about.by who wrote it, and is not told.
 */
export async function oweMails(
  tx: Db,
  queue: Queue,
  about: { kind: 'mail.replied' | 'mail.shared'; ticket: Told; messageId: string; by: string | null },
): Promise<void> {
  const { kind, ticket, messageId, by } = about;
  const told = await toldOf(tx, ticket);
  for (const personId of told.filter((one) => one !== by)) {
    await queue.enqueue(tx, {
      kind,
      key: `${kind}:${messageId}${personId === ticket.personId ? '' : `:${personId}`}`,
      subject: `mail:${ticket.id}`,
      payload: { messageId, personId },
    });
  }
}

async function toldOf(tx: Db, { id, personId, accountId }: Told): Promise<string[]> {
  if (accountId === null) return [personId];
  const [members, writers] = await Promise.all([
    tx
      .selectFrom('membership')
      .select(['personId', 'role', 'endedAt'])
      .where('accountId', '=', accountId)
      .where((eb) => eb.or([eb('role', '=', 'owner'), eb('personId', '=', personId)]))
      .execute(),
    tx
      .selectFrom('message')
      .select('authorId')
      .distinct()
      .where('ticketId', '=', id)
      .where('author', '=', 'customer')
      .where('visibility', '=', 'customer')
      .execute(),
  ]);
  const hasLeft = members.some((member) => member.personId === personId && member.endedAt !== null);
  const owners = members.filter((member) => member.role === 'owner' && member.endedAt === null);
  const asked = hasLeft ? owners.map((owner) => owner.personId) : [personId];
  return [...new Set([...asked, ...writers.flatMap(({ authorId }) => authorId ?? [])])];
}
