import type { Generated } from 'kysely';

/** One need of one visitor, from the first question to its end. */
export interface InquiryTable {
  /** Opaque, 128 random bits; travels in links and forms, and only ever appends. */
  id: string;
  personId: string | null;
  locale: string;
  startedAt: string;
  lastAt: string;
  endedAt: string | null;
  outcome: InquiryOutcome | null;
}
export type InquiryOutcome = 'answered' | 'escalated' | 'abandoned';

/** One contact between customer and company. Append-only: triggers refuse every change but the sealing of `seq`. */
export interface TouchTable {
  id: string;
  /** Gap-free, given when the row is sealed. */
  seq: number | null;
  occurredAt: string;
  recordedAt: string;
  type: string;
  channel: Channel;
  direction: 'inbound' | 'outbound' | 'internal';
  sourceKind: 'channel' | 'transaction' | 'outbound' | 'second_hand' | 'research';
  source: string;
  actor: string;
  /** Random id that stands for a person; null for strangers. */
  subject: string | null;
  inquiry: string | null;
  campaign: string | null;
  place: string | null;
  /** JSON, encrypted with the subject's key, a stranger's with the month's. */
  body: Uint8Array;
}
export type Channel = 'web' | 'mail' | 'phone' | 'sms' | 'chat' | 'shop' | 'post' | 'fax' | 'partner' | 'api';

/** The key of one subject's touches, sealed with the portal's secret. Without the row the bodies cannot be read. */
export interface SubjectKeyTable {
  subject: string;
  /** Whose it is; null for a month's key. A person may have several: a guest's touches come along when they sign in. */
  personId: string | null;
  sealedKey: Uint8Array;
  createdAt: string;
}

export interface TicketTable {
  id: string;
  /** What people read out, behind `W-`. */
  number: number;
  personId: string;
  /** The company's account it belongs to; null: it is the asker's alone. */
  accountId: string | null;
  kind: TicketKind;
  state: TicketState;
  subject: string;
  locale: string;
  /** The order it is about, as the customer named it. */
  orderNumber: string | null;
  inquiry: string | null;
  assigneeId: string | null;
  /** When the customer's address was proven; until then the customer sees nothing of it. */
  confirmedAt: string | null;
  openedAt: string;
  updatedAt: string;
  firstReplyAt: string | null;
  solvedAt: string | null;
}
export type TicketState = 'open' | 'waiting_for_you' | 'solved' | 'closed';
export type TicketKind =
  | 'question'
  | 'complaint'
  | 'return'
  | 'cancellation'
  | 'call_back'
  | 'purchase'
  | 'quote'
  | 'invoice_request'
  | 'personal_data';

export interface MessageTable {
  /** Order within the thread. Given by the database. */
  seq: Generated<number>;
  id: string;
  ticketId: string;
  /** `staff` messages are notes; they never leave the desk. */
  visibility: 'customer' | 'staff';
  author: 'customer' | 'company';
  authorId: string | null;
  body: string;
  channel: Channel;
  createdAt: string;
}

/** A file. Staged until a message takes it; its bytes lie in the data folder under `id`. */
export interface AttachmentTable {
  id: string;
  /** Hash of the token with which the uploading form claims it. */
  claimHash: string;
  messageId: string | null;
  name: string;
  type: string;
  size: number;
  createdAt: string;
}

/** Where a ticket stands in a CRM. */
export interface CaseLinkTable {
  id: string;
  ticketId: string;
  connector: string;
  reference: string;
  url: string | null;
  createdAt: string;
}

declare module '../platform/database/index.ts' {
  interface Tables {
    inquiry: InquiryTable;
    touch: TouchTable;
    subjectKey: SubjectKeyTable;
    ticket: TicketTable;
    message: MessageTable;
    attachment: AttachmentTable;
    caseLink: CaseLinkTable;
  }
}
