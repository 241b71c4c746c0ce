import { audit, type Finding } from './auditor.ts';
import { createClients } from './clients.ts';
import { startCrm } from './crm.ts';
import { mailsOf, openTables, type Tables } from './evidence.ts';
import { isDry } from './killRun.ts';
import { startPortal, startWorker, type Running } from './processes.ts';
import { diceOf } from './random.ts';
import { makeSite } from './site.ts';

export interface FreezeReport {
  findings: Finding[];
  broken: string[];
  figures: {
    /** Operations that the frozen worker had handed to the CRM when it was frozen. */
    held: number;
    /** Late outcomes that were refused when it thawed, those of mails among them. */
    fenced: number;
    /** Operations that came to the CRM again from the other worker, under the same key. */
    repeated: number;
    frozenSeconds: number;
    acknowledged: number;
  };
}

/**
 * A worker is frozen (SIGSTOP) between the CRM's writing and its own, beyond its lease. Another takes the operations
 * over; when the first one thaws, its outcomes are refused.
 * @param seconds how long it is frozen by the clock; 0: the other worker's clock is ahead instead.
 */
export async function freezeRun(seconds: number, databaseUrl?: string): Promise<FreezeReport> {
  const crm = await startCrm(diceOf(1));
  const site = await makeSite({ crmUrl: crm.url, customers: 3, ...(databaseUrl && { databaseUrl }) });
  const broken: string[] = [];
  try {
    const portal = await startPortal(site);
    const clients = await createClients(site, diceOf(2));
    const writing = clients.run(8);
    while (clients.acknowledged() < 60) await pause(10);
    clients.stop();
    await writing;
    const gate = crm.hold();
    const frozen = await startWorker(site);
    while (gate.held() < 4) await pause(5);
    const tables = await openTables(site.databaseUrl);
    await freezeBetweenWrites(frozen, tables);
    const held = gate.held();
    gate.release();
    const frozenAt = performance.now();
    const other = await startWorker(site, seconds === 0 ? 120 : 0);
    while (performance.now() - frozenAt < seconds * 1_000 || !(await isDry(tables))) await pause(50);
    const frozenSeconds = Math.round((performance.now() - frozenAt) / 1000);
    frozen.signal('SIGCONT');
    const giveUpAt = performance.now() + 20_000;
    const fenced = (): number => frozen.output().split('this outcome is refused').length - 1;
    while (fenced() < held && performance.now() < giveUpAt) await pause(20);
    for (const process of [portal, frozen, other]) if ((await process.stop()) !== 0) broken.push(process.output());
    if (fenced() < held) broken.push(`${held} operations were held, ${fenced()} outcomes refused`);
    broken.push(...clients.unexpected);
    const { query, damage } = tables;
    const { writes } = clients;
    const findings = await audit({ query, damage, writes, journal: crm.journal, mails: mailsOf(site) });
    await tables.close();
    const figures = { held, fenced: fenced(), repeated: crm.repeated(), frozenSeconds };
    return { findings, broken, figures: { ...figures, acknowledged: clients.acknowledged() } };
  } finally {
    await crm.close();
    site.remove();
  }
}

/** Whoever is frozen inside a transaction holds SQLite's one lock and with it everybody; that is another test. */
async function freezeBetweenWrites(worker: Running, tables: Tables): Promise<void> {
  for (;;) {
    worker.signal('SIGSTOP');
    await pause(20);
    if (await tables.canWrite()) return;
    worker.signal('SIGCONT');
    await pause(5);
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
