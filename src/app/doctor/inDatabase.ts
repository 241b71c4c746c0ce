import { sql } from 'kysely';
import type { Database } from '../../platform/database/index.ts';
import { isLoopback, type Environment } from '../../platform/config/index.ts';
import { routes } from '../routes.ts';
import { note, ok, wrong, type Finding } from './finding.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** So long an operation may wait before it looks as if no worker ran. */
const OWED_MS = 60 * MINUTE_MS;
const SKEW_MS = 2_000;

interface Looking {
  database: Database;
  environment: Environment;
  now: number;
}

/** What the database tells of how the portal stands. */
export async function lookIntoDatabase(looking: Looking): Promise<Finding[]> {
  return [
    ...(await whatIsPublic(looking)),
    ...(await whatIsOwed(looking)),
    ...(await whatIsOld(looking)),
    ...(await whoIsThere(looking)),
    ...(await clocks(looking)),
  ];
}

async function whatIsPublic({ database: { db } }: Looking): Promise<Finding[]> {
  const articles = await db
    .selectFrom('article')
    .select((eb) => ['audience', eb.fn.countAll<number>().as('count')])
    .where('publishedRevisionId', 'is not', null)
    .where('deletedAt', 'is', null)
    .groupBy('audience')
    .orderBy('audience')
    .execute();
  const open = Object.values(routes).filter((methods) => Object.values(methods).includes('open')).length;
  return [
    articles.length === 0
      ? note('public', 'No article is published.', 'Bring some in: waypost articles import.')
      : ok(
          'public',
          `Published articles: ${articles.map(({ audience, count }) => `${audience} ${count}`).join(', ')}.`,
        ),
    ok('public', `${open} of ${Object.keys(routes).length} routes are open to everybody; the rest asks who it is.`),
  ];
}

async function whatIsOwed({ database: { db }, now }: Looking): Promise<Finding[]> {
  const jobs = await db
    .selectFrom('job')
    .select((eb) => ['state', eb.fn.countAll<number>().as('count'), eb.fn.min('runAt').as('oldest')])
    .where('state', '<>', 'done')
    .groupBy('state')
    .execute();
  const of = (state: string) => jobs.find((row) => row.state === state);
  const findings: Finding[] = [];
  const due = await db
    .selectFrom('job')
    .select((eb) => [eb.fn.countAll<number>().as('count'), eb.fn.min('runAt').as('oldest')])
    .where('state', 'in', ['queued', 'leased'])
    .where('runAt', '<', new Date(now - OWED_MS).toISOString())
    .executeTakeFirstOrThrow();
  const owed = ['waiting', 'queued', 'leased'].reduce((sum, state) => sum + Number(of(state)?.count ?? 0), 0);
  if (Number(due.count) > 0)
    findings.push(
      wrong('owed', `${due.count} operations wait since ${due.oldest}.`, 'See that a worker runs: waypost worker.'),
    );
  else findings.push(ok('owed', `${owed} operations are owed, none for long.`));
  const parked = Number(of('parked')?.count ?? 0);
  if (parked > 0)
    findings.push(
      wrong(
        'owed',
        `${parked} operations are parked.`,
        'Look at each and replay it: waypost outbox list --state parked.',
      ),
    );
  const late = await db
    .selectFrom('erasure')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('doneAt', 'is', null)
    .where('undoneAt', 'is', null)
    .where('dueAt', '<', new Date(now - OWED_MS).toISOString())
    .executeTakeFirstOrThrow();
  if (Number(late.count) > 0)
    findings.push(
      wrong('owed', `${late.count} people should be erased by now.`, 'See that a worker runs, and what its log says.'),
    );
  return findings;
}

async function whatIsOld({ database: { db }, now }: Looking): Promise<Finding[]> {
  const findings: Finding[] = [];
  const unsealed = await db
    .selectFrom('touch')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('seq', 'is', null)
    .where('recordedAt', '<', new Date(now - 5 * MINUTE_MS).toISOString())
    .executeTakeFirstOrThrow();
  findings.push(
    Number(unsealed.count) > 0
      ? wrong('old', `${unsealed.count} touches are not sealed for minutes.`, 'See that a worker runs; it seals them.')
      : ok('old', 'Every touch is sealed.'),
  );
  for (const { source, readAt, failedAt } of await db.selectFrom('sourceCursor').selectAll().execute()) {
    if (failedAt !== null && (readAt === null || failedAt > readAt))
      findings.push(wrong('old', `The order source ${source} fails since ${failedAt}.`, 'See what its log says.'));
    else if (readAt !== null && readAt < new Date(now - DAY_MS).toISOString())
      findings.push(wrong('old', `The order source ${source} was last read at ${readAt}.`, 'See that a worker runs.'));
  }
  const unchecked = await db
    .selectFrom('article')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('publishedRevisionId', 'is not', null)
    .where('deletedAt', 'is', null)
    .where((eb) =>
      eb.or([
        eb('checkedOn', 'is', null),
        eb('checkedOn', '<', new Date(now - 365 * DAY_MS).toISOString().slice(0, 10)),
      ]),
    )
    .executeTakeFirstOrThrow();
  if (Number(unchecked.count) > 0)
    findings.push(
      note('old', `${unchecked.count} articles were not checked for a year.`, 'Ask their authors: /staff/articles.'),
    );
  return findings;
}

async function whoIsThere({ database: { db }, environment }: Looking): Promise<Finding[]> {
  const findings: Finding[] = [];
  const administrators = await db
    .selectFrom('person')
    .leftJoin('secondFactor', (join) =>
      join.onRef('secondFactor.loginId', '=', 'person.loginId').on('secondFactor.confirmedAt', 'is not', null),
    )
    .select((eb) => [
      eb.fn.count<number>('person.id').as('all'),
      eb.fn.count<number>('secondFactor.loginId').as('twice'),
    ])
    .where('person.role', '=', 'administrator')
    .where('person.verifiedAt', 'is not', null)
    .executeTakeFirstOrThrow();
  const [all, twice] = [Number(administrators.all), Number(administrators.twice)];
  if (all === 0)
    findings.push(wrong('setup', 'Nobody is an administrator.', 'Open the link that “waypost start” prints.'));
  else if (twice < all)
    findings.push(
      note(
        'setup',
        `${all - twice} of ${all} administrators sign in with a password alone.`,
        'Ask for a second step: /staff/people.',
      ),
    );
  const demo = await db
    .selectFrom('person')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where(
      'email',
      'in',
      ['mei', 'tom', 'ana', 'ravi', 'root'].map((name) => `${name}@kitewood.example`),
    )
    .executeTakeFirstOrThrow();
  if (Number(demo.count) > 0) {
    const words = `${demo.count} people of the demo are there.`;
    const reachable = !isLoopback(environment.host) || !isLoopback(new URL(environment.publicUrl).hostname);
    findings.push(
      reachable
        ? wrong('setup', `${words} Their password may be known.`, 'Begin with an empty data folder and WAYPOST_DEMO=0.')
        : note('setup', words),
    );
  }
  return findings;
}

async function clocks({ database, now }: Looking): Promise<Finding[]> {
  if (database.dialect !== 'postgres') return [];
  const { rows } = await sql<{ now: Date }>`select clock_timestamp() as now`.execute(database.db);
  const skew = Math.abs((rows[0]?.now.getTime() ?? now) - now);
  return skew > SKEW_MS
    ? [
        wrong(
          'setup',
          `The clocks of this machine and of the database differ by ${Math.round(skew / 1000)} s.`,
          'Set both by NTP.',
        ),
      ]
    : [ok('setup', 'The clocks of this machine and of the database agree.')];
}
