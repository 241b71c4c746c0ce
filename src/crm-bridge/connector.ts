/**
 * The contract of a CRM connector: a plugin that speaks to one CRM. The bridge hands it one operation at a time, each
 * with an idempotency key that the operation keeps for life. `test/contract/connector.ts` proves the promises below.
 */

/** How a connector makes it safe to try an operation again when nobody knows whether the first try was applied. */
export interface RetrySafety {
  /**
   * - `key`: the CRM takes our key and answers the first result again, for `windowSeconds`
   * - `client-id`: we choose the record's id, a second one cannot exist
   * - `create-only`: a unique field holds the key, "already exists" is success
   * - `upsert`: by external id; a retry writes only our own fields
   * - `lookup`: the record carries our marker and is searched before a retry, not sooner than `lagSeconds`
   * - `none`: an ambiguous operation is parked and someone is told
   */
  means: 'key' | 'client-id' | 'create-only' | 'upsert' | 'lookup' | 'none';
  /** How long the CRM remembers a key; Infinity when for ever. */
  windowSeconds: number;
  /** How long a new record may stay invisible to a look-up; 0 when it is not. */
  lagSeconds: number;
  /** Whether the check and the write are one step in the CRM (a unique index), or two that could race. */
  atomic: boolean;
}

/** What travels to a CRM when a ticket becomes a case. Staff notes are no part of it. */
export interface CaseRequest {
  ticketId: string;
  /** As people read it: `W-2087`. */
  ticketNumber: string;
  subject: string;
  body: string;
  customer: { name: string; email: string; verified: boolean };
  locale: string;
  orderNumber: string | null;
  /** What the customer searched and read before, one sentence each, oldest first. */
  story: readonly string[];
}

export interface CaseReference {
  /** What the CRM calls the case, as people read it. */
  reference: string;
  /** Where colleagues open it; null when there is no such page. */
  url: string | null;
}

/** A public message of a ticket, on its way to the case. */
export interface CaseMessage {
  messageId: string;
  author: 'customer' | 'company';
  authorName: string;
  body: string;
}

export interface OperationContext {
  /** The operation's key for life. */
  key: string;
  /** 1 for the first try. */
  attempt: number;
  /** Aborts after the bridge's patience, 30 s. */
  signal: AbortSignal;
  fetch: typeof globalThis.fetch;
}

export interface ConnectorCapabilities {
  /** Public messages are appended to the case. When false, `appendMessage` is missing and the bridge sends none. */
  appendMessage: boolean;
  /** The ticket's state is written to the case. When false, `setState` is missing. */
  setState: boolean;
  /** A case is erased there when its customer is erased here. Left out or false: `eraseCase` is missing, and nothing is sent. */
  eraseCase?: boolean;
}

/** One verb's failure, told apart so that the queue knows what to do. Any other error counts as ambiguous. */
export class ConnectorRefusal extends Error {
  readonly code = 'connector_refusal';
  /** `later`: not applied, try again. `never`: the CRM will not take it as it is; parked for a person. */
  readonly advice: 'later' | 'never';
  readonly retryAfterSeconds: number | undefined;
  constructor(advice: 'later' | 'never', message: string, retryAfterSeconds?: number) {
    super(message);
    this.advice = advice;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

export interface Connector {
  /** Unique among the connectors of a site; stands in case links and keys, so it never changes. */
  name: string;
  capabilities: ConnectorCapabilities;
  /** Retry safety, verb by verb; a verb that is missing from `capabilities` is missing here. */
  retry: { openCase: RetrySafety; appendMessage?: RetrySafety; setState?: RetrySafety; eraseCase?: RetrySafety };
  /** Moves tickets' states and brings answers. By default the first connector of the site steers. */
  steers: boolean;
  /** Mails the customer itself, so that Waypost does not. */
  mailsCustomer: boolean;
  /**
   * Opens the case of a ticket, or finds the one an earlier try opened.
   * @throws ConnectorRefusal when the CRM answered clearly; anything else is ambiguous.
   */
  openCase(request: CaseRequest, context: OperationContext): Promise<CaseReference>;
  /** Appends a public message to a case, once. */
  appendMessage?(reference: string, message: CaseMessage, context: OperationContext): Promise<void>;
  /** Writes the ticket's state to the case. */
  setState?(
    reference: string,
    state: 'open' | 'waiting_for_you' | 'solved' | 'closed',
    context: OperationContext,
  ): Promise<void>;
  /** Takes the person out of a case, words and files included; an erased or unknown case counts as done. */
  eraseCase?(reference: string, context: OperationContext): Promise<void>;
}
