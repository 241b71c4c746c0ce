import { EngineUnavailable, type SearchEngine } from '../../src/kb/index.ts';
import { startPortal, type TestPortal } from './portal.ts';

const away = (): Promise<never> => Promise.reject(new EngineUnavailable('lunr', 'is away'));

/** Called lunr, so that it has no net but the database. */
const absentEngine: SearchEngine = {
  name: 'lunr',
  capabilities: { durable: false, prefix: true, typos: true },
  position: away,
  index: away,
  remove: away,
  advance: away,
  search: away,
  ready: () => Promise.resolve(false),
  close: () => Promise.resolve(),
};

/** A portal whose search engine is away, whose topics break, where orders cannot be looked up, and which takes one try a day of everything limited. */
export async function startTroubledPortal(): Promise<TestPortal> {
  const once = { max: 1, windowSeconds: 86_400 };
  const portal = await startPortal({
    site: { search: absentEngine, limits: { signIns: once, questions: once, mails: once } },
  });
  await portal.app.database.db.schema.alterTable('order_view_request').renameTo('order_view_request_away').execute();
  Object.assign(portal.app.kb, { category: () => Promise.reject(new Error('A fault that nobody meant.')) });
  return portal;
}
