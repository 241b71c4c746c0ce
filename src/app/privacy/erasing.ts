import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  forgetInAccounts,
  identityOf,
  type Accounts,
  type Erasure,
  type Identity,
  type Leftovers,
} from '../../accounts/index.ts';
import type { Bridge } from '../../crm-bridge/index.ts';
import { forgetInKb } from '../../kb/index.ts';
import { forgetInOrders } from '../../orders/index.ts';
import type { Database, Tx } from '../../platform/database/index.ts';
import { forgetAnswers } from '../../platform/idempotency/index.ts';
import type { Queue } from '../../platform/jobs/index.ts';
import { forgetMails } from '../../platform/mail/index.ts';
import { instant, type Runtime } from '../../platform/runtime.ts';
import { hashToken } from '../../platform/secrets/index.ts';
import type { Ledger, LedgerLine } from './ledger.ts';
import { personalTables } from './register.ts';

/** A worker that held a mail of theirs while they were erased has ended by then, so that what it wrote is found. */
const AFTERWARDS_MS = 2 * 60_000;

export interface ErasingDeps {
  database: Database;
  runtime: Runtime;
  queue: Queue;
  accounts: Accounts;
  bridge: Bridge;
  ledger: Ledger;
  /** Writes what is gathered in memory, so that nothing of theirs comes after. */
  settle(): Promise<void>;
  folders: { uploads: string; mails: string; personalFiles: string; orderFiles: string };
}

/**
 * Erases people, in steps of which each can be repeated: the line in the ledger, one transaction that takes their rows from
 * every room, the files, and what the database's own files still hold. A process killed anywhere leaves the rest to the
 * next try.
 */
export function createErasing(deps: ErasingDeps) {
  const { database, runtime, queue, accounts, bridge, ledger, folders } = deps;

  /** Takes somebody out of every room. The order matters: rows of the later rooms are named by those of the earlier. */
  async function forget(tx: Tx, who: Identity): Promise<Leftovers> {
    const forgotten = [
      await forgetInKb(tx, who),
      await forgetInOrders(tx, who),
      await bridge.personal.forget(tx, who),
      await forgetInAccounts(tx, who),
    ];
    const ids = new Set(forgotten.flatMap((each) => each.ids));
    await queue.forget(tx, ids);
    await forgetAnswers(tx, new Set([...ids, ...who.emails.map(hashToken)]));
    return {
      uploads: forgotten.flatMap((each) => each.files),
      personalFiles: forgotten.flatMap((each) => each.personalFiles ?? []),
      orderFiles: forgotten.flatMap((each) => each.orderFiles ?? []),
      addresses: [...who.emails, ...(who.mailedTo ?? [])].map(ledger.addressHash),
    };
  }

  async function eraseRows(erasure: Erasure): Promise<boolean> {
    if (erasure.personId === null) return false;
    await deps.settle();
    const at = instant(runtime.now());
    const who = await identityOf(database.db, erasure.personId, at);
    const line: LedgerLine = {
      kind: 'erased',
      at,
      erasure: erasure.id,
      people: who.personIds.map(ledger.personHash),
      addresses: who.emails.map(ledger.addressHash),
    };
    await ledger.add(line);
    return database.transaction(async (tx) => {
      // Held for the rest of the transaction, so that changing one's mind comes before it or too late.
      const held = await accounts.erasures.hold(tx, erasure.id);
      if (!held?.personId || held.undoneAt || held.erasedAt) return false;
      const leftovers = await forget(tx, await identityOf(tx, held.personId, at));
      await accounts.erasures.erased(tx, erasure.id, { leftovers, hashes: line.addresses, at });
      const sweep = { kind: 'privacy.sweep', key: `privacy.sweep:${erasure.id}` };
      const payload = { addresses: leftovers.addresses };
      await queue.enqueue(tx, { ...sweep, payload, runAt: runtime.now() + AFTERWARDS_MS });
      return true;
    });
  }

  async function clean(leftovers: Partial<Leftovers>): Promise<void> {
    for (const name of leftovers.uploads ?? []) await rm(join(folders.uploads, name), { force: true });
    for (const name of leftovers.personalFiles ?? [])
      await rm(join(folders.personalFiles, name), { force: true, recursive: true });
    for (const name of leftovers.orderFiles ?? []) await rm(join(folders.orderFiles, name), { force: true });
    const hashes = new Set(leftovers.addresses);
    await forgetMails(folders.mails, (address) => hashes.has(ledger.addressHash(address)));
    await database.scrub(personalTables());
  }

  /** Does what is left of an erasure; does nothing where it was undone or is not due yet. */
  async function run(erasureId: string): Promise<void> {
    const erasure = await accounts.erasures.byId(database.db, erasureId);
    if (!erasure || erasure.undoneAt || erasure.doneAt) return;
    if (!erasure.erasedAt) {
      if (erasure.dueAt > instant(runtime.now())) return;
      if (!(await eraseRows(erasure))) return;
    }
    const erased = await accounts.erasures.byId(database.db, erasureId);
    await clean(JSON.parse(erased?.leftovers ?? '{}') as Partial<Leftovers>);
    await accounts.erasures.done(database.db, erasureId);
    await database.scrub([]);
  }

  queue.handle('privacy.erase', (job) => run((job.payload as { erasureId: string }).erasureId), { atOnce: 1 });
  queue.handle('privacy.sweep', (job) => clean({ addresses: (job.payload as { addresses: string[] }).addresses }), {
    atOnce: 1,
  });

  return {
    run,

    /**
     * Does again what the ledger tells: after a restore, whoever was erased since the backup is erased, and whoever had
     * asked for it has asked for it.
     * @returns how many were erased and how many requests came back.
     */
    async replay(): Promise<{ erased: number; asked: number }> {
      const lines = await ledger.read();
      const done = { erased: 0, asked: 0 };
      const people = await database.db
        .selectFrom('person')
        .select(['id', 'email', 'verifiedAt', 'mergedInto'])
        .execute();
      const byHash = new Map<string, string>();
      for (const { id, email, mergedInto, verifiedAt } of people) {
        byHash.set(ledger.personHash(id), mergedInto ?? id);
        const address = ledger.addressHash(email);
        if (mergedInto === null && (verifiedAt !== null || !byHash.has(address))) byHash.set(address, id);
      }
      const undone = new Set(lines.filter(({ kind }) => kind === 'undone').map(({ erasure }) => erasure));
      const erased = new Set(lines.filter(({ kind }) => kind === 'erased').map(({ erasure }) => erasure));
      for (const line of lines) {
        if (line.kind === 'erased' && (await replayErased(line, byHash))) done.erased += 1;
        if (line.kind === 'asked' && !undone.has(line.erasure) && !erased.has(line.erasure)) {
          if (await replayAsked(line, byHash)) done.asked += 1;
        }
      }
      return done;
    },
  };

  /** @returns whether anybody was there to be erased. */
  async function replayErased(line: LedgerLine, byHash: ReadonlyMap<string, string>): Promise<boolean> {
    const { at, people, addresses } = line;
    const personIds = [...new Set([...people, ...addresses].flatMap((hash) => byHash.get(hash) ?? []))];
    const emails = await emailsOf(new Set(addresses));
    const leftovers = await database.transaction(async (tx) => {
      const left: Leftovers = { uploads: [], personalFiles: [], orderFiles: [], addresses: [...addresses] };
      for (const personId of personIds) add(left, await forget(tx, await identityOf(tx, personId, at)));
      // Orders, requests and kept answers name addresses where there is no person of theirs (any more).
      if (emails.length > 0) add(left, await forget(tx, { personIds: [], emails, before: at }));
      const id = await accounts.erasures.noteReplayed(tx, line.erasure, at);
      await accounts.erasures.erased(tx, id, { leftovers: left, hashes: addresses, at });
      return left;
    });
    await clean(leftovers);
    await accounts.erasures.done(database.db, line.erasure);
    return personIds.length > 0 || emails.length > 0;
  }

  async function replayAsked(line: LedgerLine, byHash: ReadonlyMap<string, string>): Promise<boolean> {
    const personId = line.people.flatMap((hash) => byHash.get(hash) ?? [])[0];
    if (personId === undefined) return false;
    return database.transaction(async (tx) => {
      const { erasure, isNew } = await accounts.erasures.ask(tx, personId, line.dueAt);
      await oweErasure(queue, tx, erasure);
      return isNew;
    });
  }

  /** The addresses in orders and requests that have one of these hashes. */
  async function emailsOf(hashes: ReadonlySet<string>): Promise<string[]> {
    const inOrders = await database.db
      .selectFrom('order')
      .select('customerEmail as email')
      .distinct()
      .where('customerEmail', 'is not', null)
      .execute();
    const inRequests = await database.db.selectFrom('enterRequest').select('email').distinct().execute();
    const all = [...inOrders, ...inRequests].flatMap(({ email }) => (email === null ? [] : [email]));
    return [...new Set(all)].filter((email) => hashes.has(ledger.addressHash(email)));
  }
}

function add(left: Leftovers, more: Leftovers): void {
  left.uploads.push(...more.uploads);
  left.personalFiles.push(...more.personalFiles);
  left.orderFiles.push(...more.orderFiles);
  left.addresses.push(...more.addresses);
}

/** Owes the erasing when its day has come, in the transaction that noted the request. */
export async function oweErasure(queue: Queue, tx: Tx, erasure: Pick<Erasure, 'id' | 'dueAt'>): Promise<void> {
  const { id, dueAt } = erasure;
  await queue.enqueue(tx, {
    kind: 'privacy.erase',
    key: `privacy.erase:${id}:${dueAt}`,
    payload: { erasureId: id },
    runAt: Date.parse(dueAt),
  });
}
