import { vi } from 'vitest';
import { meilisearch } from '../../src/kb/index.ts';
import { freshPrefix, meilisearchServer } from '../support/meilisearch.ts';
import { testSearchEngine } from './engine.ts';

// A server reads its dictionaries when it meets its first text.
vi.setConfig({ testTimeout: 90_000 });

// A busy machine is no dead server: the patience of a portal is another test's business.
testSearchEngine('meilisearch', async () =>
  meilisearch({ ...(await meilisearchServer()), prefix: freshPrefix(), patienceMs: 20_000 }),
);
