import { authorize, type Accounts, type KeyViewer, type Viewer } from '../accounts/index.ts';
import type { Bridge, ReceivedTouch } from '../crm-bridge/index.ts';
import type { Database, Db, Tx } from '../platform/database/index.ts';
import { email } from '../platform/fields/index.ts';
import { asRefusal, Refusal } from '../platform/refusal.ts';
import { instant, type Runtime } from '../platform/runtime.ts';
import { readEvent, type ReceivedEvent } from './receivedEvent.ts';
import type { Site } from './site.ts';

/** Events of one batch. */
const MOST_EVENTS = 1_000;

/** What became of one event. */
export interface EventAnswer {
  /** The event's own id, as it came; null where there is none. */
  id: string | null;
  /** `known`: it came before. */
  result: 'stored' | 'known' | 'refused';
  /** The touch it is; null when it was refused. */
  touch: string | null;
  /** Why it was refused. */
  refusal: Refusal | null;
}

export interface ReceiveTouchesDeps {
  database: Database;
  runtime: Runtime;
  accounts: Accounts;
  bridge: Bridge;
  site: Site;
  /** Whether the holder of an address was erased, and did not come back. */
  isErased(tx: Tx, email: string, at: string): Promise<boolean>;
}

/**
 * Takes what other systems know of contacts with customers, as CloudEvents. Each event is answered, and what is said to
 * be stored is on disk by then. One that cannot be taken keeps no other one out.
 * @throws Refusal of the gate; `invalid` on `events` for too many of them.
 */
export function createReceiveTouches({ database, runtime, accounts, bridge, site, isErased }: ReceiveTouchesDeps) {
  /**
   * Whose touches they are. Only a system's key speaks here, so an address stands for the person who has proven it. An
   * unknown one becomes a guest: what was said on the telephone is there when they prove it, and can be erased with
   * them; under the strangers' key it could be neither.
   */
  async function peopleOf(tx: Tx, subjects: readonly string[]): Promise<Map<string, string | null>> {
    const people = new Map<string, string | null>();
    // In one order for all: two batches about the same guests never wait for each other in a circle.
    for (const subject of [...new Set(subjects)].sort())
      people.set(subject, isAddress(subject) ? await ofAddress(tx, subject) : await ofId(tx, subject));
    return people;
  }

  async function ofAddress(tx: Tx, address: string): Promise<string | null> {
    const proven = await tx
      .selectFrom('person')
      .select('id')
      .where('email', '=', address)
      .where('verifiedAt', 'is not', null)
      .executeTakeFirst();
    if (proven) return proven.id;
    // Nobody comes back by what others tell of them.
    if (await isErased(tx, address, instant(runtime.now()))) return null;
    const guest = await accounts.guest(tx, { email: address, name: address, locale: site.brand.locales[0] ?? 'en' });
    return guest.personId;
  }

  async function write(tx: Tx, events: readonly ReceivedEvent[]): Promise<EventAnswer[]> {
    const people = await peopleOf(
      tx,
      events.flatMap(({ subject }) => subject ?? []),
    );
    const answers: EventAnswer[] = [];
    const taken: { event: ReceivedTouch; at: number }[] = [];
    events.forEach(({ source, eventId, subject, touch }, at) => {
      const personId = subject === null ? null : people.get(subject);
      answers.push({ id: eventId, result: 'refused', touch: null, refusal: null });
      if (personId === null && subject !== null) answers[at] = refused(eventId, unknownPerson());
      else taken.push({ event: { ...touch, source, eventId, personId: personId ?? null }, at });
    });
    const received = await bridge.receiveTouches(
      tx,
      taken.map(({ event }) => event),
    );
    received.forEach(({ touchId, isNew }, index) => {
      const { at = 0, event } = taken[index] ?? {};
      answers[at] = { id: event?.eventId ?? null, result: isNew ? 'stored' : 'known', touch: touchId, refusal: null };
    });
    return answers;
  }

  return async function receiveTouches(viewer: Viewer, events: readonly unknown[]): Promise<EventAnswer[]> {
    authorize(viewer, 'touch.receive');
    if (events.length > MOST_EVENTS) {
      const fault = { field: 'events', key: 'errors.tooMany', params: { max: MOST_EVENTS } };
      throw new Refusal('invalid', { fields: [fault] });
    }
    const now = runtime.now();
    const actor = `key:${(viewer as KeyViewer).keyId}`;
    const read = events.map((event) => tried(event, () => readEvent(event, { now, actor })));
    const sound = read.flatMap(({ event }) => event ?? []);
    const written = sound.length === 0 ? [] : await database.transaction((tx) => write(tx, sound.map(inLowerCase)));
    let next = 0;
    return read.map(({ answer }) => answer ?? (written[next++] as EventAnswer));
  };
}

interface Tried {
  event: ReceivedEvent | null;
  answer: EventAnswer | null;
}

function tried(input: unknown, read: () => ReceivedEvent): Tried {
  try {
    return { event: read(), answer: null };
  } catch (error) {
    const refusal = asRefusal(error);
    if (!refusal) throw error;
    const id = typeof input === 'object' && input !== null && 'id' in input ? input.id : null;
    return { event: null, answer: refused(typeof id === 'string' ? id : null, refusal) };
  }
}

const refused = (id: string | null, refusal: Refusal): EventAnswer => ({ id, result: 'refused', touch: null, refusal });

const unknownPerson = (): Refusal =>
  new Refusal('invalid', { fields: [{ field: 'subject', key: 'errors.unknown', params: { label: 'subject' } }] });

const isAddress = (subject: string): boolean => email().safeParse(subject).success;

/** Addresses are compared in lower case everywhere. */
function inLowerCase(event: ReceivedEvent): ReceivedEvent {
  const subject = event.subject?.trim().toLowerCase() ?? null;
  return { ...event, subject };
}

/** @returns null for nobody of ours; somebody who turned out to be somebody else is that one. */
async function ofId(db: Db, id: string): Promise<string | null> {
  const row = await db.selectFrom('person').select(['id', 'mergedInto']).where('id', '=', id).executeTakeFirst();
  return row ? (row.mergedInto ?? row.id) : null;
}
