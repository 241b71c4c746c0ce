import { copyFileSync } from 'node:fs';
import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { noStanding, operator, type PersonViewer } from '../src/accounts/index.ts';
import type { Application } from '../src/app/index.ts';
import { openApplication, percentile, withFolder } from './temporary.ts';

/** Rows of one transaction, as the sealer has them. */
const BATCH = 500;
/** The steady load under which the delay is measured. */
const WRITES_A_SECOND = 500;
const LOAD_SECONDS = 15;
const PAGES = 300;

export interface SealingFigures {
  touches: number;
  perSecond: number;
  /** The same rows given their numbers and nothing else, in transactions of the same size. */
  floorPerSecond: number;
  ratio: number;
  /** The whole log compared with its seals. */
  verifiedPerSecond: number;
  /** From writing to sealing, in milliseconds, while 500 a second are written. */
  delayMs: { p50: number; p99: number; most: number };
}

/** How quickly touches are sealed, and how long one waits for it. */
export async function sealingFigures(touches: number): Promise<SealingFigures> {
  return withFolder(async (folder) => {
    const file = join(folder, 'waypost.db');
    await (await openApplication(folder)).close();
    fill(file, touches);
    const copy = join(folder, 'floor.db');
    copyFileSync(file, copy);
    const floorPerSecond = numberOnly(copy, touches);
    const app = await openApplication(folder);
    try {
      const perSecond = await rateOf(touches, () => app.bridge.sealedLog.seal());
      const verifiedPerSecond = await rateOf(touches, async () => {
        const { sound, touches: compared } = await app.bridge.sealedLog.verify();
        return sound ? compared : 0;
      });
      const delayMs = await delays(app);
      return { touches, perSecond, floorPerSecond, ratio: perSecond / floorPerSecond, verifiedPerSecond, delayMs };
    } finally {
      await app.close();
    }
  });
}

async function rateOf(touches: number, work: () => Promise<number>): Promise<number> {
  const began = performance.now();
  const done = await work();
  if (done !== touches) throw new Error(`${touches} touches are there, ${done} were met.`);
  return (touches / (performance.now() - began)) * 1_000;
}

/** Rows as the portal writes them, without the portal: it is not its writing that is measured. */
function fill(file: string, touches: number): void {
  const database = new DatabaseSync(file);
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; BEGIN');
  const insert = database.prepare(`insert into touch (id, seq, occurred_at, recorded_at, type, channel, direction,
    source_kind, source, actor, subject, inquiry, campaign, place, body)
    values (?, null, ?, ?, ?, 'web', 'inbound', 'channel', 'portal', 'customer', ?, ?, null, null, ?)`);
  const body = randomBytes(180);
  const subject = randomUUID();
  const began = Date.now() - touches;
  for (let n = 0; n < touches; n++) {
    const at = new Date(began + n).toISOString();
    const time = (began + n).toString(16).padStart(12, '0');
    const id = `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`;
    insert.run(id, at, at, n % 5 ? 'article.read' : 'ticket.answered', subject, 'i'.repeat(22), body);
  }
  database.exec('COMMIT; PRAGMA wal_checkpoint(TRUNCATE)');
  database.close();
}

/** @returns rows a second that get a number, and no more, on a file with the portal's settings. */
function numberOnly(file: string, touches: number): number {
  const database = new DatabaseSync(file);
  database.exec(
    'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY',
  );
  const read = database.prepare('select id from touch where seq is null order by rowid limit ?');
  const update = database.prepare(
    'update touch set seq = ? + given.key from json_each(?) as given where touch.id = given.value',
  );
  const began = performance.now();
  for (let seq = 1; seq <= touches; seq += BATCH) {
    const ids = read.all(BATCH).map(({ id }) => id);
    database.exec('BEGIN IMMEDIATE');
    update.run(seq, JSON.stringify(ids));
    database.exec('COMMIT');
  }
  const rate = (touches / (performance.now() - began)) * 1_000;
  database.close();
  return rate;
}

async function delays(app: Application): Promise<SealingFigures['delayMs']> {
  const { touches, sealedLog } = app.bridge;
  const from = await sealedLog.last();
  const ending = new AbortController();
  const sealing = sealedLog.run(ending.signal);
  const inbound = { type: 'article.read', channel: 'web', direction: 'inbound', actor: 'customer' } as const;
  const began = performance.now();
  for (let written = 0; written < WRITES_A_SECOND * LOAD_SECONDS;) {
    const due = Math.min(((performance.now() - began) / 1_000) * WRITES_A_SECOND, WRITES_A_SECOND * LOAD_SECONDS);
    for (; written < due; written++) touches.record({ ...inbound, personId: null, body: { written } });
    await sleep(5);
  }
  await touches.flush();
  while ((await sealedLog.oldestUnsealed()) !== null) await sleep(50);
  ending.abort();
  await sealing;
  const rows = await app.database.reports
    .selectFrom('touch')
    .innerJoin('touchSeal', (join) =>
      join.onRef('touchSeal.firstSeq', '<=', 'touch.seq').onRef('touchSeal.lastSeq', '>=', 'touch.seq'),
    )
    .select(['touch.recordedAt', 'touchSeal.sealedAt'])
    .where('touch.seq', '>', from)
    .where('touchSeal.firstSeq', '>', from)
    .execute();
  const waited = rows.map(({ recordedAt, sealedAt }) => Date.parse(sealedAt) - Date.parse(recordedAt));
  return { p50: percentile(waited, 0.5), p99: percentile(waited, 0.99), most: Math.max(...waited) };
}

export interface TimelineFigures {
  /** Milliseconds of one page of the timeline, by how many touches the customer has. */
  few: { touches: number; p50: number; p99: number };
  many: { touches: number; p50: number; p99: number };
  ratio: number;
}

/** The newest page and one from the midst, of a customer with many touches against one with few. */
export async function timelineFigures(): Promise<TimelineFigures> {
  return withFolder(async (folder) => {
    const app = await openApplication(folder);
    try {
      const agent = await person(app, 'agent');
      const [few, many] = [await customer(app, 100), await customer(app, 10_000)];
      const took = { few: [] as number[], many: [] as number[] };
      // In turns, so that a moment when the machine is busy meets both.
      for (let page = -20; page < PAGES; page++) {
        for (const [name, { id, midst }] of [
          ['few', few],
          ['many', many],
        ] as const) {
          const began = performance.now();
          await app.bridge.timeline(agent, id, { before: page % 2 ? midst : undefined });
          if (page >= 0) took[name].push(performance.now() - began);
        }
      }
      const figures = (touches: number, ms: number[]) => ({
        ...{ touches, p50: percentile(ms, 0.5), p99: percentile(ms, 0.99) },
      });
      const [of100, of10000] = [figures(100, took.few), figures(10_000, took.many)];
      return { few: of100, many: of10000, ratio: of10000.p99 / of100.p99 };
    } finally {
      await app.close();
    }
  });
}

async function person(app: Application, role: 'agent' | 'customer'): Promise<PersonViewer> {
  const who = { name: role, email: `${randomUUID()}@example.com`, role, verified: true } as const;
  const { personId } = await app.accounts.addPerson(operator, who);
  return { kind: 'person', personId, locale: 'en', ...who, ...noStanding };
}

/** @returns the customer, and the cursor of a page in the midst of the timeline. */
async function customer(app: Application, touches: number): Promise<{ id: string; midst: string }> {
  const { personId } = await person(app, 'customer');
  const began = Date.now() - touches * 60_000;
  for (let n = 0; n < touches; n++)
    app.bridge.touches.record({
      ...{ type: 'article.read', channel: 'web', direction: 'inbound', actor: 'customer', personId },
      ...{ occurredAt: began + n * 60_000, body: { title: 'Oil the table', locale: 'en', slug: 'oil-the-table' } },
    });
  await app.bridge.touches.flush();
  const midst = new Date(began + (touches / 2) * 60_000).toISOString();
  return { id: personId, midst: `${midst}~${randomUUID()}` };
}
