import { z } from 'zod';
import type { Database, Tx } from '../platform/database/index.ts';
import { oneLine, readInput } from '../platform/fields/index.ts';
import { Refusal } from '../platform/refusal.ts';
import { instant, newId, type Runtime } from '../platform/runtime.ts';
import { recordChange } from './accountEvents.ts';
import { authorize } from './authorize.ts';
import type { StaffViewer, Viewer } from './viewer.ts';

const ownerFields = z.object({ account: oneLine(200) });

/** How a company gets its first owner, who then keeps its members. */
export function createFirstOwner({ database, runtime }: { database: Database; runtime: Runtime }) {
  /** The account of that customer number or name; a new one when there is none. */
  async function accountCalled(tx: Tx, name: string): Promise<string> {
    const known = await tx
      .selectFrom('account')
      .select('id')
      .where((eb) => eb.or([eb('externalId', '=', name), eb('name', '=', name)]))
      .orderBy('createdAt')
      .executeTakeFirst();
    if (known) return known.id;
    const id = newId(runtime);
    const row = { id, name, externalId: null, ownerId: null, createdAt: instant(runtime.now()) };
    await tx.insertInto('account').values(row).execute();
    return id;
  }

  return {
    /**
     * Makes a customer the first owner of an account, by its customer number or name. Later ones are the owner's to choose.
     * @throws Refusal `invalid` naming `account` when it has an owner, `not_found` for who has not proven their address
     */
    async makeFirstOwner(viewer: Viewer, personId: string, input: unknown): Promise<void> {
      authorize(viewer, 'customer.log');
      const { account } = readInput(ownerFields, input);
      await database.transaction(async (tx) => {
        const person = await tx
          .selectFrom('person')
          .select('id')
          .where('id', '=', personId)
          .where('role', '=', 'customer')
          .where('verifiedAt', 'is not', null)
          .executeTakeFirst();
        if (!person) throw new Refusal('not_found');
        const accountId = await accountCalled(tx, account.trim());
        // Its row is held, so that two colleagues at once make one owner.
        await tx.updateTable('account').set({ id: accountId }).where('id', '=', accountId).execute();
        const owner = await tx
          .selectFrom('membership')
          .select('personId')
          .where('accountId', '=', accountId)
          .where('role', '=', 'owner')
          .where('endedAt', 'is', null)
          .executeTakeFirst();
        if (owner) throw new Refusal('invalid', { fields: [{ field: 'account', key: 'errors.hasOwner' }] });
        await tx
          .insertInto('membership')
          .values({ accountId, personId, role: 'owner', createdAt: instant(runtime.now()) })
          .onConflict((known) => known.columns(['accountId', 'personId']).doUpdateSet({ role: 'owner', endedAt: null }))
          .execute();
        await recordChange(tx, runtime, {
          ...{ accountId, type: 'member.joined', actorId: (viewer as StaffViewer).personId, personId },
          body: { role: 'owner' },
        });
      });
    },
  };
}
