import { createReadStream, createWriteStream, mkdirSync } from 'node:fs';
import { open, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { fileTypeFromFile } from 'file-type';
import { authorize, isStaff, may, type Viewer } from '../accounts/index.ts';
import type { Database, Db } from '../platform/database/index.ts';
import { Refusal } from '../platform/refusal.ts';
import { instant, newId, newToken, type Runtime } from '../platform/runtime.ts';
import { hashToken } from '../platform/secrets/index.ts';
import { gatedTicket } from './tickets/visibleTickets.ts';

/** An upload that no message has taken is thrown away after so long, in milliseconds. */
const STAGED_MS = 24 * 3_600_000;
const LONGEST_NAME = 180;
/** Files of one message. */
const MOST_FILES = 5;

/** An uploaded file that waits for its message. The token is the only way to it. */
export interface StagedFile {
  token: string;
  name: string;
  size: number;
}

/** Writing end of one upload; `finish` puts it on disk, `abort` removes it. */
export interface Upload {
  stream: Writable;
  finish(): Promise<{ id: string; size: number }>;
  abort(): Promise<void>;
}

export function createAttachments({
  database,
  runtime,
  folder,
}: {
  database: Database;
  runtime: Runtime;
  folder: string;
}) {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const pathOf = (id: string): string => join(folder, id);

  /**
   * Takes one upload as a stream. Its bytes are on disk before its row is, and both before anybody is told: a crash
   * leaves at most a file that nobody knows, which `sweep` removes. The `id` it finishes with is the claiming token.
   */
  async function stage({ name }: { name: string }): Promise<Upload> {
    const id = newId(runtime);
    const token = newToken(runtime);
    const stream = createWriteStream(pathOf(id), { mode: 0o600, flags: 'wx', flush: true });
    return {
      stream,
      async finish() {
        if (!stream.closed) await once(stream.end(), 'close');
        await syncFolder(folder);
        const size = stream.bytesWritten;
        const type = (await fileTypeFromFile(pathOf(id)))?.mime ?? 'application/octet-stream';
        const row = { id, claimHash: hashToken(token), messageId: null, name: tidyName(name), type, size };
        await database.db
          .insertInto('attachment')
          .values({ ...row, createdAt: instant(runtime.now()) })
          .execute();
        return { id: token, size };
      },
      async abort() {
        stream.destroy();
        await rm(pathOf(id), { force: true });
      },
    };
  }

  /** What a form that comes back shows again: the staged files whose tokens it holds. */
  async function staged(tokens: readonly string[]): Promise<StagedFile[]> {
    if (tokens.length === 0) return [];
    const byHash = new Map(tokens.map((token) => [hashToken(token), token]));
    const rows = await unclaimed(database.db, [...byHash.keys()]);
    return rows.map(({ claimHash, name, size }) => ({ token: byHash.get(claimHash) ?? '', name, size }));
  }

  /** Throws uploads away whose form was refused: a refused request leaves nothing behind. */
  async function discard(tokens: readonly string[]): Promise<void> {
    if (tokens.length === 0) return;
    const gone = await database.db
      .deleteFrom('attachment')
      .where('claimHash', 'in', tokens.map(hashToken))
      .where('messageId', 'is', null)
      .returning('id')
      .execute();
    await Promise.all(gone.map(({ id }) => rm(pathOf(id), { force: true })));
  }

  /**
   * An upload that becomes something else than a message's file: its first bytes, at most `most` of them, after which
   * the upload is thrown away. Null for a token that is unknown, used or a day old.
   */
  async function take(token: string, most: number): Promise<{ name: string; bytes: Uint8Array } | null> {
    const [row] = await unclaimed(database.db, [hashToken(token)]);
    if (!row) return null;
    const read: Buffer[] = [];
    for await (const piece of createReadStream(pathOf(row.id), { end: most - 1 })) read.push(piece as Buffer);
    await discard([token]);
    return { name: row.name, bytes: Buffer.concat(read) };
  }

  /**
   * An upload that somebody else keeps: puts it at a path on the same disk, after which nobody here knows of it. Null for a
   * token that is unknown, used or a day old.
   */
  async function moveTo(token: string, path: string): Promise<{ name: string; size: number } | null> {
    const [row] = await unclaimed(database.db, [hashToken(token)]);
    if (!row) return null;
    await rename(pathOf(row.id), path);
    await discard([token]);
    return { name: row.name, size: row.size };
  }

  function unclaimed(db: Db, hashes: string[]) {
    return db
      .selectFrom('attachment')
      .select(['id', 'claimHash', 'name', 'size'])
      .where('claimHash', 'in', hashes)
      .where('messageId', 'is', null)
      .where('createdAt', '>', instant(runtime.now() - STAGED_MS))
      .orderBy('id')
      .execute();
  }

  /**
   * Gives staged files to a message, in its transaction.
   * @throws Refusal `invalid` when a token is unknown, used or a day old, or there are too many.
   */
  async function claim(tx: Db, messageId: string, tokens: readonly string[]): Promise<void> {
    const hashes = [...new Set(tokens)].map(hashToken);
    if (hashes.length === 0) return;
    if (hashes.length > MOST_FILES) throw fileFault('errors.tooManyFiles', { max: MOST_FILES });
    const rows = await unclaimed(tx, hashes);
    if (rows.length < hashes.length) throw fileFault('errors.fileGone');
    const ids = rows.map((row) => row.id);
    await tx.updateTable('attachment').set({ messageId }).where('id', 'in', ids).execute();
  }

  /**
   * Opens a file for whoever may read the message it hangs on; the check is made anew at each download.
   * @throws Refusal `not_found`, also for files that are not theirs.
   */
  async function download(
    viewer: Viewer,
    id: string,
  ): Promise<{ stream: Readable; name: string; type: string; size: number }> {
    const row = await database.db
      .selectFrom('attachment')
      .innerJoin('message', 'message.id', 'attachment.messageId')
      .innerJoin('ticket', 'ticket.id', 'message.ticketId')
      .select(['attachment.id', 'attachment.name', 'attachment.type', 'attachment.size'])
      .select(['message.visibility', 'ticket.personId', 'ticket.accountId', 'ticket.confirmedAt'])
      .where('attachment.id', '=', id)
      .executeTakeFirst();
    if (!(isStaff(viewer) && may(viewer, 'ticket.work') && row)) {
      authorize(viewer, 'ticket.read', row?.visibility === 'customer' ? gatedTicket(row) : null);
    }
    if (!row) throw new Refusal('not_found');
    return { stream: createReadStream(pathOf(row.id)), name: row.name, type: row.type, size: row.size };
  }

  /** Removes uploads that no message took within a day, and files without a row; the worker calls it. */
  async function sweep(): Promise<void> {
    const limit = instant(runtime.now() - STAGED_MS);
    const old = await database.db
      .deleteFrom('attachment')
      .where('messageId', 'is', null)
      .where('createdAt', '<', limit)
      .returning('id')
      .execute();
    await Promise.all(old.map(({ id }) => rm(pathOf(id), { force: true })));
    for (const id of await readdir(folder)) {
      const { mtimeMs } = await stat(pathOf(id)).catch(() => ({ mtimeMs: Infinity }));
      if (mtimeMs > runtime.now() - STAGED_MS) continue;
      const known = await database.db.selectFrom('attachment').select('id').where('id', '=', id).executeTakeFirst();
      if (!known) await rm(pathOf(id), { force: true });
    }
  }

  return { stage, staged, discard, take, moveTo, claim, download, sweep };
}

export type Attachments = ReturnType<typeof createAttachments>;

/** Makes the folder's entries durable: a file's own sync does not cover its name. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  await handle.sync().finally(() => handle.close());
}

/** A file name without its path, control characters and excess length; the stored file is never named by it. */
function tidyName(name: string): string {
  const plain = basename(name.replaceAll('\\', '/').toWellFormed())
    .replaceAll(/\p{Cc}/gu, '')
    .trim();
  return [...plain].slice(-LONGEST_NAME).join('') || 'file';
}

function fileFault(key: string, params?: Record<string, number>): Refusal {
  return new Refusal('invalid', { fields: [params ? { field: 'files', key, params } : { field: 'files', key }] });
}
