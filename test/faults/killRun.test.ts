import { describe, expect, it } from 'vitest';
import { freshDatabase } from '../support/postgres.ts';
import { killRun } from './killRun.ts';

/** Shorter than `npm run test:faults`, with the same processes, clients and auditor. */
describe('portal and worker killed while customers write', { timeout: 300_000 }, () => {
  it('lose nothing and double nothing (sqlite)', async () => {
    const { findings, unexpected, figures } = await killRun({ kills: 4, writes: 160, seed: 20, drainSeconds: 0 });
    expect(findings).toEqual([]);
    expect(unexpected).toEqual([]);
    expect(figures.acknowledged).toBeGreaterThanOrEqual(160);
    expect(figures.ambiguousTries).toBeGreaterThan(0);
  });

  it('lose nothing and double nothing (postgres)', async () => {
    const databaseUrl = await freshDatabase();
    const { findings, unexpected } = await killRun({ kills: 2, writes: 60, seed: 21, drainSeconds: 0, databaseUrl });
    expect(findings).toEqual([]);
    expect(unexpected).toEqual([]);
  });
});
