import { anonymous, type PersonViewer } from '../accounts/index.ts';
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

/** Of whose articles the author is the owner. */
const OWN_TOPIC = 'assembly';

/** What colleagues and customers left in the knowledge base: owners, a suggestion, and what was asked in vain. */
export async function seedKnowledge(app: Application, viewers: ReadonlyMap<string, PersonViewer>): Promise<void> {
  const [author, agent] = [viewers.get('ana@kitewood.example'), viewers.get('ravi@kitewood.example')];
  if (author && agent) await seedAuthors(app, author, agent);
  await seedGaps(app);
}

async function seedAuthors({ kb }: Application, author: PersonViewer, agent: PersonViewer): Promise<void> {
  const { authoring } = kb;
  const { articles } = await authoring.list(author, { category: OWN_TOPIC, limit: 100 });
  if (articles.some(({ owner }) => owner !== null)) return;
  const wobbles = articles.find(({ slug, locale }) => slug === 'chair-wobbles' && locale === 'en');
  if (wobbles) {
    const words =
      'Two customers asked this week whether felt pads count as an uneven floor. They do; worth a sentence.';
    await authoring.suggest(agent, { articleId: wobbles.articleId, words });
  }
  for (const { articleId } of articles) await authoring.setFacts(author, { articleId, ownerId: author.personId });
}

/** Asks them through the search, as visitors would. Where there are gaps already, nothing is asked. */
async function seedGaps({ kb, database }: Application): Promise<void> {
  if (await database.db.selectFrom('gap').select('id').limit(1).executeTakeFirst()) return;
  await kb.catchUp();
  for (const [locale, text, times] of questions) {
    for (let n = 0; n < times; n += 1) {
      const inquiry = hashToken(`demo:${text}:${n}`).slice(0, 32);
      await kb.search(anonymous, { text, locale, inquiry });
    }
  }
  await kb.gaps.flush();
}
