import { z } from 'zod';
import type { Database } from '../platform/database/index.ts';
import { readInput } from '../platform/fields/index.ts';
import { Refusal } from '../platform/refusal.ts';
import { authorize } from './authorize.ts';
import type { Viewer } from './viewer.ts';

/** The mails somebody can do without: an answer in a ticket, a colleague's message in a shared one, news of an order. */
const mailKinds = ['ticket_replies', 'colleagues', 'orders'] as const;
export type MailKind = (typeof mailKinds)[number];
export type MailChoices = Record<MailKind, boolean>;

const choicesInput = z.record(z.enum(mailKinds, { error: 'errors.choice' }), z.boolean({ error: 'errors.choice' }));

/** Which mails a person wants. Those that they ask for themselves, and those about their access, always come. */
export function createMailChoices({ database }: { database: Database }) {
  async function chosen(personId: string): Promise<MailChoices> {
    const rows = await database.db
      .selectFrom('mailChoice')
      .select(['kind', 'wanted'])
      .where('personId', '=', personId)
      .execute();
    const refused = new Set(rows.filter(({ wanted }) => wanted === 0).map(({ kind }) => kind));
    return Object.fromEntries(mailKinds.map((kind) => [kind, !refused.has(kind)])) as MailChoices;
  }

  return {
    /** Whether a mail of this kind may go to somebody. Whoever never chose gets it. */
    mayMail: async (personId: string, kind: MailKind): Promise<boolean> => (await chosen(personId))[kind],

    /** What the viewer chose. @throws Refusal `unauthenticated`, `forbidden` */
    async mailChoices(viewer: Viewer): Promise<MailChoices> {
      authorize(viewer, 'account.read');
      if (viewer.kind !== 'person') throw new Refusal('forbidden');
      return chosen(viewer.personId);
    },

    /** Chooses; what is not named stays. @throws Refusal `invalid`, `unauthenticated`, `forbidden` */
    async chooseMails(viewer: Viewer, input: Partial<MailChoices>): Promise<void> {
      authorize(viewer, 'account.secure');
      if (viewer.kind !== 'person') throw new Refusal('forbidden');
      const { personId } = viewer;
      const rows = Object.entries(readInput(choicesInput, { ...(await chosen(personId)), ...input })).map(
        ([kind, wanted]) => ({ personId, kind, wanted: wanted ? (1 as const) : (0 as const) }),
      );
      await database.db
        .insertInto('mailChoice')
        .values(rows)
        .onConflict((conflict) =>
          conflict.columns(['personId', 'kind']).doUpdateSet((eb) => ({ wanted: eb.ref('excluded.wanted') })),
        )
        .execute();
    },
  };
}
