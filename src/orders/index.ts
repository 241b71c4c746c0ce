export type { OrderPage, OrderSource, OrderState, ShipmentState, SourceContext, SourceOrder } from './source.ts';
