import { audit, type Evidence, type Finding } from './auditor.ts';
import { createClients, type Clients } from './clients.ts';
import { startCrm, type CrmFaults, type RecordingCrm } from './crm.ts';
import { mailsOf, openTables, type Tables } from './evidence.ts';
import { startPortal, startWorker, type Running } from './processes.ts';
import { diceOf } from './random.ts';
import { makeSite, type FaultSite } from './site.ts';

export interface KillRunOptions {
  kills: number;
  /** So many acknowledged writes at least. */
  writes: number;
  seed: number;
  /** Left out: SQLite. */
  databaseUrl?: string;
  /** So long the last worker works on the true clock before it is replaced by one whose clock is hours ahead. */
  drainSeconds: number;
  crmFaults?: Partial<CrmFaults>;
  /** A planted bug: see `connector.ts`. */
  freshKeys?: boolean;
  /** A planted bug: something between clients and portal. @returns where clients turn to. */
  proxy?: (site: FaultSite) => Promise<{ url: string; close(): Promise<void> }>;
  /** Sees the evidence after the audit; what it changes goes with the site. */
  inspect?: (evidence: Evidence, site: FaultSite) => Promise<void>;
}

export interface KillRunReport {
  findings: Finding[];
  /** What a client was told that no fault explains, and how processes ended that should have ended well. */
  unexpected: string[];
  figures: {
    acknowledged: number;
    tickets: number;
    answers: number;
    kills: number;
    /** Kills of the portal, each while at least one write was on its way; the others were of the worker alone. */
    portalKills: number;
    /** Tries whose outcome the client never learned, and writes that it gave up then. */
    ambiguousTries: number;
    givenUp: number;
    refusedForNow: number;
    crmOperations: number;
    /** Operations that reached the CRM a second time, under the same key. */
    crmRepeated: number;
    jobs: number;
    seconds: number;
  };
}

const AT_ONCE = 24;
const AHEAD_SECONDS = 3 * 3_600;
const DRAIN_MS = 120_000;

/**
 * Real portal and worker processes on one database, killed with SIGKILL at random moments while clients write through
 * HTTP; then the faults end, the queue runs dry, and the auditor looks.
 */
export async function killRun(options: KillRunOptions): Promise<KillRunReport> {
  const began = performance.now();
  const random = diceOf(options.seed);
  const crm = await startCrm(random);
  Object.assign(crm.faults, { cutAfter: 0.04, busy: 0.04, holdMs: 12, ...options.crmFaults });
  const { databaseUrl, freshKeys = false } = options;
  const site = await makeSite({ crmUrl: crm.url, freshKeys, ...(databaseUrl && { databaseUrl }) });
  const proxy = await options.proxy?.(site);
  const unexpected: string[] = [];
  try {
    const running = { portal: await startPortal(site), worker: await startWorker(site) };
    const clients = await createClients(site, random, proxy?.url);
    const writing = clients.run(AT_ONCE);
    const portalKills = await killAtRandom({ ...options, random, site, clients, running });
    while (clients.acknowledged() < options.writes) await pause(20);
    clients.stop();
    await writing;
    Object.assign(crm.faults, { cutAfter: 0, busy: 0, holdMs: 0 });
    for (const [name, process] of Object.entries(running)) {
      const code = await process.stop();
      if (code !== 0) unexpected.push(`${name} ended with ${code} at SIGTERM:\n${process.output()}`);
    }
    const tables = await openTables(site.databaseUrl);
    try {
      await drain(site, tables, options.drainSeconds);
      return await report({ site, tables, crm, clients, unexpected, portalKills, options, began });
    } finally {
      await tables.close();
    }
  } finally {
    await proxy?.close();
    await crm.close();
    site.remove();
  }
}

interface Killing {
  kills: number;
  writes: number;
  random: () => number;
  site: FaultSite;
  clients: Clients;
  running: { portal: Running; worker: Running };
}

/** Kills spread over the writes, each a random moment after the last try to write began. @returns those of the portal. */
async function killAtRandom({ kills, writes, random, site, clients, running }: Killing): Promise<number> {
  let ofPortal = 0;
  for (let kill = 1; kill <= kills; kill++) {
    const from = Math.floor((writes * (kill - random())) / (kills + 1));
    while (clients.acknowledged() < from || clients.inFlight() < AT_ONCE / 4) await pause(1);
    await pause(random() * 10);
    while (clients.inFlight() === 0) await pause(1);
    // One, the other, or both at once; the first kill takes the portal.
    const dice = kill === 1 ? 0 : random();
    const portal = dice < 0.75;
    const worker = dice > 0.5;
    if (portal) ofPortal += 1;
    await Promise.all([portal && running.portal.kill(), worker && running.worker.kill()]);
    const [newPortal, newWorker] = await Promise.all([
      portal ? startPortal(site) : running.portal,
      worker ? startWorker(site) : running.worker,
    ]);
    Object.assign(running, { portal: newPortal, worker: newWorker });
  }
  return ofPortal;
}

/** Whether nothing is owed any more, but what waits for a person. */
export async function isDry(tables: Tables): Promise<boolean> {
  const rows = await tables.query("select count(*) as n from job where state not in ('done', 'parked')");
  return Number(rows[0]?.['n']) === 0;
}

/** Lets the queue run dry. What dead workers hold comes back when their leases end, by the clock or by a clock ahead. */
async function drain(site: FaultSite, tables: Tables, seconds: number): Promise<void> {
  const waitUntilDry = async (giveUpAt: number): Promise<void> => {
    while (performance.now() < giveUpAt && !(await isDry(tables))) await pause(50);
  };
  if (seconds > 0) {
    const worker = await startWorker(site);
    await waitUntilDry(performance.now() + seconds * 1_000);
    await worker.stop();
  }
  const later = await startWorker(site, AHEAD_SECONDS);
  await waitUntilDry(performance.now() + DRAIN_MS);
  await later.stop();
}

interface Ending {
  site: FaultSite;
  tables: Tables;
  crm: RecordingCrm;
  clients: Clients;
  unexpected: string[];
  portalKills: number;
  options: KillRunOptions;
  began: number;
}

async function report({ site, tables, crm, clients, ...ending }: Ending): Promise<KillRunReport> {
  const { query, damage } = tables;
  const { writes } = clients;
  const evidence: Evidence = { query, damage, writes, journal: crm.journal, mails: mailsOf(site) };
  const findings = await audit(evidence);
  await ending.options.inspect?.(evidence, site);
  const known = writes.filter(({ acknowledged }) => acknowledged.length > 0);
  const jobs = await query('select count(*) as n from job');
  return {
    findings,
    unexpected: [...ending.unexpected, ...clients.unexpected],
    figures: {
      acknowledged: known.length,
      tickets: known.filter(({ kind }) => kind === 'ticket').length,
      answers: known.filter(({ kind }) => kind === 'answer').length,
      kills: ending.options.kills,
      portalKills: ending.portalKills,
      ambiguousTries: writes.reduce((sum, { ambiguous }) => sum + ambiguous, 0),
      givenUp: writes.length - known.length,
      refusedForNow: clients.refusedForNow(),
      crmOperations: crm.journal.length,
      crmRepeated: crm.repeated(),
      jobs: Number(jobs[0]?.['n']),
      seconds: Math.round((performance.now() - ending.began) / 100) / 10,
    },
  };
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
