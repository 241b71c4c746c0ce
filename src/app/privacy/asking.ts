import { z } from 'zod';
import { identityOf, themselves, type Accounts, type Erasure, type Viewer } from '../../accounts/index.ts';
import type { Database, Tx } from '../../platform/database/index.ts';
import { email, readInput } from '../../platform/fields/index.ts';
import type { Locale } from '../../platform/i18n/index.ts';
import type { Queue } from '../../platform/jobs/index.ts';
import { Refusal } from '../../platform/refusal.ts';
import { instant, type Runtime } from '../../platform/runtime.ts';
import { sign, verify } from '../../platform/secrets/index.ts';
import { oweErasure } from './erasing.ts';
import type { Ledger } from './ledger.ts';

/** An erasure that runs, as its person sees it. */
export interface RunningErasure {
  askedAt: string;
  dueAt: string;
}

/** The mail about it, with the way back. */
export interface ErasureMail {
  to: string;
  locale: Locale;
  personId: string;
  token: string;
  dueAt: string;
}

export interface AskingDeps {
  database: Database;
  runtime: Runtime;
  queue: Queue;
  accounts: Accounts;
  ledger: Ledger;
  /** 32 bytes that the way back is signed with. */
  key: Uint8Array;
}

const typed = z.object({ email: email() });

/** Asking to be erased, and changing one's mind within seven days. */
export function createAsking({ database, runtime, queue, accounts, ledger, key }: AskingDeps) {
  async function note(personId: string, tx: Tx, dueAt?: string): Promise<{ erasure: Erasure; isNew: boolean }> {
    const asked = await accounts.erasures.ask(tx, personId, dueAt);
    if (asked.isNew) {
      await oweErasure(queue, tx, asked.erasure);
      await queue.enqueue(tx, {
        kind: 'mail.erasure',
        key: `mail.erasure:${asked.erasure.id}`,
        payload: { erasureId: asked.erasure.id },
      });
    }
    return asked;
  }

  /** So that a request survives the restore of a backup that is older than it. */
  async function enter(kind: 'asked' | 'undone', erasure: Erasure): Promise<void> {
    const at = instant(runtime.now());
    const who = await identityOf(database.db, erasure.personId ?? '', at);
    const people = who.personIds.map(ledger.personHash);
    const addresses = who.emails.map(ledger.addressHash);
    await ledger.add({ kind, at, erasure: erasure.id, dueAt: erasure.dueAt, people, addresses });
  }

  async function undo(erasureId: string): Promise<boolean> {
    const erasure = await accounts.erasures.byId(database.db, erasureId);
    if (!erasure) return false;
    const undone = await database.transaction((tx) => accounts.erasures.undo(tx, erasureId));
    if (undone) await enter('undone', erasure);
    return undone;
  }

  function erasureIdOf(token: string): string | null {
    const [id = '', signature = ''] = token.split('.');
    return /^[0-9a-f-]{36}$/.test(id) && verify(key, id, signature) ? id : null;
  }

  async function readyBy(token: string): Promise<Erasure | null> {
    const id = erasureIdOf(token);
    const erasure = id === null ? undefined : await accounts.erasures.byId(database.db, id);
    return erasure && !erasure.undoneAt && !erasure.erasedAt ? erasure : null;
  }

  return {
    /**
     * Asks to be erased in seven days: every session ends, and a mail brings the way back.
     * @param input.email their own address, typed to be sure.
     * @returns the cookies that end the session here.
     * @throws Refusal `invalid` on `email`, `forbidden` for colleagues, who first have to stop being one; `unauthenticated`
     */
    async askErasure(viewer: Viewer, input: { email: string }): Promise<{ cookies: string[]; dueAt: string }> {
      const person = themselves(viewer);
      if (person.role !== 'customer') throw new Refusal('forbidden');
      const given = readInput(typed, input);
      if (given.email !== person.email)
        throw new Refusal('invalid', { fields: [{ field: 'email', key: 'errors.notYours' }] });
      const { erasure, isNew, cookies } = await database.transaction(async (tx) => ({
        ...(await note(person.personId, tx)),
        ...(await accounts.endSessions(tx, person.personId)),
      }));
      if (isNew) await enter('asked', erasure);
      return { cookies, dueAt: erasure.dueAt };
    },

    /** An erasure of the viewer's that still can be undone; null when there is none. */
    async runningErasure(viewer: Viewer): Promise<RunningErasure | null> {
      const running = await accounts.erasures.runningOf(database.db, themselves(viewer).personId);
      return running ? { askedAt: running.askedAt, dueAt: running.dueAt } : null;
    },

    /** What a mailed way back leads to, without doing anything; null when it is over. */
    async lookAtErasure(token: string): Promise<RunningErasure | null> {
      const erasure = await readyBy(token);
      return erasure && { askedAt: erasure.askedAt, dueAt: erasure.dueAt };
    },

    /** Changes one's mind. @throws Refusal `invalid` on `token` when it is too late or was done before. */
    async undoErasure(by: Viewer | string): Promise<void> {
      const erasure =
        typeof by === 'string'
          ? await readyBy(by)
          : await accounts.erasures.runningOf(database.db, themselves(by).personId);
      if (!erasure || !(await undo(erasure.id)))
        throw new Refusal('invalid', { fields: [{ field: 'token', key: 'accounts.expired.text' }] });
    },

    /** For the mail of a request; null when it was undone or done meanwhile. */
    async composeErasureMail(erasureId: string): Promise<ErasureMail | null> {
      const erasure = await accounts.erasures.byId(database.db, erasureId);
      if (!erasure?.personId || erasure.undoneAt) return null;
      const person = await accounts.personById(database.db, erasure.personId);
      if (!person) return null;
      const { email: to, locale, id: personId } = person;
      return { to, locale, personId, dueAt: erasure.dueAt, token: `${erasureId}.${sign(key, erasureId)}` };
    },

    /** The same by whoever runs the portal. @param due ISO; in seven days by default. @returns the erasure's id. */
    async askFor(personId: string, due?: string): Promise<Erasure> {
      const { erasure, isNew } = await database.transaction(async (tx) => {
        await accounts.endSessions(tx, personId);
        const asked = await note(personId, tx, due);
        if (asked.isNew || due === undefined) return asked;
        const dueAt = await accounts.erasures.hasten(tx, asked.erasure.id);
        await oweErasure(queue, tx, { id: asked.erasure.id, dueAt });
        return { erasure: { ...asked.erasure, dueAt }, isNew: false };
      });
      if (isNew) await enter('asked', erasure);
      return erasure;
    },
  };
}
