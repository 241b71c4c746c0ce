import { authorize, type KeyViewer, type Viewer } from '../accounts/index.ts';
import type { Db } from '../platform/database/index.ts';
import { Refusal } from '../platform/refusal.ts';
import { instant, newId } from '../platform/runtime.ts';
import { contentOf, type Content, type StoredParcel } from './content.ts';
import { outlookOf, standingOf } from './derive.ts';
import { createEventReader } from './eventBody.ts';
import { carrierKey, trackingKey } from './names.ts';
import { personOf, type StoringDeps } from './store.ts';

type Report = ReturnType<ReturnType<typeof createEventReader>>;

/** Partners report what happens to the parcels of their carrier. */
export function createReports(deps: StoringDeps & { take(viewer: KeyViewer): Promise<void> }) {
  const { database, runtime, touches } = deps;
  const readEvent = createEventReader(() => runtime.now());

  /** The orders that hold this parcel, held until the transaction ends, always in one order. */
  async function holding(tx: Db, tracking: string, carrier: string): Promise<Content[]> {
    const found = await tx
      .selectFrom('shipment')
      .select('orderId')
      .distinct()
      .where('trackingKey', '=', trackingKey(tracking))
      .where('carrierKey', '=', carrierKey(carrier))
      .orderBy('orderId')
      .execute();
    const contents: Content[] = [];
    for (const { orderId } of found) {
      const query = tx.selectFrom('order').selectAll().where('id', '=', orderId);
      const row = await (database.dialect === 'postgres' ? query.forUpdate() : query).executeTakeFirst();
      if (row) contents.push(await contentOf(tx, row, null));
    }
    return contents;
  }

  /** @returns whether it was news. */
  async function add(tx: Db, source: string, parcel: StoredParcel, { id, ...happened }: Report): Promise<boolean> {
    const event = {
      ...{ id: newId(runtime), shipmentId: parcel.id, source, eventId: id, recordedAt: instant(runtime.now()) },
      ...happened,
    };
    const { numInsertedOrUpdatedRows } = await tx
      .insertInto('shipmentEvent')
      .values(event)
      .onConflict((conflict) => conflict.columns(['shipmentId', 'source', 'eventId']).doNothing())
      .executeTakeFirstOrThrow();
    if (!Number(numInsertedOrUpdatedRows ?? 0)) return false;
    parcel.events.push(event);
    const standing = standingOf(parcel.events);
    if (!standing) return false;
    Object.assign(parcel, standing);
    await tx.updateTable('shipment').set(standing).where('id', '=', parcel.id).execute();
    return true;
  }

  async function follow(tx: Db, viewer: KeyViewer, { order, parcels }: Content, parcel: StoredParcel, at: string) {
    const outlook = outlookOf(order.state, parcels, order);
    await tx.updateTable('order').set(outlook).where('id', '=', order.id).execute();
    await touches.recordIn(tx, {
      type: 'order.event',
      channel: 'partner',
      direction: 'inbound',
      sourceKind: 'transaction',
      actor: `key:${viewer.keyId}`,
      personId: order.customerEmail === null ? null : await personOf(tx, order.customerEmail),
      occurredAt: Date.parse(at),
      body: {
        ...{ order: order.number, outcome: 'changed', state: order.state },
        parcels: [{ carrier: parcel.carrier, tracking: parcel.tracking, state: parcel.state }],
      },
    });
    await deps.changed(tx, order.id);
  }

  return {
    /**
     * Adds an event to a parcel, in every order that it belongs to; the parcel then stands where its latest event in time
     * says, in whatever order they come. An id that was there before changes nothing.
     * @returns whether it was news.
     * @throws Refusal `not_found` for a parcel that is unknown or another carrier's, `invalid`, `limited`, `forbidden`,
     *   `unauthenticated`
     */
    async report(viewer: Viewer, tracking: string, body: unknown): Promise<{ id: string; isNew: boolean }> {
      authorize(viewer, 'shipment.report');
      const partner = viewer as KeyViewer & { carrier: string };
      await deps.take(partner);
      const event = readEvent(body);
      return database.transaction(async (tx) => {
        const contents = await holding(tx, tracking, partner.carrier);
        if (contents.length === 0) {
          throw new Refusal('not_found', { fields: [{ field: 'tracking', key: 'errors.unknown' }] });
        }
        let isNew = false;
        for (const content of contents) {
          const parcel = content.parcels.find((one) => isIt(one, tracking, partner.carrier));
          if (!parcel || !(await add(tx, `partner:${partner.name}`, parcel, event))) continue;
          await follow(tx, partner, content, parcel, event.at);
          isNew = true;
        }
        return { id: event.id, isNew };
      });
    },
  };
}

function isIt(parcel: StoredParcel, tracking: string, carrier: string): boolean {
  return parcel.trackingKey === trackingKey(tracking) && parcel.carrierKey === carrierKey(carrier);
}
