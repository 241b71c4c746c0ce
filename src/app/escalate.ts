import { z } from 'zod';
import { authorize, customerActor, type Accounts, type Client, type Viewer } from '../accounts/index.ts';
import { ticketFields, type Bridge } from '../crm-bridge/index.ts';
import type { OrderReading } from '../orders/index.ts';
import type { Database, Tx } from '../platform/database/index.ts';
import { email, oneLine, optional, readInput } from '../platform/fields/index.ts';
import type { Locale } from '../platform/i18n/index.ts';
import { fingerprintOf, once } from '../platform/idempotency/index.ts';
import type { Queue } from '../platform/jobs/index.ts';
import { networkOf, type Limits } from '../platform/limits/index.ts';
import type { Runtime } from '../platform/runtime.ts';
import { hashToken } from '../platform/secrets/index.ts';
import type { Site } from './site.ts';

const HOUR_SECONDS = 3_600;

/** Whether colleagues in the account may read it, as far as its owner lets them; `me`: nobody but whoever asks. */
const shareField = optional(z.enum(['account', 'me'], { error: 'errors.choice' }));

const knownFields = ticketFields.extend({ share: shareField });
const guestFields = ticketFields.extend({ email: email(), name: optional(oneLine(120)) });

export interface Escalated {
  /** As people read it: `W-2087`. */
  number: string;
  state: 'open';
  /** Whether the asker may follow it at once; otherwise the mail we send has the way in. */
  confirmed: boolean;
}

export interface EscalateDeps {
  database: Database;
  runtime: Runtime;
  accounts: Accounts;
  bridge: Bridge;
  orders: Pick<OrderReading, 'numberIn'>;
  queue: Queue;
  limits: Limits;
  site: Site;
}

export interface Escalation {
  viewer: Viewer;
  client: Client;
  locale: Locale;
  channel: 'web' | 'api';
  /** The form or JSON as it came; checked here. */
  input: unknown;
  /** The form's or client's idempotency key: the same one opens one ticket. */
  key: string | null;
}

/**
 * A question that stays open becomes a ticket: one transaction writes it with its first message, the inquiry's end, the
 * touch, what is owed to each CRM, and the mail. Whoever is not signed in names an address, which a button behind a
 * mailed link must prove before anything of the ticket is shown.
 * @throws Refusal `invalid` with a fault a field, `limited`, `forbidden` for partner keys, `conflict` for a used key.
 */
export function createEscalate({ database, runtime, accounts, bridge, orders, queue, limits, site }: EscalateDeps) {
  async function limit({ viewer, client }: Escalation): Promise<void> {
    if (viewer.kind === 'key') return;
    const rate = site.limits.questions ?? { max: 30, windowSeconds: HOUR_SECONDS };
    const who = viewer.kind === 'person' ? viewer.personId : networkOf(client.address);
    await limits.take({ name: 'questions', who, ...rate });
  }

  return async function escalate(escalation: Escalation): Promise<Escalated> {
    const { viewer, locale, channel, input, key } = escalation;
    authorize(viewer, 'ticket.open');
    const known = viewer.kind === 'person' && viewer.verified ? viewer : null;
    const guest = known ? null : readInput(guestFields, input);
    const own = known && readInput(knownFields, input);
    const sent = guest ?? own ?? readInput(ticketFields, input);
    await limit(escalation);
    // An order that the asker may see is attached under its own number; another's stays the words that it is.
    const order = sent.order === undefined ? undefined : ((await orders.numberIn(viewer, sent.order)) ?? sent.order);
    const fields = { ...sent, order };
    // The same form sent twice has its files streamed in twice, under other tokens: they do not make it another one.
    return database.transaction((tx) =>
      once(
        tx,
        key === null
          ? null
          : { scope: scopeOf(viewer, guest?.email), key, fingerprint: fingerprintOf({ ...fields, files: [] }) },
        runtime,
        async () => {
          const personId = known?.personId ?? (await guestOf(tx, guest, locale));
          const { ticketId, number } = await bridge.openTicket(tx, {
            ...fields,
            personId,
            accountId: own && own.share !== 'me' ? known.accountId : null,
            confirmed: known !== null,
            locale,
            channel,
            actor: customerActor(viewer),
            authorId: known?.actedBy?.personId ?? null,
          });
          await oweMail(tx, { personId, ticketId, verified: known !== null });
          return { number, state: 'open', confirmed: known !== null } satisfies Escalated;
        },
      ),
    );
  };

  async function guestOf(tx: Tx, guest: z.output<typeof guestFields> | null, locale: Locale): Promise<string> {
    if (!guest) throw new Error('A ticket has neither a person nor an address.');
    const { personId } = await accounts.guest(tx, { email: guest.email, name: guest.name ?? guest.email, locale });
    return personId;
  }

  /** A proven address is told that we have it; another gets its one mail of the day, with the way to prove it. */
  async function oweMail(
    tx: Tx,
    { personId, ticketId, verified }: { personId: string; ticketId: string; verified: boolean },
  ): Promise<void> {
    if (!verified && !(await accounts.claimUnverifiedMail(tx, personId))) return;
    const kind = verified ? 'mail.opened' : 'mail.confirm';
    await queue.enqueue(tx, { kind, key: `${kind}:${ticketId}`, subject: `mail:${ticketId}`, payload: { ticketId } });
  }
}

/** One caller's keys never meet another's; a guest is told apart by the address, which is not stored here in the clear. */
function scopeOf(viewer: Viewer, email = ''): string {
  if (viewer.kind === 'key') return `ask:key:${viewer.keyId}`;
  return viewer.kind === 'person' && viewer.verified ? `ask:${viewer.personId}` : `ask:guest:${hashToken(email)}`;
}
