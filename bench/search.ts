import { anonymous } from '../src/accounts/index.ts';
import { openApplication, percentile, withFolder } from './temporary.ts';

const ROUNDS = 100;

/** Questions to the demo company's articles, as they are typed: whole sentences, words, slips, Chinese. */
const QUESTIONS = [
  { locale: 'en', text: 'my chair wobbles after I put it together' },
  { locale: 'en', text: 'white rings on the table' },
  { locale: 'en', text: 'adress change' },
  { locale: 'en', text: 'return an assembled piece' },
  { locale: 'en', text: 'fire certificate' },
  { locale: 'en', text: 'does it float' },
  { locale: 'zh-cn', text: '椅子组装后摇晃' },
  { locale: 'zh-cn', text: '修改收货地址' },
  { locale: 'zh-cn', text: '桌面上的水印' },
];

/** How long a question takes through the very code behind the search page, the touch included, in milliseconds. */
export async function searchTimes(): Promise<{ p50Ms: number; p99Ms: number; questions: number }> {
  return withFolder(async (folder) => {
    const app = await openApplication(folder);
    const took: number[] = [];
    try {
      await app.start();
      for (let round = -5; round < ROUNDS; round++) {
        for (const { locale, text } of QUESTIONS) {
          const askedAt = performance.now();
          await app.kb.search(anonymous, { locale, text, inquiry: app.bridge.inquiries.start() });
          if (round >= 0) took.push(performance.now() - askedAt);
        }
      }
    } finally {
      await app.close();
    }
    return { p50Ms: percentile(took, 0.5), p99Ms: percentile(took, 0.99), questions: took.length };
  });
}
