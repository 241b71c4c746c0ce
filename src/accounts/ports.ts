import type { Tx } from '../platform/database/index.ts';
import type { Locale } from '../platform/i18n/index.ts';

/** One mail of this room, as a job. It carries ids alone; address and token are found when the worker sends it. */
export interface AccountMailJob {
  kind: 'mail.enter' | 'mail.reset' | 'mail.member';
  /** Idempotency key of the job. */
  key: string;
  /** For `accounts.composeMail`; of `mail.member` the invitation, for `accounts.composeInvitation`. */
  requestId: string;
  locale: Locale;
}

/** A mail about access or one's data, as a job: an invitation of a colleague, a change of somebody's second step or address … */
export interface AccessMailJob {
  kind: 'mail.invite' | 'mail.access' | 'mail.acting' | 'mail.address' | 'mail.address_changed';
  /** Idempotency key of the job. */
  key: string;
  /** Of the invitation, the event, the acting, the change of address. */
  id: string;
}

/** What owes mails: the durable queue, connected by the application. */
export interface MailPort {
  /** Owes one mail, in the transaction of its cause. */
  enqueue(tx: Tx, job: AccountMailJob): Promise<void>;
  /** The same for mails about access. */
  notify(tx: Tx, job: AccessMailJob): Promise<void>;
}

/** Who has just shown that an address is theirs. */
export interface ProvenAddress {
  /** The person whom the address belongs to from now on. */
  personId: string;
  /** The guest who turned out to be them, and whose things become theirs; null when there was none beside them. */
  guestPersonId: string | null;
}

/** What other rooms do when an address is proven, in the same transaction: confirm tickets, move a guest's things. */
export type OnAddressProven = (tx: Tx, proven: ProvenAddress) => Promise<void>;

/** A colleague begins to act for a customer, or ends it. */
export interface ActingChange {
  kind: 'began' | 'ended';
  staffId: string;
  /** The customer. */
  personId: string;
  reason: string;
}

/** What other rooms do about it, in the same transaction: note it among the customer's touches. */
export type OnActing = (tx: Tx, change: ActingChange) => Promise<void>;

/** Who knocks: for limits, and for the list of one's sessions. */
export interface Client {
  /** The address that the front believes, never a header as it came. */
  address: string;
  userAgent?: string | null;
}
