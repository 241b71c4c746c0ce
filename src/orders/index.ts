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
  StoredOrder,
  Whereabouts,
} from './contract.ts';
export { orderSearchMigration, ordersMigration } from './migrations.ts';
export { forgetInOrders, keptByOrders } from './personal.ts';
export type { OrderPage, OrderSource, OrderState, ShipmentState, SourceContext, SourceOrder } from './source.ts';
export { createOrders, type Orders, type OrdersDeps } from './orders.ts';
export type { CheckedOrder } from './orderBody.ts';
export type { Taken } from './intake.ts';
export type { Origin } from './store.ts';
export { numberKey } from './names.ts';
export type { BrokenPromise } from './lateness.ts';
export {
  createOrderFiles,
  orderFilesMigration,
  type Counts,
  type FileFault,
  type FileReport,
  type FromDisk,
  type Mapping,
  type OrderFileDetails,
  type OrderFiles,
  type OrderFileView,
  type Survey,
} from './files/index.ts';
export { orderWatchMigration } from './watch/migration.ts';
export type { LateOrder, LateOrders } from './watch/lateOrders.ts';
export type { NoticeLine } from './watch/notices.ts';
export type { NoticeKind, UnsaidWhy } from './watch/tables.ts';
export type { News, Telling } from './watch/telling.ts';
export { createOrderWatch, type OrderWatch, type OrderWatchDeps } from './watch/watch.ts';
export { orderViewsMigration } from './views/migration.ts';
export { createOrderViews, type OrderViews, type OrderViewsDeps, type ViewMail } from './views/orderViews.ts';
export type { Matched } from './views/deciding.ts';
export type { MintedView } from './views/grants.ts';
export type { Typed } from './views/keys.ts';
export type { Asked, Noted, RequestLook } from './views/requests.ts';
