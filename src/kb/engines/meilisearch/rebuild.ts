import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import type { IndexSwap } from 'meilisearch';
import { EngineUnavailable, type EngineRebuild } from '../../engine.ts';
import { NAME, refusalCode, type Connection, type Enqueue } from './connection.ts';
import { ensureIndex, isMissing, marking, markerIn, puttingIn, type IndexNames } from './indexes.ts';
import { markerQuery } from './records.ts';

/** Indexes in the making that nothing was put into for so long are nobody's any more. */
const FORGOTTEN_MS = 60_000;
const MOST_INDEXES = 1_000;

const host = createHash('sha256').update(hostname()).digest('hex').slice(0, 8);

/**
 * Builds both indexes anew beside the ones that answer, and swaps them in one step. The names of indexes in the making
 * say who makes them, so that what a killed process left behind is told from what another is at.
 */
export async function beginRebuild(
  admin: Connection,
  live: IndexNames,
  attempt: number,
  now: number,
): Promise<EngineRebuild> {
  await takeLeftoversAway(admin, live, now);
  const making = namesInTheMaking(live, attempt);
  const taken: Promise<void>[] = [];
  await remove(admin, making);
  await Promise.all([ensureIndex(admin, making.open), ensureIndex(admin, making.staff)]);
  await admin.change(marking(making, null));

  return {
    async add(documents) {
      const change = admin.change(puttingIn(making, documents));
      change.catch(() => undefined); // heard by `finish`
      taken.push(change);
      // Two batches are under way; the caller reads the next one meanwhile.
      await taken.at(-3);
    },
    async finish(position) {
      await Promise.all(taken);
      if (!(await isStillOurs(admin, making))) {
        throw new EngineUnavailable(NAME, 'lost the index in the making: somebody took it away.');
      }
      await admin.change(marking(making, position));
      await Promise.all([ensureIndex(admin, live.open), ensureIndex(admin, live.staff)]);
      // `rename` came after Meilisearch 1.12, which refuses the word.
      const swaps = [{ indexes: [live.open, making.open] }, { indexes: [live.staff, making.staff] }] as IndexSwap[];
      await admin.change([(client) => client.swapIndexes(swaps)]);
      await remove(admin, making);
    },
    async abandon() {
      await Promise.allSettled(taken);
      await remove(admin, making);
    },
  };
}

function namesInTheMaking({ open, staff }: IndexNames, attempt: number): IndexNames {
  const maker = `${host}_${process.pid}_${attempt}`;
  return { open: `${open}_new_${maker}`, staff: `${staff}_new_${maker}` };
}

/** Somebody who took our index for a leftover leaves one without the marker, made by our own next batch. */
async function isStillOurs(admin: Connection, { open, staff }: IndexNames): Promise<boolean> {
  try {
    const { results } = await admin.ask((client) =>
      client.multiSearch({ queries: [open, staff].map((indexUid) => ({ indexUid, ...markerQuery })) }),
    );
    return results.every(({ hits }) => markerIn(hits) !== null);
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

/** @throws EngineUnavailable when another process is building right now. */
async function takeLeftoversAway(admin: Connection, live: IndexNames, now: number): Promise<void> {
  const { results } = await admin.ask((client) => client.getRawIndexes({ limit: MOST_INDEXES }));
  const left: string[] = [];
  for (const { uid, updatedAt } of results) {
    const maker = makerOf(uid, live);
    if (maker === null) continue;
    if (isAtIt(maker, updatedAt, now)) throw new EngineUnavailable(NAME, 'is being built anew by another process.');
    left.push(uid);
  }
  if (left.length > 0) await admin.change(left.map(removing));
}

function makerOf(uid: string, { open, staff }: IndexNames): { host: string; pid: number } | null {
  const name = [open, staff].find((one) => uid.startsWith(`${one}_new_`));
  if (name === undefined) return null;
  const [maker = '', pid = ''] = uid.slice(`${name}_new_`.length).split('_');
  return { host: maker, pid: Number(pid) };
}

function isAtIt(maker: { host: string; pid: number }, updatedAt: string, now: number): boolean {
  if (maker.host !== host) return now - Date.parse(updatedAt) < FORGOTTEN_MS;
  // One engine of a process builds once at a time: its own earlier try is a leftover.
  return maker.pid !== process.pid && isAlive(maker.pid);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

const removing =
  (uid: string): Enqueue =>
  (client) =>
    client.deleteIndex(uid);

/** Takes both away, whichever of them there are. */
async function remove(admin: Connection, { open, staff }: IndexNames): Promise<void> {
  for (const uid of [open, staff]) {
    try {
      await admin.ask((client) => client.getRawIndex(uid));
    } catch (error) {
      if (refusalCode(error) === 'index_not_found') continue;
      throw error;
    }
    await admin.change([removing(uid)]);
  }
}
