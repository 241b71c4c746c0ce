import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { evaluate, forgetMeilisearch, lunr, meilisearch, type Evaluation, type RelevanceSet } from '../kb/index.ts';
import { openDatabase, migrate } from '../platform/database/index.ts';
import { createLog } from '../platform/log/index.ts';
import { systemRuntime } from '../platform/runtime.ts';
import { migrations } from './migrations.ts';

export { relevanceSet, type Evaluation, type RelevanceSet } from '../kb/index.ts';

/** The engines that can be evaluated. */
export const evaluatedEngines = ['lunr', 'meilisearch'] as const;
export type EvaluatedEngine = (typeof evaluatedEngines)[number];

export interface EvaluationOptions {
  engine: EvaluatedEngine;
  /** Needed for Meilisearch. */
  server?: { url: string; key: string | null } | null;
  onProgress?: (done: number, of: number) => void;
}

/**
 * Evaluates the search on a set, aside from the site's own articles: in a database, a folder and indexes of its own,
 * which are gone afterwards.
 * @throws EngineUnavailable
 */
export async function evaluateSearch(set: RelevanceSet, options: EvaluationOptions): Promise<Evaluation> {
  const runtime = systemRuntime();
  const folder = await mkdtemp(join(tmpdir(), 'waypost-evaluate-'));
  const database = openDatabase({ url: `sqlite:${join(folder, 'waypost.db')}` });
  try {
    await migrate(database, migrations);
    const { engine, forget } = makeEngine(
      options,
      folder,
      `evaluate-${Buffer.from(runtime.randomBytes(6)).toString('hex')}`,
    );
    try {
      return await evaluate(
        { database, runtime, log: createLog({ level: 'silent' }), engine },
        set,
        options.onProgress,
      );
    } finally {
      await forget();
    }
  } finally {
    await database.close();
    await rm(folder, { recursive: true, force: true });
  }
}

function makeEngine({ engine, server }: EvaluationOptions, folder: string, prefix: string) {
  if (engine === 'lunr') return { engine: lunr({ folder: join(folder, 'lunr') }), forget: async () => undefined };
  const options = { host: server?.url, apiKey: server?.key ?? undefined, prefix };
  return { engine: meilisearch(options), forget: () => forgetMeilisearch(options) };
}
