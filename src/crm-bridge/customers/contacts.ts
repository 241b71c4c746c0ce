import { z } from 'zod';
import { authorize, type StaffViewer, type Viewer } from '../../accounts/index.ts';
import type { Database } from '../../platform/database/index.ts';
import { oneLine, optional, readInput } from '../../platform/fields/index.ts';
import { fingerprintOf, once } from '../../platform/idempotency/index.ts';
import { Refusal } from '../../platform/refusal.ts';
import type { Runtime } from '../../platform/runtime.ts';
import type { Channel, TouchTable } from '../tables.ts';
import type { TouchLog } from '../touches/touchLog.ts';

/** How somebody and the company met away from the portal. */
export type ContactKind = 'called' | 'we_called' | 'shop' | 'letter';

interface How {
  type: string;
  channel: Channel;
  direction: TouchTable['direction'];
}

const kinds: Readonly<Record<ContactKind, How>> = {
  called: { type: 'call.logged', channel: 'phone', direction: 'inbound' },
  we_called: { type: 'call.logged', channel: 'phone', direction: 'outbound' },
  shop: { type: 'visit.logged', channel: 'shop', direction: 'inbound' },
  letter: { type: 'letter.logged', channel: 'post', direction: 'inbound' },
};

const contactFields = z.object({
  kind: z.enum(Object.keys(kinds) as [ContactKind, ...ContactKind[]], { error: 'errors.choice' }),
  what: oneLine(500),
  /** The ticket or order it was about, as it is called. */
  about: optional(oneLine(64)),
});

/** What a colleague notes of a contact that the portal did not see itself. */
export function createContacts(deps: { database: Database; runtime: Runtime; touchLog: TouchLog }) {
  const { database, runtime, touchLog } = deps;
  /**
   * Logs a call, a visit or a letter. On disk when it returns; the same form twice is one contact.
   * @param personId the customer, as they are known now.
   * @throws Refusal `not_found` for nobody, `invalid` naming the field
   */
  return async function logContact(viewer: Viewer, personId: string, input: unknown, key: string): Promise<void> {
    authorize(viewer, 'customer.log');
    const { kind, what, about = null } = readInput(contactFields, input);
    const { personId: colleague } = viewer as StaffViewer;
    await database.transaction(async (tx) => {
      const person = await tx.selectFrom('person').select('id').where('id', '=', personId).executeTakeFirst();
      if (!person) throw new Refusal('not_found');
      const request = { scope: `contact:${colleague}`, key, fingerprint: fingerprintOf([personId, kind, what, about]) };
      await once(tx, request, runtime, async () => {
        const touch = { ...kinds[kind], actor: `staff:${colleague}`, personId };
        await touchLog.recordIn(tx, { ...touch, body: { what, ...(about !== null && { about }) } });
        return null;
      });
    });
  };
}
