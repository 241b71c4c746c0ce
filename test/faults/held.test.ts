import { describe, expect, it } from 'vitest';
import { freezeRun } from './freezeRun.ts';
import { lockRun } from './lockRun.ts';

describe('processes in each other’s way', { timeout: 120_000 }, () => {
  it('a database that another process holds: health and reading go on, writers are refused in words', async () => {
    const { findings, broken, figures } = await lockRun(7);
    expect(findings).toEqual([]);
    expect(broken).toEqual([]);
    expect(figures.refused).toBeGreaterThan(0);
    expect(figures.reads).toBeGreaterThan(0);
    // A thread that waited inside the database would have answered nobody until it gave up.
    expect(figures.answersBeforeRefusal).toBeGreaterThan(10);
  });

  it('a worker that is frozen beyond its lease: another takes over, and the late outcome is refused', async () => {
    const { findings, broken, figures } = await freezeRun(0);
    expect(findings).toEqual([]);
    expect(broken).toEqual([]);
    expect(figures.fenced).toBeGreaterThanOrEqual(figures.held);
  });
});
