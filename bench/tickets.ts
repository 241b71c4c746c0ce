import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { noStanding, operator, type PersonViewer } from '../src/accounts/index.ts';
import type { Application } from '../src/app/index.ts';
import { median, openApplication, times, withFolder } from './temporary.ts';

const ASKERS = 50;
const SECONDS = 3;
const RUNS = 3;

export interface TicketRates {
  ticketsPerSecond: number;
  /** One row, one commit, one after the other, on a file with the same settings. */
  commitsPerSecond: number;
  ratio: number;
}

/** How many questions become tickets in a second, against bare commits of one row. */
export async function ticketRates(): Promise<TicketRates> {
  return withFolder(async (folder) => {
    const app = await openApplication(folder);
    try {
      const askers = await Promise.all(Array.from({ length: ASKERS }, (_, n) => asker(app, n)));
      await escalateFor(app, askers, 0.5);
      // In turns, so that a moment when the machine is busy meets both.
      const rates = await times(RUNS, async (n) => ({
        commits: bareCommits(join(folder, `bare-${n}.db`)),
        tickets: await escalateFor(app, askers, SECONDS),
      }));
      const ticketsPerSecond = median(rates.map(({ tickets }) => tickets));
      const commitsPerSecond = median(rates.map(({ commits }) => commits));
      const ratio = median(rates.map(({ tickets, commits }) => tickets / commits));
      return { ticketsPerSecond, commitsPerSecond, ratio };
    } finally {
      await app.close();
    }
  });
}

async function asker(app: Application, n: number): Promise<PersonViewer> {
  const who = { name: `Asker ${n}`, email: `asker-${n}@example.com`, role: 'customer', verified: true } as const;
  const { personId } = await app.accounts.addPerson(operator, who);
  return { kind: 'person', personId, locale: 'en', ...noStanding, ...who };
}

/** Each asker asks again as soon as the answer is there. @returns tickets a second. */
async function escalateFor(app: Application, askers: readonly PersonViewer[], seconds: number): Promise<number> {
  const began = performance.now();
  const endAt = began + seconds * 1_000;
  let opened = 0;
  await Promise.all(
    askers.map(async (viewer) => {
      while (performance.now() < endAt) {
        await app.escalate({
          viewer,
          client: { address: '127.0.0.1', userAgent: null },
          locale: 'en',
          channel: 'web',
          input: {
            subject: 'Two of eight headboards arrived with cracked edges',
            body: 'Six are perfect. On two of them the veneer has split along the lower edge, about 12 cm.',
            inquiry: app.bridge.inquiries.start(),
          },
          key: app.formKey(),
        });
        opened += 1;
      }
    }),
  );
  return (opened / (performance.now() - began)) * 1_000;
}

/** The settings of `src/platform/database/sqliteDriver.ts`. @returns commits a second. */
function bareCommits(file: string): number {
  const database = new DatabaseSync(file);
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON');
  database.exec('CREATE TABLE ticket (id TEXT PRIMARY KEY, subject TEXT)');
  const insert = database.prepare('INSERT INTO ticket VALUES (?, ?)');
  const began = performance.now();
  let commits = 0;
  while (performance.now() - began < SECONDS * 1_000) {
    insert.run(String(commits).padStart(36, '0'), 'Two of eight headboards arrived with cracked edges');
    commits += 1;
  }
  database.close();
  return (commits / (performance.now() - began)) * 1_000;
}
