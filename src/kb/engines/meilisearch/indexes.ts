import { z } from 'zod';
import { refusalCode, type Connection, type Enqueue } from './connection.ts';
import { markerOf, markerQuery, recordOf } from './records.ts';
import { schema, settings } from './settings.ts';
import type { SearchDocument } from '../../engine.ts';

/** Two indexes: what customers may find, and what only staff may. */
export interface IndexNames {
  open: string;
  staff: string;
}

export function namesOf(prefix: string): IndexNames {
  return { open: `${prefix}_open`, staff: `${prefix}_staff` };
}

/** Makes an index with our settings where there is none; what is there stays as it is. */
export async function ensureIndex(admin: Connection, uid: string): Promise<void> {
  try {
    await admin.ask((client) => client.getRawIndex(uid));
    return;
  } catch (error) {
    if (refusalCode(error) !== 'index_not_found') throw error;
  }
  // Settings make the index, and what is put into it names its primary key.
  await admin.change([(client) => client.index(uid).updateSettings(settings)]);
}

/** The tasks that put documents into the index of their audience, and take them out of the other. */
export function puttingIn({ open, staff }: IndexNames, documents: readonly SearchDocument[]): Enqueue[] {
  const forStaff = documents.filter(({ audience }) => audience === 'staff');
  const forOthers = documents.filter(({ audience }) => audience !== 'staff');
  return [...moving(open, staff, forOthers), ...moving(staff, open, forStaff)];
}

function moving(to: string, from: string, documents: readonly SearchDocument[]): Enqueue[] {
  if (documents.length === 0) return [];
  const [records, ids] = [documents.map(recordOf), documents.map(({ id }) => id)];
  return [
    (client) => client.index(from).deleteDocuments(ids),
    (client) => client.index(to).addDocuments(records, { primaryKey: 'id' }),
  ];
}

export function takingOut({ open, staff }: IndexNames, ids: readonly string[]): Enqueue[] {
  if (ids.length === 0) return [];
  return [open, staff].map(
    (uid): Enqueue =>
      (client) =>
        client.index(uid).deleteDocuments([...ids]),
  );
}

/** The tasks that mark both indexes; that of the staff last. */
export function marking({ open, staff }: IndexNames, position: string | null): Enqueue[] {
  return [open, staff].map(
    (uid): Enqueue =>
      (client) =>
        client.index(uid).addDocuments([markerOf(position)], { primaryKey: 'id' }),
  );
}

const marker = z.object({ schema: z.string(), position: z.string().optional() });

/** What an index's marker says, out of the answer to `markerQuery`; null when there is none. */
export function markerIn(hits: readonly unknown[]): z.output<typeof marker> | null {
  const read = marker.safeParse(hits[0]);
  return read.success ? read.data : null;
}

/**
 * How far both indexes were fed. Null when one of them is missing, was emptied, or was made with other settings. The
 * marker of the staff's index is written last: should they differ, it is the older.
 */
export async function readPosition(admin: Connection, { open, staff }: IndexNames): Promise<string | null> {
  try {
    const { results } = await admin.ask((client) =>
      client.multiSearch({ queries: [open, staff].map((indexUid) => ({ indexUid, ...markerQuery })) }),
    );
    const markers = results.map(({ hits }) => markerIn(hits));
    if (markers.length !== 2 || markers.some((one) => one?.schema !== schema || one.position === undefined))
      return null;
    return markers[1]?.position ?? null;
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

/** Whether Meilisearch refused since an index is not there, or is there without our settings. */
export function isMissing(error: unknown): boolean {
  return ['index_not_found', 'invalid_search_filter'].includes(refusalCode(error) ?? '');
}

const counts = z.object({ facetDistribution: z.object({ locale: z.record(z.string(), z.number()).optional() }) });

/** How many documents of each locale both indexes hold together. */
export async function countDocuments(admin: Connection, { open, staff }: IndexNames): Promise<Record<string, number>> {
  const { results } = await admin.ask((client) =>
    client.multiSearch({
      queries: [open, staff].map((indexUid) => ({ indexUid, q: '', limit: 0, facets: ['locale'] })),
    }),
  );
  const sums: Record<string, number> = {};
  for (const result of results) {
    for (const [locale, count] of Object.entries(counts.parse(result).facetDistribution.locale ?? {})) {
      sums[locale] = (sums[locale] ?? 0) + count;
    }
  }
  return sums;
}
