import { z } from 'zod';
import type { Database } from '../platform/database/index.ts';
import { oneLine, readInput } from '../platform/fields/index.ts';
import { Refusal } from '../platform/refusal.ts';
import { instant, newId, type Runtime } from '../platform/runtime.ts';
import { authorize } from './authorize.ts';
import type { PersonFactTable } from './tables.ts';
import type { StaffViewer, Viewer } from './viewer.ts';

/** Something known about a customer, and where it comes from. */
export interface PersonFact {
  id: string;
  key: string;
  value: string;
  sourceKind: PersonFactTable['sourceKind'];
  /** The colleague who noted it; null for what another system told. */
  notedBy: string | null;
  at: string;
}

const factFields = z.object({ key: oneLine(60), value: oneLine(300) });
const MOST_FACTS = 100;

/** What colleagues note about a customer beside the facts of their account. The customer reads it, too. */
export function createFacts({ database, runtime }: { database: Database; runtime: Runtime }) {
  return {
    /** The newest first. @throws Refusal `forbidden`, `unauthenticated` */
    async facts(viewer: Viewer, personId: string): Promise<PersonFact[]> {
      authorize(viewer, 'customer.read');
      return database.db
        .selectFrom('personFact')
        .leftJoin('person', 'person.id', 'personFact.notedBy')
        .select(['personFact.id', 'key', 'value', 'sourceKind', 'person.name as notedBy', 'at'])
        .where('personId', '=', personId)
        .orderBy('at', 'desc')
        .orderBy('personFact.id', 'desc')
        .limit(MOST_FACTS)
        .execute();
    },

    /**
     * Notes a fact; one of the same name is corrected by it.
     * @throws Refusal `invalid` naming the field, `not_found` for nobody
     */
    async addFact(viewer: Viewer, personId: string, input: unknown): Promise<void> {
      authorize(viewer, 'customer.log');
      const { key, value } = readInput(factFields, input);
      await database.transaction(async (tx) => {
        const person = await tx.selectFrom('person').select('id').where('id', '=', personId).executeTakeFirst();
        if (!person) throw new Refusal('not_found');
        await tx.deleteFrom('personFact').where('personId', '=', personId).where('key', '=', key.trim()).execute();
        await tx
          .insertInto('personFact')
          .values({
            ...{ id: newId(runtime), personId, key: key.trim(), value: value.trim(), sourceKind: 'second_hand' },
            ...{ notedBy: (viewer as StaffViewer).personId, at: instant(runtime.now()) },
          })
          .execute();
      });
    },

    /** Takes a fact back. One that is gone already is no fault. */
    async removeFact(viewer: Viewer, personId: string, factId: string): Promise<void> {
      authorize(viewer, 'customer.log');
      await database.db.deleteFrom('personFact').where('id', '=', factId).where('personId', '=', personId).execute();
    },
  };
}
