export { createBridge, type Bridge, type BridgeDeps } from './bridge.ts';
export type { BridgeOverview, Operation } from './bridgeOverview.ts';
export {
  ConnectorRefusal,
  type CaseMessage,
  type CaseReference,
  type CaseRequest,
  type Connector,
  type ConnectorCapabilities,
  type OperationContext,
  type RetrySafety,
} from './connector.ts';
export type { ContactKind } from './customers/contacts.ts';
export type { Customer } from './customers/customer.ts';
export type { CustomerFilter, CustomerRow, CustomerView } from './customers/customerList.ts';
export { desk } from './connectors/desk/index.ts';
export { bridgeMigration } from './migrations.ts';
export { ticketAccountMigration } from './accountMigration.ts';
export type { StagedFile } from './attachments.ts';
export { ticketOrderMigration } from './tickets/orderMigration.ts';
export type { Channel, TicketKind, TicketState } from './tables.ts';
export type { TicketSummary, TicketView } from './tickets/customerTickets.ts';
export type { DeskQueue, DeskRow, DeskView } from './tickets/deskQueue.ts';
export type { DeskTicket } from './tickets/deskTicket.ts';
export { ticketFields, type OpenedTicket } from './tickets/openTicket.ts';
export type { ReplyForMail } from './tickets/replyForMail.ts';
export type { AttachmentView, MessageView } from './tickets/thread.ts';
export type { ReceivedTouch } from './touches/received.ts';
export type { SealedTouch } from './touches/sealedTouches.ts';
export { touchSealsMigration } from './touches/sealMigration.ts';
export type { Verification } from './touches/verify.ts';
export { createKeepMonths } from './touches/keepMonths.ts';
export type { OwnTouchesPage } from './touches/ownTouches.ts';
export type { NewTouch, Touch } from './touches/touch.ts';
export type { TimelinePage } from './touches/timeline.ts';
