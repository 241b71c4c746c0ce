import type { Selectable } from 'kysely';
import type { Db, Tx } from '../platform/database/index.ts';
import { Refusal } from '../platform/refusal.ts';
import { instant, newToken, type Runtime } from '../platform/runtime.ts';
import { hashToken } from '../platform/secrets/index.ts';
import { localPath } from './localPath.ts';
import type { EnterPurpose, EnterTokenTable } from './tables.ts';

const HOUR_MS = 3_600_000;

/** How long an enter token works after it was made, in milliseconds. A guest gets one mail a day, so it lasts a day. */
export const enterLifetime: Record<EnterPurpose, number> = {
  'sign-up': 24 * HOUR_MS,
  guest: 24 * HOUR_MS,
  link: HOUR_MS,
  reset: HOUR_MS,
  'set-up': 24 * HOUR_MS,
};

/** The purposes whose token proves an address and signs in. */
export const entering = ['sign-up', 'link', 'guest'] as const satisfies EnterPurpose[];

export interface MintedToken {
  /** For the link in the mail; stored nowhere. */
  token: string;
  expiresAt: string;
}

/** What a token's page shows before anything is spent. */
export type EnterLook =
  | {
      state: 'ready';
      purpose: EnterPurpose;
      email: string;
      askedAt: string;
      expiresAt: string;
      returnTo: string | null;
    }
  /** Unknown, of another purpose, used or too old: one and the same to whoever holds it. */
  | { state: 'over' };

export interface MintOrder {
  personId: string | null;
  purpose: EnterPurpose;
  requestId?: string | null;
  returnTo?: string | null;
  /** How long it lives, in milliseconds; left out: what its purpose says. At most a day. */
  lifetimeMs?: number;
}

/** Tokens of the kind *enter*: 192 random bits, stored hashed, for one purpose and person, spent once. */
export function createEnterTokens({ runtime }: { runtime: Runtime }) {
  return {
    async mint(tx: Tx, order: MintOrder): Promise<MintedToken> {
      const token = newToken(runtime);
      const now = runtime.now();
      const lifetime = Math.min(order.lifetimeMs ?? enterLifetime[order.purpose], 24 * HOUR_MS);
      const expiresAt = instant(now + lifetime);
      await tx
        .insertInto('enterToken')
        .values({
          hash: hashToken(token),
          purpose: order.purpose,
          personId: order.personId,
          requestId: order.requestId ?? null,
          returnTo: localPath(order.returnTo),
          createdAt: instant(now),
          expiresAt,
          spentAt: null,
        })
        .execute();
      return { token, expiresAt };
    },

    /** Reads a token without spending it: mail scanners open links. */
    async look(db: Db, token: string, purposes: readonly EnterPurpose[]): Promise<EnterLook> {
      const row = await db
        .selectFrom('enterToken')
        .leftJoin('person', 'person.id', 'enterToken.personId')
        .select(['purpose', 'enterToken.createdAt', 'expiresAt', 'returnTo', 'person.email'])
        .where('hash', '=', hashToken(token))
        .where('purpose', 'in', purposes)
        .where('spentAt', 'is', null)
        .where('expiresAt', '>', instant(runtime.now()))
        .executeTakeFirst();
      if (!row) return { state: 'over' };
      const { purpose, email, createdAt, expiresAt, returnTo } = row;
      return { state: 'ready', purpose, email: email ?? '', askedAt: createdAt, expiresAt, returnTo };
    },

    /**
     * Spends a token: of two that come together, one gets it.
     * @throws Refusal `invalid` on `token` when it is over.
     */
    async spend(tx: Tx, token: string, purposes: readonly EnterPurpose[]): Promise<Selectable<EnterTokenTable>> {
      const now = instant(runtime.now());
      const row = await tx
        .updateTable('enterToken')
        .set({ spentAt: now })
        .where('hash', '=', hashToken(token))
        .where('purpose', 'in', purposes)
        .where('spentAt', 'is', null)
        .where('expiresAt', '>', now)
        .returningAll()
        .executeTakeFirst();
      if (!row) throw tokenOver();
      return row;
    },

    /** Spends whatever a person still holds: after a new password, older links are none of theirs. */
    async voidAll(tx: Tx, personId: string): Promise<void> {
      await tx
        .updateTable('enterToken')
        .set({ spentAt: instant(runtime.now()) })
        .where('personId', '=', personId)
        .where('spentAt', 'is', null)
        .execute();
    },
  };
}

export type EnterTokens = ReturnType<typeof createEnterTokens>;

/** Used, too old, of another purpose, or none of ours: one answer. */
export function tokenOver(): Refusal {
  return new Refusal('invalid', { fields: [{ field: 'token', key: 'accounts.expired.text' }] });
}
