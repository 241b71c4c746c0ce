import { z } from 'zod';
import type { Database } from '../platform/database/index.ts';
import { oneLine, optional, readInput } from '../platform/fields/index.ts';
import { Refusal } from '../platform/refusal.ts';
import { instant, newId, newToken, type Runtime } from '../platform/runtime.ts';
import { hashToken } from '../platform/secrets/index.ts';
import type { AccessLog } from './accessLog.ts';
import { isId } from './input.ts';
import { authorizeAccess, type Authority } from './operator.ts';
import type {} from './staffAccessTables.ts';
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
  /** Its last characters; null for keys made before they were kept. */
  tail: string | null;
  /** The administrator who made it; null: the operator. */
  madeBy: string | null;
  /** To the minute; null: never. */
  lastUsedAt: string | null;
}

const TAIL = 4;
/** How old the note of a key's last use may be: no call but the first of each minute writes. */
const NOTED_MS = 60_000;

const keyInput = z.object({
  role: z.enum(['system', 'partner'], { error: 'errors.choice' }),
  name: oneLine(80),
  carrier: optional(oneLine(80)),
});

export interface KeysDeps {
  database: Database;
  runtime: Runtime;
  accessLog: AccessLog;
}

/** Machines' keys. A key is shown once, when it is made; only its hash is kept. */
export function createKeys({ database, runtime, accessLog }: KeysDeps) {
  /** Nobody's call waits or fails for this note. */
  async function noteUse(keyId: string, now: number): Promise<void> {
    const lastAt = instant(now);
    await database.db
      .insertInto('apiKeyUse')
      .values({ keyId, lastAt })
      .onConflict((conflict) => conflict.column('keyId').doUpdateSet({ lastAt }))
      .execute()
      .catch(() => undefined);
  }

  return {
    /** @returns the key itself, for the only time. @throws Refusal `invalid`, `forbidden`, `unauthenticated` */
    async addKey(by: Authority, input: KeyInput): Promise<{ id: string; key: string }> {
      authorizeAccess(by);
      const { role, name, carrier } = readInput(keyInput, input);
      const id = newId(runtime);
      const key = PREFIX + newToken(runtime);
      const createdAt = instant(runtime.now());
      const made = { tail: key.slice(-TAIL), madeBy: by.kind === 'person' ? by.personId : null };
      await database.transaction(async (tx) => {
        await tx
          .insertInto('apiKey')
          .values({
            id,
            hash: hashToken(key),
            role,
            name,
            carrier: carrier ?? null,
            createdAt,
            revokedAt: null,
            ...made,
          })
          .execute();
        await accessLog.record(tx, { kind: 'key.made', by, personId: null, detail: { key: id, role, name } });
      });
      return { id, key };
    },

    /** Every key, revoked ones too, oldest first. @throws Refusal `forbidden`, `unauthenticated` */
    async listKeys(by: Authority): Promise<KeyRow[]> {
      authorizeAccess(by);
      return database.db
        .selectFrom('apiKey')
        .leftJoin('apiKeyUse', 'apiKeyUse.keyId', 'apiKey.id')
        .leftJoin('person', 'person.id', 'apiKey.madeBy')
        .select(['apiKey.id', 'apiKey.role', 'apiKey.name', 'carrier', 'apiKey.createdAt', 'revokedAt', 'tail'])
        .select(['person.name as madeBy', 'apiKeyUse.lastAt as lastUsedAt'])
        .orderBy('apiKey.id')
        .execute();
    },

    /** A revoked key is refused from the next call on. @throws Refusal `not_found`, `forbidden`, `unauthenticated` */
    async revokeKey(by: Authority, id: string): Promise<void> {
      authorizeAccess(by);
      if (!isId(id)) throw new Refusal('not_found');
      await database.transaction(async (tx) => {
        const revoked = await tx
          .updateTable('apiKey')
          .set({ revokedAt: instant(runtime.now()) })
          .where('id', '=', id)
          .where('revokedAt', 'is', null)
          .executeTakeFirst();
        if (revoked.numUpdatedRows === 0n) throw new Refusal('not_found');
        await accessLog.record(tx, { kind: 'key.revoked', by, personId: null, detail: { key: id } });
      });
    },

    /** Whose key it is. @throws Refusal `unauthenticated` for one that is unknown, malformed or revoked */
    async viewerOfKey(key: string): Promise<KeyViewer> {
      const row = key.startsWith(PREFIX)
        ? await database.db
            .selectFrom('apiKey')
            .leftJoin('apiKeyUse', 'apiKeyUse.keyId', 'apiKey.id')
            .select(['id', 'name', 'role', 'carrier', 'lastAt'])
            .where('hash', '=', hashToken(key))
            .where('revokedAt', 'is', null)
            .executeTakeFirst()
        : undefined;
      if (!row) throw new Refusal('unauthenticated');
      const now = runtime.now();
      if (row.lastAt === null || row.lastAt < instant(now - NOTED_MS)) await noteUse(row.id, now);
      return { kind: 'key', keyId: row.id, name: row.name, role: row.role, carrier: row.carrier };
    },
  };
}

export type Keys = ReturnType<typeof createKeys>;
