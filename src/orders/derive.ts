import type { Selectable } from 'kysely';
import { folded } from './names.ts';
import type { OrderState } from './source.ts';
import { shipmentStates } from './states.ts';
import type { OrderTable, ShipmentEventTable, ShipmentTable } from './tables.ts';
import { isMoving, promiseOf, type Parcel } from './whereabouts.ts';

/** What follows from the facts and is stored beside them, for lists, searches and the watch over promises. */

/** So much of an order can be searched; a list reads many. */
const FIND_TEXT_LENGTH = 16_000;

type Happening = Pick<ShipmentEventTable, 'at' | 'state' | 'place' | 'note'>;

/** The latest first; of one instant what a parcel comes to later, then what says more. It hangs on no order of arrival. */
export function latestFirst(a: Happening, b: Happening): number {
  if (a.at !== b.at) return a.at < b.at ? 1 : -1;
  const further = shipmentStates.indexOf(b.state) - shipmentStates.indexOf(a.state);
  return further || said(b) - said(a) || (textOf(a) < textOf(b) ? -1 : 1);
}

const said = ({ place, note }: Happening): number => (place === null ? 0 : 2) + (note === null ? 0 : 1);
const textOf = ({ place, note }: Happening): string => `${place ?? ''}\n${note ?? ''}`;

/** What of a parcel follows its events: that of the latest in time. */
export function standingOf(
  events: readonly Happening[],
): Pick<ShipmentTable, 'state' | 'stateAt' | 'place' | 'note'> | null {
  const [latest] = events.toSorted(latestFirst);
  if (!latest) return null;
  const { state, at: stateAt, place, note } = latest;
  return { state, stateAt, place, note };
}

/** What of an order follows its state and its parcels. */
export function outlookOf(
  state: OrderState,
  parcels: readonly Parcel[],
  before: Pick<Selectable<OrderTable>, 'promisedAt' | 'lateNotedAt'> | null,
): Pick<OrderTable, 'moving' | 'promisedAt' | 'lateNotedAt'> {
  const promisedAt = promiseOf({ state, parcels });
  return {
    moving: isMoving({ state, parcels }) ? 1 : 0,
    promisedAt,
    // A broken promise is told once; another one is another.
    lateNotedAt: promisedAt !== null && promisedAt === before?.promisedAt ? before.lateNotedAt : null,
  };
}

/** What the search over orders looks at, by lines, folded as what is typed is. */
export function findTextOf(order: {
  number: string;
  reference: string | null;
  lines: readonly { sku: string; name: string }[];
  shipments: readonly { tracking: string }[];
  invoices: readonly { number: string }[];
}): string {
  const texts = [
    ...[order.number, order.reference ?? ''],
    ...order.shipments.map(({ tracking }) => tracking),
    ...order.invoices.map(({ number }) => number),
    ...order.lines.flatMap(({ sku, name }) => [sku, name]),
  ];
  return [...new Set(texts.map(folded))]
    .filter((text) => text !== '')
    .join('\n')
    .slice(0, FIND_TEXT_LENGTH)
    .toWellFormed();
}
