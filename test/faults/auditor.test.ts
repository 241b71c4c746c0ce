import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { audit, type Evidence, type Finding } from './auditor.ts';
import { openTables } from './evidence.ts';
import { killRun } from './killRun.ts';
import type { FaultSite } from './site.ts';

type Promised = Finding['promise'];

const promisesOf = (findings: readonly Finding[]): Set<Promised> => new Set(findings.map(({ promise }) => promise));

/** One thing that is wrong with sound evidence. */
interface Plant {
  what: string;
  breaks: Promised;
  sql?: readonly string[];
  change?: (evidence: Evidence) => Partial<Evidence>;
}

const lastTicket = '(select id from ticket order by number desc limit 1)';
const anAnswer =
  "(select id from message where author = 'customer' and seq > (select min(seq) from message first where first.ticket_id = message.ticket_id) limit 1)";

const plants: readonly Plant[] = [
  { what: 'a lost ticket', breaks: 'acknowledged is stored', sql: [`delete from ticket where id = ${lastTicket}`] },
  {
    what: 'a doubled ticket',
    breaks: 'stored once',
    sql: [
      `create temp table twin as select * from ticket where id = ${lastTicket}`,
      `update twin set id = 'twin', number = number + 1`,
      `insert into ticket select * from twin`,
    ],
  },
  { what: 'a lost answer', breaks: 'acknowledged is stored', sql: [`delete from message where id = ${anAnswer}`] },
  {
    what: 'a doubled answer',
    breaks: 'stored once',
    sql: [
      `create temp table twin as select * from message where id = ${anAnswer}`,
      `update twin set id = 'twin', seq = seq + 100000`,
      `insert into message select * from twin`,
    ],
  },
  {
    what: 'an answer below another ticket',
    breaks: 'all or nothing',
    sql: [
      `update message set ticket_id = (select id from ticket where id <> message.ticket_id limit 1) where id = ${anAnswer}`,
    ],
  },
  {
    what: 'a ticket without its message',
    breaks: 'all or nothing',
    sql: [`delete from message where ticket_id = ${lastTicket}`],
  },
  {
    what: 'a ticket without its touch',
    breaks: 'all or nothing',
    sql: [
      'drop trigger touch_kept',
      `delete from touch where inquiry = (select inquiry from ticket where id = ${lastTicket})`,
    ],
  },
  {
    what: 'an answer without its touch',
    breaks: 'all or nothing',
    sql: [
      'drop trigger touch_kept',
      `delete from touch where id = (select id from touch where type = 'ticket.answered' limit 1)`,
    ],
  },
  {
    what: 'a doubled touch',
    breaks: 'stored once',
    sql: [
      `create temp table twin as select * from touch where type = 'ticket.opened' limit 1`,
      `update twin set id = 'twin', seq = null`,
      `insert into touch select * from twin`,
    ],
  },
  {
    what: 'a sealed touch that lost its number',
    breaks: 'touches are sealed without gaps',
    sql: ['drop trigger touch_unchanged', 'update touch set seq = null where seq = 3'],
  },
  {
    what: 'a seal that says less than is sealed',
    breaks: 'touches are sealed without gaps',
    sql: ['drop trigger touch_seal_kept', 'delete from touch_seal where number = (select max(number) from touch_seal)'],
  },
  {
    what: 'an inquiry that goes on',
    breaks: 'all or nothing',
    sql: [`update inquiry set outcome = null where id = (select inquiry from ticket where id = ${lastTicket})`],
  },
  {
    what: 'a skipped number',
    breaks: 'numbers are unique and without gaps',
    sql: [`update ticket set number = number + 1000 where id = ${lastTicket}`],
  },
  {
    what: 'another number than the client was told',
    breaks: 'one key, one answer',
    sql: [`update ticket set number = number + 1000 where id = ${lastTicket}`],
  },
  {
    what: 'two answers for one key',
    breaks: 'one key, one answer',
    change: ({ writes }) => ({
      writes: writes.map((write, n) => (n === 0 ? { ...write, acknowledged: [...write.acknowledged, 'W-1'] } : write)),
    }),
  },
  {
    what: 'a ticket that nobody asked for',
    breaks: 'nothing that nobody asked for',
    sql: [`update ticket set subject = 'from nowhere' where id = ${lastTicket}`],
  },
  {
    what: 'a ticket that never came to the CRM',
    breaks: 'in the CRM once',
    change: ({ journal }) => ({ journal: journal.filter((entry) => entry !== journal[0]) }),
  },
  {
    what: 'two cases of one ticket',
    breaks: 'in the CRM once',
    change: ({ journal }) => ({
      journal: [...journal, ...journal.slice(0, 1).map((entry) => ({ ...entry, key: 'new', reference: 'C-0' }))],
    }),
  },
  {
    what: 'a message twice in the CRM',
    breaks: 'in the CRM once',
    change: ({ journal }) => ({
      journal: [
        ...journal,
        ...journal.filter(({ verb }) => verb === 'message').map((entry) => ({ ...entry, key: entry.key + 2 })),
      ],
    }),
  },
  { what: 'a ticket without the link to its case', breaks: 'in the CRM once', sql: ['delete from case_link'] },
  {
    what: 'a link to another case',
    breaks: 'in the CRM once',
    sql: [`update case_link set reference = 'C-0' where ticket_id = ${lastTicket}`],
  },
  {
    what: 'a case of nothing',
    breaks: 'nothing in the CRM without its row',
    change: ({ journal }) => ({ journal: [...journal, { key: 'k', verb: 'open', reference: 'C-0', ticket: 'W-1' }] }),
  },
  {
    what: 'a message of nothing',
    breaks: 'nothing in the CRM without its row',
    change: ({ journal }) => ({
      journal: [...journal, { key: 'k', verb: 'message', reference: journal[0]?.reference ?? '', message: 'm' }],
    }),
  },
  {
    what: 'another order in the CRM',
    breaks: 'the CRM has our order',
    change: ({ journal }) => ({ journal: journal.toReversed() }),
  },
  {
    what: 'a leased operation',
    breaks: 'every operation ends',
    sql: [`update job set state = 'leased' where seq = (select max(seq) from job)`],
  },
  {
    what: 'a parked operation',
    breaks: 'every operation ends',
    sql: [`update job set state = 'parked' where seq = (select max(seq) from job)`],
  },
  { what: 'lost mails', breaks: 'one mail a ticket', change: () => ({ mails: [] }) },
  {
    what: 'mails twice',
    breaks: 'one mail a ticket',
    change: ({ mails }) => ({ mails: [...mails, ...mails] }),
  },
];

describe('the auditor finds what is planted in sound evidence', { timeout: 300_000 }, () => {
  it('each by itself', async () => {
    const missed: string[] = [];
    const plantAll = async (evidence: Evidence): Promise<void> => {
      await evidence.query('pragma foreign_keys = off');
      for (const { what, breaks, sql = [], change } of plants) {
        await evidence.query('savepoint planted');
        for (const statement of sql) await evidence.query(statement);
        const found = promisesOf(await audit({ ...evidence, ...change?.(evidence) }));
        if (!found.has(breaks)) missed.push(`${what}: found ${[...found].join(', ') || 'nothing'}`);
        await evidence.query('rollback to planted');
        await evidence.query('release planted');
      }
      expect(await audit(evidence)).toEqual([]);
    };
    const inspect = async (evidence: Evidence, site: FaultSite): Promise<void> => {
      await plantAll(evidence);
      await plantDamage(evidence, site);
    };
    const { findings } = await killRun({ kills: 0, writes: 60, seed: 8, drainSeconds: 0, inspect });
    expect(findings).toEqual([]);
    expect(missed).toEqual([]);
  });

  /** A copy of the database with other bytes in one page of each ten. */
  async function plantDamage(evidence: Evidence, site: FaultSite): Promise<void> {
    const copy = join(site.folder, 'damaged.db');
    await evidence.query(`vacuum into '${copy}'`);
    const bytes = readFileSync(copy);
    for (let at = 10 * 4096 + 64; at < bytes.length; at += 10 * 4096) bytes.fill(0xa5, at, at + 256);
    writeFileSync(copy, bytes);
    const { damage, close } = await openTables(`sqlite:${copy}`);
    const found = promisesOf(await audit({ ...evidence, damage }));
    await close();
    expect(found).toContain('the database is sound');
  }
});
