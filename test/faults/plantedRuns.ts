import type { Finding } from './auditor.ts';
import { killRun, type KillRunOptions } from './killRun.ts';
import { forgetfulProxy, hastyProxy } from './plantedProxies.ts';

interface PlantedRun {
  what: string;
  options: Partial<KillRunOptions>;
  /** The promises that it breaks, each of which the auditor must see broken. */
  breaks: readonly Finding['promise'][];
}

const runs: readonly PlantedRun[] = [
  {
    what: 'an acknowledgement before the commit',
    options: { kills: 1, proxy: hastyProxy },
    breaks: ['acknowledged is stored'],
  },
  {
    what: 'a portal that forgets idempotency keys, and a connector that makes up new ones',
    options: { proxy: forgetfulProxy, freshKeys: true, crmFaults: { cutAfter: 0.3 } },
    breaks: ['stored once', 'in the CRM once'],
  },
];

/** Bugs planted in real runs. @returns what the auditor did not find of them. */
export async function plantedRuns(): Promise<string[]> {
  const missed: string[] = [];
  for (const { what, options, breaks } of runs) {
    const { findings } = await killRun({ kills: 0, writes: 60, seed: 7, drainSeconds: 0, ...options });
    const found = new Set(findings.map(({ promise }) => promise));
    missed.push(...breaks.filter((promise) => !found.has(promise)).map((promise) => `${what}: “${promise}” held`));
  }
  return missed;
}
