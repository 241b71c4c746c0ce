import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrations } from '../../src/app/migrations.ts';
import type { Bridge } from '../../src/crm-bridge/index.ts';
import { migrate, type Database } from '../../src/platform/database/index.ts';
import { openForSealing, type DoomedSealer } from './doomedSealer.ts';

const program = join(import.meta.dirname, 'doomedSealer.ts');
/** More statements than one round of sealing has. */
const MOST = 60;
/** Beyond any lease. */
const LATER_MS = 10_000;

export interface SealReport {
  /** How many statements one round has. */
  statements: number;
  kills: number;
  broken: string[];
}

/**
 * Kills a sealing process at each of its statements, and at each step of noting the head outside of the database; looks
 * each time whether the log is sound and without gaps, and lets another process seal the rest.
 * @param every 1: at each statement; 3: at each third.
 */
export async function killSealerAtEachStep(databaseUrl: string, every = 1): Promise<SealReport> {
  const folder = mkdtempSync(join(tmpdir(), 'waypost-sealing-'));
  let ahead = 0;
  const { bridge, database } = openForSealing({ databaseUrl, folder }, () => Date.now() + ahead);
  const report: SealReport = { statements: 0, kills: 0, broken: [] };
  try {
    await migrate(database, migrations);
    let written = 0;
    const killAt = async (at: DoomedSealer['killAt']): Promise<boolean> => {
      written += await write(bridge);
      const sealed = await sealAndDie({ databaseUrl, folder, ahead, killAt: at });
      if (sealed === null) report.kills += 1;
      await check(bridge, database, `killed at ${at}`, report);
      ahead += LATER_MS;
      await bridge.sealedLog.seal();
      ahead += LATER_MS;
      const seq = await check(bridge, database, `sealed after ${at}`, report);
      if (seq !== written) report.broken.push(`after ${at}: ${written} touches, sealed up to ${seq}`);
      return sealed !== null;
    };
    for (const step of ['open', 'rename'] as const) await killAt(step);
    for (let at = 1; at <= MOST && report.statements === 0; at += every)
      if (await killAt(at)) report.statements = at - 1;
    if (!existsSync(join(folder, 'touches-head.json'))) report.broken.push('no head was ever noted');
  } finally {
    await database.close();
    rmSync(folder, { recursive: true, force: true });
  }
  return report;
}

/** Of two keeping times, so that one round makes two segments. */
async function write({ touches }: Bridge): Promise<number> {
  const inbound = { channel: 'web', direction: 'inbound', actor: 'customer', personId: null } as const;
  for (const type of ['search.asked', 'call.logged', 'article.read']) touches.record({ ...inbound, type, body: {} });
  await touches.flush();
  return 3;
}

/** @returns the last `seq`. */
async function check({ sealedLog }: Bridge, { db }: Database, when: string, report: SealReport): Promise<number> {
  const { sound, findings, seq } = await sealedLog.verify();
  if (!sound) report.broken.push(`${when}: ${findings.map(({ what }) => what).join(' ')}`);
  const rows = await db.selectFrom('touch').select('seq').where('seq', 'is not', null).orderBy('seq').execute();
  if (rows.some((row, index) => row.seq !== index + 1)) report.broken.push(`${when}: seq has a gap`);
  return seq;
}

/** @returns how many touches it sealed; null when it was killed. */
function sealAndDie(doomed: DoomedSealer): Promise<number | null> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), 'waypost-faults-code') };
    execFile(process.execPath, [program, JSON.stringify(doomed)], { env }, (error, stdout, stderr) => {
      if (!error) resolve(Number(stdout));
      else if (error.signal === 'SIGKILL') resolve(null);
      else reject(new Error(stderr));
    });
  });
}
