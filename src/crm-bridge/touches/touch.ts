import type { Channel, InquiryOutcome, TouchTable } from '../tables.ts';

/** A touch as its cause describes it. */
export interface NewTouch {
  /** Made beforehand, where the cause has to know it. */
  id?: string;
  /** Dotted, past tense: `search.asked`, `ticket.opened` … */
  type: string;
  channel: Channel;
  direction: TouchTable['direction'];
  /** How we know; a contact that went through one of our own channels by default. */
  sourceKind?: TouchTable['sourceKind'];
  /** The system it comes from, as that names itself; this portal by default. */
  source?: string;
  /** Who acted: `customer`, `staff:<person id>`, `key:<key id>`, `system`. */
  actor: string;
  /** The customer whose touch it is; null for a stranger. */
  personId: string | null;
  inquiry?: string | null;
  /** The touch is the inquiry's end, too. */
  endsInquiry?: InquiryOutcome;
  /** Locale of the page, for the inquiry it may start. */
  locale?: string;
  place?: string | null;
  campaign?: string | null;
  /** Milliseconds since 1970; now by default. */
  occurredAt?: number;
  /** Small and typed by `type`; stored encrypted. */
  body: Record<string, unknown>;
}

/** A touch as it is read back. `body` is null when its key is gone. */
export interface Touch {
  id: string;
  occurredAt: string;
  type: string;
  channel: Channel;
  direction: TouchTable['direction'];
  actor: string;
  inquiry: string | null;
  body: Record<string, unknown> | null;
}
