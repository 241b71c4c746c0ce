import type { Database } from '../platform/database/index.ts';
import { instant, type Runtime } from '../platform/runtime.ts';

const DAY_MS = 24 * 3_600_000;

/** Forgets what has run out. The worker calls it now and then; nothing depends on when. */
export function createSweeping({ database, runtime }: { database: Database; runtime: Runtime }) {
  return {
    /** Deletes ended sessions and second steps, tokens a day after their end, and requests after two days. */
    async sweep(): Promise<void> {
      const now = runtime.now();
      await database.transaction(async (tx) => {
        await tx.deleteFrom('loginSession').where('expiresAt', '<=', instant(now)).execute();
        await tx.deleteFrom('signInStep').where('expiresAt', '<=', instant(now)).execute();
        await tx
          .updateTable('acting')
          .set((eb) => ({ endedAt: eb.ref('expiresAt') }))
          .where('expiresAt', '<=', instant(now))
          .where('endedAt', 'is', null)
          .execute();
        await tx
          .deleteFrom('enterToken')
          .where('expiresAt', '<=', instant(now - DAY_MS))
          .execute();
        await tx
          .deleteFrom('enterRequest')
          .where('createdAt', '<=', instant(now - 2 * DAY_MS))
          .execute();
        await tx
          .deleteFrom('loginLimit')
          .where('lastRequest', '<=', now - DAY_MS)
          .execute();
      });
    },
  };
}
