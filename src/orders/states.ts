import type { OrderState, ShipmentState } from './source.ts';

/** The closed vocabularies, as values. */
export const orderStates = [
  ...(['received', 'confirmed', 'in_preparation', 'part_shipped'] as const),
  ...(['shipped', 'delivered', 'cancelled', 'returned'] as const),
] satisfies OrderState[];

/** In the order a parcel goes through them, which also tells two events of one instant apart: the later one counts. */
export const shipmentStates = [
  ...(['pending', 'info_received', 'in_transit', 'exception', 'expired'] as const),
  ...(['out_for_delivery', 'attempt_failed', 'available_for_pickup', 'delivered'] as const),
] satisfies ShipmentState[];
