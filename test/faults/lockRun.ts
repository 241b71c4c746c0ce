import { audit, type Finding } from './auditor.ts';
import { createClients, type Clients } from './clients.ts';
import { startCrm } from './crm.ts';
import { mailsOf, openTables } from './evidence.ts';
import { isDry } from './killRun.ts';
import { holdExclusively, type LockHolder } from './lockHolder.ts';
import { startPortal, startWorker } from './processes.ts';
import { diceOf } from './random.ts';
import { makeSite, type FaultSite } from './site.ts';

export interface LockReport {
  findings: Finding[];
  /** What went another way than promised. */
  broken: string[];
  figures: {
    heldSeconds: number;
    /** Answers of `/healthz` while the database was held, and how long they took in milliseconds. */
    healthz: { answers: number; p50: number; p99: number; slowest: number };
    /** Those of them before the first write was refused: a thread that waits inside the database gives none. */
    answersBeforeRefusal: number;
    /** Pages and JSON read while it was held. */
    reads: number;
    /** Writes refused with 503 and `Retry-After`, and when the first of them was, in milliseconds. */
    refused: number;
    firstRefusedMs: number;
    acknowledged: number;
  };
}

const WRITERS = 12;

/**
 * Another process holds the database (`BEGIN EXCLUSIVE`) while customers write, read and ask for health. Whoever is
 * refused tries again with the same key; afterwards everything must be there once.
 */
export async function lockRun(seconds: number): Promise<LockReport> {
  const crm = await startCrm(diceOf(1));
  const site = await makeSite({ crmUrl: crm.url, customers: 2 });
  try {
    const [portal, worker] = [await startPortal(site), await startWorker(site)];
    const clients = await createClients(site, diceOf(2));
    const writing = clients.run(WRITERS);
    while (clients.acknowledged() < 20) await pause(10);
    const { broken, ...figures } = await whileHeld(site, clients, seconds);
    const wanted = clients.acknowledged() + 40;
    while (clients.acknowledged() < wanted) await pause(20);
    clients.stop();
    await writing;
    broken.push(...clients.unexpected);
    const tables = await openTables(site.databaseUrl);
    while (!(await isDry(tables))) await pause(50);
    for (const process of [portal, worker]) if ((await process.stop()) !== 0) broken.push(process.output());
    const { query, damage } = tables;
    const { writes } = clients;
    const findings = await audit({ query, damage, writes, journal: crm.journal, mails: mailsOf(site) });
    await tables.close();
    return { findings, broken, figures: { heldSeconds: seconds, ...figures, acknowledged: clients.acknowledged() } };
  } finally {
    await crm.close();
    site.remove();
  }
}

type Observed = Omit<LockReport['figures'], 'heldSeconds' | 'acknowledged'> & { broken: string[] };

async function whileHeld(site: FaultSite, clients: Clients, seconds: number): Promise<Observed> {
  const broken: string[] = [];
  const times: number[] = [];
  const first = { refusedMs: 0, answers: 0 };
  let reads = 0;
  const holder = await holdExclusively(site.databaseUrl.slice('sqlite:'.length), seconds);
  const heldAt = performance.now();
  // Commits of the moment before may still be on their way to their clients.
  await pause(500);
  const before = clients.acknowledged();
  const asking = repeat(holder, 10, async () => {
    const askedAt = performance.now();
    const { status } = await fetch(`${site.publicUrl}/healthz`);
    times.push(performance.now() - askedAt);
    if (status !== 200) broken.push(`/healthz answered ${status}`);
    if (first.refusedMs === 0 && clients.refusedForNow() > 0) {
      Object.assign(first, { refusedMs: performance.now() - heldAt, answers: times.length });
    }
  });
  const reading = repeat(holder, 100, async () => {
    for (const path of ['/en', '/api/v1/search?q=oil&locale=en', '/readyz']) {
      const { status } = await fetch(site.publicUrl + path);
      if (status !== 200) broken.push(`${path} answered ${status}`);
      reads += 1;
    }
  });
  await holder.release(() => {
    const acknowledged = clients.acknowledged() - before;
    if (acknowledged > 0) broken.push(`${acknowledged} writes were acknowledged while nobody could write`);
  });
  const refused = clients.refusedForNow();
  await Promise.all([asking, reading]);
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number): number => Math.round((sorted[Math.floor(sorted.length * share)] ?? 0) * 10) / 10;
  return {
    broken,
    healthz: { answers: sorted.length, p50: at(0.5), p99: at(0.99), slowest: Math.round(sorted.at(-1) ?? 0) },
    answersBeforeRefusal: first.answers,
    firstRefusedMs: Math.round(first.refusedMs),
    reads,
    refused,
  };
}

async function repeat(holder: LockHolder, everyMs: number, ask: () => Promise<void>): Promise<void> {
  while (holder.isHeld()) {
    await ask();
    await pause(everyMs);
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
