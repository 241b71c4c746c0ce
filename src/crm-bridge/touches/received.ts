import { createHmac } from 'node:crypto';
import type { Db } from '../../platform/database/index.ts';
import { newId, type Runtime } from '../../platform/runtime.ts';
import type { NewTouch } from './touch.ts';
import type { TouchLog } from './touchLog.ts';

const ROWS_AT_ONCE = 500;

/** A touch that another system tells us of. */
export interface ReceivedTouch extends Omit<NewTouch, 'id'> {
  /** The system's name of itself, and its id of the event: the two are taken once. */
  source: string;
  eventId: string;
}

export interface Received {
  /** The touch it became, now or when it first came. */
  touchId: string;
  isNew: boolean;
}

/**
 * Writes what other systems tell, each event once for as long as its touch is kept. Of source and id only a keyed hash is
 * stored: an id may be a telephone number.
 */
export function createReceiving({ runtime, touchLog, key }: { runtime: Runtime; touchLog: TouchLog; key: Uint8Array }) {
  const hashOf = ({ source, eventId }: ReceivedTouch): string =>
    createHmac('sha256', key)
      .update(JSON.stringify([source, eventId]))
      .digest('base64url');

  return async function receive(tx: Db, events: readonly ReceivedTouch[]): Promise<Received[]> {
    const hashes = events.map(hashOf);
    const wanted = new Map<string, string>();
    for (const hash of hashes) if (!wanted.has(hash)) wanted.set(hash, newId(runtime));
    // In the order of their hashes: two batches with the same events never wait for each other in a circle.
    const claims = [...wanted].map(([hash, touchId]) => ({ hash, touchId })).sort((a, b) => (a.hash < b.hash ? -1 : 1));
    const fresh = new Set<string>();
    const known = new Map<string, string>();
    for (let at = 0; at < claims.length; at += ROWS_AT_ONCE) {
      const some = claims.slice(at, at + ROWS_AT_ONCE);
      const inserted = await tx
        .insertInto('touchEvent')
        .values(some)
        .onConflict((conflict) => conflict.column('hash').doNothing())
        .returning('hash')
        .execute();
      for (const { hash } of inserted) fresh.add(hash);
      const old = some.filter(({ hash }) => !fresh.has(hash)).map(({ hash }) => hash);
      if (old.length === 0) continue;
      const rows = await tx.selectFrom('touchEvent').selectAll().where('hash', 'in', old).execute();
      for (const { hash, touchId } of rows) known.set(hash, touchId);
    }
    const touches: NewTouch[] = [];
    const received = events.map(({ eventId: _, ...touch }, index): Received => {
      const hash = hashes[index] ?? '';
      const id = wanted.get(hash) ?? '';
      if (!fresh.delete(hash)) return { touchId: known.get(hash) ?? id, isNew: false };
      touches.push({ ...touch, id });
      return { touchId: id, isNew: true };
    });
    await touchLog.recordAllIn(tx, touches);
    return received;
  };
}
