import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Application } from '../../src/app/index.ts';
import { escalationOf, openForEscalations, type DoomedEscalation } from './doomedEscalation.ts';
import { openTables, type Tables } from './evidence.ts';

const program = join(import.meta.dirname, 'doomedEscalation.ts');
/** More statements than one escalation has. */
const MOST = 80;

export interface StatementReport {
  /** How many statements one escalation has, those around the transaction included. */
  statements: number;
  kills: number;
  broken: string[];
}

/**
 * Kills a process at each statement of an escalation, and once between its COMMIT and the answer; looks each time what
 * is there, and tries again with the same key.
 * @param every 1: at each statement; 5: at each fifth.
 */
export async function killAtEachStatement(databaseUrl: string, every = 1): Promise<StatementReport> {
  const folder = mkdtempSync(join(tmpdir(), 'waypost-statements-'));
  const app = await openForEscalations({ databaseUrl, folder });
  const tables = await openTables(databaseUrl);
  const report: StatementReport = { statements: 0, kills: 0, broken: [] };
  try {
    let next = 1;
    const oneAfterTheOther = async (): Promise<void> => {
      while (report.statements === 0 && next <= MOST) {
        const at = next;
        next += every;
        const outlived = await killAt(app, tables, doomed(databaseUrl, folder, at), report);
        // The other one may be a statement further and outlive it, too.
        if (outlived) report.statements = Math.min(report.statements || Infinity, at - 1);
      }
    };
    await Promise.all([oneAfterTheOther(), oneAfterTheOther()]);
    await killAt(app, tables, doomed(databaseUrl, folder, 'answer'), report);
  } finally {
    await tables.close();
    await app.close();
    rmSync(folder, { recursive: true, force: true });
  }
  return report;
}

function doomed(databaseUrl: string, folder: string, killAt: DoomedEscalation['killAt']): DoomedEscalation {
  return {
    ...{ databaseUrl, folder, killAt, subject: `Killed at ${killAt}`, key: `key-${killAt}` },
    ...{ inquiry: `inquiry-of-the-kill-at-${killAt}`, email: `asker-${killAt}@example.com` },
  };
}

/** @returns whether the process outlived its escalation. */
async function killAt(
  app: Application,
  tables: Tables,
  about: DoomedEscalation,
  report: StatementReport,
): Promise<boolean> {
  const told = await escalateAndDie(about);
  if (told === null) report.kills += 1;
  const isCommitted = told !== null || about.killAt === 'answer';
  const compare = (when: string, found: Record<string, number>, each: number): void => {
    const { strays, ...parts } = found;
    const wrong = Object.values(parts).some((count) => count !== each) || strays !== 0;
    if (wrong) report.broken.push(`${when} at ${about.killAt}: ${JSON.stringify(found)}, expected ${each} of each`);
  };
  compare('killed', await stored(tables, about), isCommitted ? 1 : 0);
  const { number } = await app.escalate(escalationOf(about));
  compare('tried again', await stored(tables, about), 1);
  if (told !== null && told !== number) report.broken.push(`told ${told}, then ${number}`);
  return told !== null;
}

/** @returns what the process said before it ended, null when it was killed. */
function escalateAndDie(about: DoomedEscalation): Promise<string | null> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), 'waypost-faults-code') };
    execFile(process.execPath, [program, JSON.stringify(about)], { env }, (error, stdout, stderr) => {
      if (!error) resolve(stdout);
      else if (error.signal === 'SIGKILL') resolve(null);
      else reject(new Error(stderr));
    });
  });
}

/** How much of one escalation is stored: rows of each kind that carry its marks, and operations about no ticket. */
async function stored(tables: Tables, about: DoomedEscalation): Promise<Record<string, number>> {
  const { subject, inquiry, key, email } = about;
  const count = async (what: string): Promise<number> =>
    Number((await tables.query(`select count(*) as n from ${what}`))[0]?.['n']);
  const ofTicket = `payload like '%' || coalesce((select id from ticket where subject = '${subject}'), 'none') || '%'`;
  return {
    tickets: await count(`ticket where subject = '${subject}'`),
    messages: await count(`message where body = '${subject}'`),
    touches: await count(`touch where inquiry = '${inquiry}'`),
    inquiries: await count(`inquiry where id = '${inquiry}' and outcome = 'escalated'`),
    cases: await count(`job where kind = 'case.open' and ${ofTicket}`),
    mails: await count(`job where kind like 'mail.%' and ${ofTicket}`),
    keys: await count(`idempotency where key = '${key}' and result <> ''`),
    people: await count(`person where email = '${email}'`),
    strays: await count(`job where not exists (select 1 from ticket where job.payload like '%' || ticket.id || '%')`),
  };
}
