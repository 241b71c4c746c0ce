import { anonymous } from '../accounts/index.ts';
import { hashToken } from '../platform/secrets/index.ts';
import type { Application } from './application.ts';

/** What the demo's visitors asked and found no sure answer to, each wording with how many asked it so. */
const questions = [
  ['en', 'Rent furniture for a trade fair', 3],
  ['en', 'furniture rent trade fair', 2],
  ['en', 'Which oil over a water-based varnish', 2],
  ['en', 'Power of attorney for a building site', 1],
  ['zh-cn', '扶手椅可以放进桑拿房吗', 2],
  ['zh-cn', '桑拿房能放扶手椅吗', 1],
  ['zh-cn', '可以租桌椅办展会吗', 1],
] as const;

/** Asks them through the search, as visitors would. Where there are gaps already, nothing is asked. */
export async function seedGaps({ kb, database }: Application): Promise<void> {
  if (await database.db.selectFrom('gap').select('id').limit(1).executeTakeFirst()) return;
  await kb.catchUp(); // an engine that was never fed does not answer
  for (const [locale, text, times] of questions) {
    for (let n = 0; n < times; n += 1) {
      const inquiry = hashToken(`demo:${text}:${n}`).slice(0, 32);
      await kb.search(anonymous, { text, locale, inquiry });
    }
  }
  await kb.gaps.flush();
}
