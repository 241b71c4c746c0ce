/** Orders: what the company's own systems tell of them, kept to be shown. */
export type {
  Invoice,
  Order,
  OrderFilter,
  OrderLine,
  OrderReading,
  OrderSummary,
  Shipment,
  ShipmentEvent,
  Whereabouts,
} from './contract.ts';
export { ordersMigration } from './migrations.ts';
export type { OrderPage, OrderSource, OrderState, ShipmentState, SourceContext, SourceOrder } from './source.ts';
