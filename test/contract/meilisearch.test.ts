import { meilisearch } from '../../src/kb/index.ts';
import { freshPrefix, meilisearchServer } from '../support/meilisearch.ts';
import { testSearchEngine } from './engine.ts';

// A busy machine is no dead server: the patience of a portal is another test's business.
testSearchEngine('meilisearch', async () =>
  meilisearch({ ...(await meilisearchServer()), prefix: freshPrefix(), patienceMs: 20_000 }),
);
