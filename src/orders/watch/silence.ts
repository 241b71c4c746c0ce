import type { Database } from '../../platform/database/index.ts';
import { instant, type Runtime } from '../../platform/runtime.ts';
import type { Order } from '../contract.ts';
import { numberKey } from '../names.ts';
import type { ShipmentState } from '../source.ts';

const HOUR_MS = 3_600_000;
/** A source that could not be read for so long is silent; shorter troubles cost the reader nothing. */
const SOURCE_MS = HOUR_MS / 2;

/** After how long without a word a parcel in this state makes one wonder. */
const patience: Readonly<Partial<Record<ShipmentState, number>>> = {
  out_for_delivery: 36 * HOUR_MS,
  in_transit: 5 * 24 * HOUR_MS,
  attempt_failed: 5 * 24 * HOUR_MS,
  exception: 5 * 24 * HOUR_MS,
};

/** Whether what is shown of an order may have been overtaken. */
export function createSilence({ database, runtime }: { database: Database; runtime: Runtime }) {
  /** @returns when the last word came, if there should have been another since; else null. */
  return async function silentSince(order: Order): Promise<string | null> {
    if (!order.moving) return null;
    const now = runtime.now();
    const cursor = await database.db
      .selectFrom('order')
      .innerJoin('sourceCursor', 'sourceCursor.source', 'order.source')
      .where('order.numberKey', '=', numberKey(order.number))
      .where('sourceCursor.failures', '>', 0)
      .select('sourceCursor.readAt')
      .executeTakeFirst();
    const unread = cursor?.readAt ?? null;
    if (unread !== null && Date.parse(unread) < now - SOURCE_MS) return unread;
    return parcelSilence(order, now);
  };
}

/** The last word on the parcel that one waits for, when it is long ago. */
function parcelSilence({ whereabouts: { parcel }, shipments, updatedAt }: Order, now: number): string | null {
  const shipment = parcel === null ? undefined : shipments[parcel - 1];
  const wait = shipment === undefined ? undefined : patience[shipment.state];
  if (shipment === undefined || wait === undefined) return null;
  const last = instant(Math.max(Date.parse(shipment.stateAt), Date.parse(updatedAt)));
  return Date.parse(last) < now - wait ? last : null;
}
