import { createHash } from 'node:crypto';
import { z } from 'zod';
import { refusalCode, type Connection } from './connection.ts';
import type { IndexNames } from './indexes.ts';

/** The keys of the searches: each may search one index and nothing else. Undefined on a server without keys. */
export interface SearchKeys {
  open: string | undefined;
  staff: string | undefined;
}

const answer = z.object({ key: z.string().min(1) });

/** Finds the keys, or makes them: the key of the public index cannot name the index of the staff. */
export async function searchKeys(admin: Connection, { open, staff }: IndexNames): Promise<SearchKeys> {
  return { open: await keyOf(admin, open), staff: await keyOf(admin, staff) };
}

async function keyOf(admin: Connection, index: string): Promise<string> {
  const uid = keyUid(index);
  try {
    return answer.parse(await admin.ask((client) => client.getKey(uid))).key;
  } catch (error) {
    if (refusalCode(error) !== 'api_key_not_found') throw error;
  }
  const wanted = { uid, name: `Waypost: searches in ${index}`, actions: ['search'], indexes: [index], expiresAt: null };
  try {
    return answer.parse(await admin.ask((client) => client.createKey(wanted))).key;
  } catch (error) {
    // Another process was quicker.
    if (refusalCode(error) !== 'api_key_already_exists') throw error;
    return answer.parse(await admin.ask((client) => client.getKey(uid))).key;
  }
}

/** Always the same for an index, in the form of a UUID of version 4, which is what Meilisearch takes. */
export function keyUid(index: string): string {
  const digits = createHash('sha256').update(`waypost search key: ${index}`).digest('hex');
  return [
    digits.slice(0, 8),
    digits.slice(8, 12),
    `4${digits.slice(13, 16)}`,
    `8${digits.slice(17, 20)}`,
    digits.slice(20, 32),
  ].join('-');
}
