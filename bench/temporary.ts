import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApplication, siteSchema, type Application } from '../src/app/index.ts';
import { createLog } from '../src/platform/log/index.ts';
import { systemRuntime } from '../src/platform/runtime.ts';

/** A folder that goes when `work` has ended. */
export async function withFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'waypost-bench-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Of all applications and portals that are measured. */
export const secret = 'a secret that is used by benchmarks alone';

/** The application on a new SQLite file, or on the database given, with the settings of a real one, and without the limits on one asker. */
export function openApplication(
  folder: string,
  databaseUrl = `sqlite:${join(folder, 'waypost.db')}`,
): Promise<Application> {
  const plenty = { max: 1_000_000, windowSeconds: 3_600 };
  return createApplication({
    settings: {
      databaseUrl,
      dataFolder: folder,
      siteFolder: join(import.meta.dirname, '..'),
      publicUrl: 'http://127.0.0.1:4321',
      secret,
    },
    site: siteSchema.parse({
      brand: { name: 'Kitewood', locales: ['en', 'zh-cn'], timeZone: 'Europe/Berlin' },
      limits: { questions: plenty },
    }),
    runtime: systemRuntime(),
    log: createLog({ level: 'silent' }),
    passwordCost: { n: 1024, r: 8, p: 1 },
  });
}

/** The middle one of some runs. */
export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

/** @param share 0 to 1. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(Math.floor(sorted.length * share), sorted.length - 1)] ?? NaN;
}

/** The results of some runs of the same, one after the other. */
export async function times<T>(count: number, run: (n: number) => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (let n = 0; n < count; n++) results.push(await run(n));
  return results;
}
