import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { startPostgres } from '../../scripts/postgres.mjs';
import { freezeRun } from './freezeRun.ts';
import { killRun } from './killRun.ts';
import { lockRun } from './lockRun.ts';
import { plantedRuns } from './plantedRuns.ts';
import { killAtEachStatement } from './statementRun.ts';

/** By then the lease of whoever was killed last has ended, and what failed was tried again. */
const DRAIN_SECONDS = 75;

type Dialect = 'sqlite' | 'postgres';

interface Outcome {
  /** Everything that was found; empty when all promises hold. */
  found: readonly unknown[];
  figures: object;
}

/**
 * `npm run test:faults -- [--kills N] [--writes N] [--seed N] [--database sqlite|postgres|both]`: every fault with real
 * processes, as long as it takes; before that, bugs that the auditor must find. @returns the exit code.
 */
export async function runFaults(argv: string[]): Promise<number> {
  const { values } = parseArgs({
    args: argv,
    options: {
      kills: { type: 'string', default: '50' },
      writes: { type: 'string', default: '2000' },
      seed: { type: 'string', default: '1' },
      database: { type: 'string', default: 'both' },
    },
  });
  const [kills, writes, seed] = [Number(values.kills), Number(values.writes), Number(values.seed)];
  if (![kills, writes, seed].every(Number.isSafeInteger)) {
    console.error('--kills, --writes and --seed are whole numbers.');
    return 2;
  }
  const chosen = (['sqlite', 'postgres'] satisfies Dialect[]).filter((name) =>
    ['both', name].includes(values.database),
  );
  if (chosen.length === 0) {
    console.error('--database is sqlite, postgres or both.');
    return 2;
  }
  let failed = 0;
  console.log('Bugs planted in real runs');
  const missed = await plantedRuns();
  for (const each of missed) console.log('  ✗', each);
  console.log(missed.length === 0 ? '  ✓ the auditor finds each' : `  ${missed.length} not found`);
  if (missed.length > 0) failed += 1;
  for (const dialect of chosen) {
    await onDatabase(dialect, async (fresh) => {
      const run = async (name: string, work: () => Promise<Outcome>): Promise<void> => {
        console.log(`\n${name}, ${dialect}`);
        const { found, figures } = await work();
        console.log(figures);
        for (const finding of found) console.log('  ✗', finding);
        console.log(found.length === 0 ? '  ✓ nothing lost, nothing doubled' : `  ${found.length} found`);
        if (found.length > 0) failed += 1;
      };
      await run(`kill -9, ${kills} times in ${writes} writes`, async () => {
        const databaseUrl = await fresh();
        const { findings, unexpected, figures } = await killRun({
          ...{ kills, writes, seed, databaseUrl, drainSeconds: DRAIN_SECONDS },
        });
        return { found: [...findings, ...unexpected], figures };
      });
      await run('kill -9 at each statement of an escalation', async () => {
        const { broken, ...figures } = await killAtEachStatement(await fresh());
        return { found: broken, figures };
      });
      await run('a worker frozen for 90 s', async () => {
        const { findings, broken, figures } = await freezeRun(90, await fresh());
        return { found: [...findings, ...broken], figures };
      });
      if (dialect === 'sqlite') {
        await run('the database held by another process for 30 s', async () => {
          const { findings, broken, figures } = await lockRun(30);
          const slow = figures.healthz.p99 < 50 ? [] : [`p99 of /healthz is ${figures.healthz.p99} ms, 50 promised`];
          return { found: [...findings, ...broken, ...slow], figures };
        });
      }
    });
  }
  console.log(failed === 0 ? '\nEvery promise holds.' : `\n${failed} runs broke a promise.`);
  return failed === 0 ? 0 : 1;
}

/** Gives `work` as many new databases as it asks for, on the real thing, written through to the disk. */
async function onDatabase(dialect: Dialect, work: (fresh: () => Promise<string>) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'waypost-fault-databases-'));
  let made = 0;
  try {
    if (dialect === 'sqlite') return await work(async () => `sqlite:${join(folder, `${++made}.db`)}`);
    chmodSync(folder, 0o755);
    const server = await startPostgres({ folder: join(folder, 'postgres') });
    const client = new pg.Client(server.url('postgres'));
    try {
      await client.connect();
      await work(async () => {
        await client.query(`create database faults_${++made}`);
        return server.url(`faults_${made}`);
      });
    } finally {
      await client.end();
      await server.stop();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
