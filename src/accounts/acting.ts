import { z } from 'zod';
import type { Database, Tx } from '../platform/database/index.ts';
import { oneLine, readInput } from '../platform/fields/index.ts';
import type { Locale } from '../platform/i18n/index.ts';
import { Refusal } from '../platform/refusal.ts';
import { instant, newId, type Runtime } from '../platform/runtime.ts';
import type { AccessLog } from './accessLog.ts';
import { authorize } from './authorize.ts';
import { isId } from './input.ts';
import { operator } from './operator.ts';
import type { MailPort, OnActing } from './ports.ts';
import type { Sessions } from './sessions.ts';
import type { PersonViewer, Viewer } from './viewer.ts';

/** The longest that a colleague acts for a customer at a time, in minutes. */
const ACTING_MINUTES = 60;

const REASON_LENGTH = 200;
const SHOWN = 20;

/** One time that a colleague looked after a customer's things as them; what that customer reads about it. */
export interface ActedFor {
  id: string;
  colleague: string;
  reason: string;
  beganAt: string;
  /** When it ended or will have ended at the latest. */
  endedAt: string;
  isOver: boolean;
}

/** The mail that tells a customer of it. */
export interface ActingMail {
  to: string;
  personId: string;
  locale: Locale;
  colleague: string;
  reason: string;
  beganAt: string;
}

export interface ActingDeps {
  database: Database;
  runtime: Runtime;
  sessions: Sessions;
  accessLog: AccessLog;
  mail: MailPort;
  onActing: OnActing;
}

/** A colleague acts for a customer: in one session, for a reason that the customer reads, for an hour at most. */
export function createActing({ database, runtime, sessions, accessLog, mail, onActing }: ActingDeps) {
  const sessionOf = (tx: Tx, token: string) =>
    tx.selectFrom('loginSession').select('id').where('token', '=', token).executeTakeFirst();

  /** Ends what a session acts, if anything. */
  async function end(tx: Tx, sessionId: string): Promise<void> {
    const ended = await tx
      .updateTable('acting')
      .set({ endedAt: instant(runtime.now()) })
      .where('sessionId', '=', sessionId)
      .where('endedAt', 'is', null)
      .returning(['id', 'staffId', 'customerId', 'reason'])
      .executeTakeFirst();
    if (!ended) return;
    const { id, staffId, customerId: personId, reason } = ended;
    await accessLog.record(tx, { kind: 'acting.ended', by: operator, personId, detail: { acting: id, staffId } });
    await onActing(tx, { kind: 'ended', staffId, personId, reason });
  }

  /** A customer for whom the viewer may act. @throws Refusal `not_found`, `forbidden`, `unauthenticated` */
  async function allowed(viewer: Viewer, customerId: string): Promise<{ id: string; name: string }> {
    const customer = isId(customerId)
      ? await database.db
          .selectFrom('person')
          .select(['id', 'name', 'role', 'verifiedAt'])
          .where('id', '=', customerId)
          .executeTakeFirst()
      : undefined;
    const gated = customer ? { role: customer.role, verified: customer.verifiedAt !== null } : null;
    authorize(viewer, 'customer.act', gated);
    if (!customer) throw new Refusal('not_found');
    return { id: customer.id, name: customer.name };
  }

  return {
    /** Whom the page before acting is about. @throws Refusal `not_found`, `forbidden`, `unauthenticated` */
    customerToActFor: allowed,

    /** For the words that say how long. */
    actingMinutes: ACTING_MINUTES,

    /**
     * From now on this session acts for a customer, who is told by mail and reads it in their account.
     * @throws Refusal `invalid` on `reason`, `not_found`, `forbidden` for a colleague, `unauthenticated`
     */
    async beginActing(
      viewer: Viewer,
      input: { customerId: string; reason: string },
      { headers }: { headers: Headers },
    ): Promise<void> {
      const { id: customerId } = await allowed(viewer, input.customerId);
      const { reason } = readInput(z.object({ reason: oneLine(REASON_LENGTH) }), { reason: input.reason });
      const token = await sessions.tokenOf(headers);
      const staff = viewer as PersonViewer;
      await database.transaction(async (tx) => {
        const session = token ? await sessionOf(tx, token) : undefined;
        if (!session) throw new Refusal('unauthenticated');
        await end(tx, session.id);
        const id = newId(runtime);
        const now = runtime.now();
        const times = { beganAt: instant(now), expiresAt: instant(now + ACTING_MINUTES * 60_000), endedAt: null };
        await tx
          .insertInto('acting')
          .values({ id, sessionId: session.id, staffId: staff.personId, customerId, reason, ...times })
          .execute();
        await accessLog.record(tx, { kind: 'acting.began', by: viewer, personId: customerId, detail: { acting: id } });
        await onActing(tx, { kind: 'began', staffId: staff.personId, personId: customerId, reason });
        await mail.notify(tx, { kind: 'mail.acting', key: `mail.acting:${id}`, id });
      });
    },

    /** The session is its colleague's own again. Silent when it was all along. @returns for whom it acted, if it did. */
    async endActing(headers: Headers): Promise<{ customerId: string | null }> {
      const token = await sessions.tokenOf(headers);
      if (!token) return { customerId: null };
      return database.transaction(async (tx) => {
        const session = await sessionOf(tx, token);
        const acting =
          session &&
          (await tx
            .selectFrom('acting')
            .select('customerId')
            .where('sessionId', '=', session.id)
            .where('endedAt', 'is', null)
            .executeTakeFirst());
        if (!acting) return { customerId: null };
        await end(tx, session.id);
        return { customerId: acting.customerId };
      });
    },

    /** When colleagues acted for the viewer, the newest first. @throws Refusal `unauthenticated`, `forbidden` */
    async actedFor(viewer: Viewer): Promise<ActedFor[]> {
      authorize(viewer, 'account.read');
      if (viewer.kind !== 'person') throw new Refusal('forbidden');
      const rows = await database.db
        .selectFrom('acting')
        .innerJoin('person', 'person.id', 'acting.staffId')
        .select(['acting.id', 'person.name as colleague', 'reason', 'beganAt', 'expiresAt', 'endedAt'])
        .where('customerId', '=', viewer.personId)
        .orderBy('acting.id', 'desc')
        .limit(SHOWN)
        .execute();
      const now = instant(runtime.now());
      return rows.map(({ expiresAt, endedAt, ...row }) => {
        const until = endedAt !== null && endedAt < expiresAt ? endedAt : expiresAt;
        return { ...row, endedAt: until, isOver: endedAt !== null || expiresAt <= now };
      });
    },

    /** What the worker writes to the customer; null when they are gone. */
    async composeActing(id: string): Promise<ActingMail | null> {
      const row = await database.db
        .selectFrom('acting')
        .innerJoin('person as customer', 'customer.id', 'acting.customerId')
        .innerJoin('person as colleague', 'colleague.id', 'acting.staffId')
        .select(['customer.id as personId', 'customer.email as to', 'customer.locale', 'colleague.name as colleague'])
        .select(['reason', 'beganAt'])
        .where('acting.id', '=', id)
        .executeTakeFirst();
      return row ?? null;
    },
  };
}

export type Acting = ReturnType<typeof createActing>;
