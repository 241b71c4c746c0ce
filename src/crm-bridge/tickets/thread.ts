import type { Db } from '../../platform/database/index.ts';

/** A file that hangs on a message. */
export interface AttachmentView {
  id: string;
  name: string;
  type: string;
  /** Bytes. */
  size: number;
}

/** A message as its readers see it. */
export interface MessageView {
  id: string;
  at: string;
  from: 'customer' | 'company';
  visibility: 'customer' | 'staff';
  name: string;
  authorId: string | null;
  channel: string;
  body: string;
  attachments: AttachmentView[];
}

/**
 * A ticket's messages, oldest first.
 * @param readers `customer` leaves staff notes out in the query itself.
 */
export async function threadOf(db: Db, ticketId: string, readers: 'customer' | 'staff'): Promise<MessageView[]> {
  let query = db
    .selectFrom('message')
    .leftJoin('person', 'person.id', 'message.authorId')
    .select(['message.id', 'message.createdAt', 'message.author', 'message.visibility', 'message.authorId'])
    .select(['message.channel', 'message.body', 'person.name'])
    .where('message.ticketId', '=', ticketId);
  if (readers === 'customer') query = query.where('message.visibility', '=', 'customer');
  const rows = await query.orderBy('message.seq').execute();
  const files = await attachmentsOf(
    db,
    rows.map((row) => row.id),
  );
  return rows.map((row) => ({
    id: row.id,
    at: row.createdAt,
    from: row.author,
    visibility: row.visibility,
    name: row.name ?? '',
    authorId: row.authorId,
    channel: row.channel,
    body: row.body,
    attachments: files.get(row.id) ?? [],
  }));
}

async function attachmentsOf(db: Db, messageIds: string[]): Promise<Map<string, AttachmentView[]>> {
  const byMessage = new Map<string, AttachmentView[]>();
  if (messageIds.length === 0) return byMessage;
  const rows = await db
    .selectFrom('attachment')
    .select(['id', 'messageId', 'name', 'type', 'size'])
    .where('messageId', 'in', messageIds)
    .orderBy('id')
    .execute();
  for (const { messageId, ...file } of rows) {
    if (messageId === null) continue;
    byMessage.set(messageId, [...(byMessage.get(messageId) ?? []), file]);
  }
  return byMessage;
}
