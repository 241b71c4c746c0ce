import { z } from 'zod';
import type { Database } from '../platform/database/index.ts';
import { oneLine, optional, readInput } from '../platform/fields/index.ts';
import { Refusal } from '../platform/refusal.ts';
import { instant, newId, newToken, type Runtime } from '../platform/runtime.ts';
import { hashToken } from '../platform/secrets/index.ts';
import { isId } from './input.ts';
import { authorizeAccess, type Authority } from './operator.ts';
import type { KeyViewer } from './viewer.ts';

const PREFIX = 'wp_';

export interface KeyInput {
  role: 'system' | 'partner';
  name: string;
  /** The carrier whose shipments a partner may speak about. */
  carrier?: string | null;
}

export interface KeyRow {
  id: string;
  role: 'system' | 'partner';
  name: string;
  carrier: string | null;
  createdAt: string;
  revokedAt: string | null;
}

const keyInput = z.object({
  role: z.enum(['system', 'partner'], { error: 'errors.choice' }),
  name: oneLine(80),
  carrier: optional(oneLine(80)),
});

/** Machines' keys. A key is shown once, when it is made; only its hash is kept. */
export function createKeys({ database, runtime }: { database: Database; runtime: Runtime }) {
  return {
    /** @returns the key itself, for the only time. @throws Refusal `invalid`, `forbidden`, `unauthenticated` */
    async addKey(by: Authority, input: KeyInput): Promise<{ id: string; key: string }> {
      authorizeAccess(by);
      const { role, name, carrier } = readInput(keyInput, input);
      const id = newId(runtime);
      const key = PREFIX + newToken(runtime);
      const createdAt = instant(runtime.now());
      await database.db
        .insertInto('apiKey')
        .values({ id, hash: hashToken(key), role, name, carrier: carrier ?? null, createdAt, revokedAt: null })
        .execute();
      return { id, key };
    },

    /** Every key, revoked ones too, oldest first. @throws Refusal `forbidden`, `unauthenticated` */
    async listKeys(by: Authority): Promise<KeyRow[]> {
      authorizeAccess(by);
      return database.db
        .selectFrom('apiKey')
        .select(['id', 'role', 'name', 'carrier', 'createdAt', 'revokedAt'])
        .orderBy('id')
        .execute();
    },

    /** A revoked key is refused from the next call on. @throws Refusal `not_found`, `forbidden`, `unauthenticated` */
    async revokeKey(by: Authority, id: string): Promise<void> {
      authorizeAccess(by);
      if (!isId(id)) throw new Refusal('not_found');
      const revoked = await database.db
        .updateTable('apiKey')
        .set({ revokedAt: instant(runtime.now()) })
        .where('id', '=', id)
        .where('revokedAt', 'is', null)
        .executeTakeFirst();
      if (revoked.numUpdatedRows === 0n) throw new Refusal('not_found');
    },

    /** Whose key it is. @throws Refusal `unauthenticated` for one that is unknown, malformed or revoked */
    async viewerOfKey(key: string): Promise<KeyViewer> {
      const row = key.startsWith(PREFIX)
        ? await database.db
            .selectFrom('apiKey')
            .select(['id', 'name', 'role'])
            .where('hash', '=', hashToken(key))
            .where('revokedAt', 'is', null)
            .executeTakeFirst()
        : undefined;
      if (!row) throw new Refusal('unauthenticated');
      return { kind: 'key', keyId: row.id, name: row.name, role: row.role };
    },
  };
}

export type Keys = ReturnType<typeof createKeys>;
