import type { NewTouch } from '../src/crm-bridge/index.ts';
import { median, openApplication, times, withFolder } from './temporary.ts';

const TOUCHES = 20_000;
/** Visits that read some pages each, as customers do. */
const PAGES_A_VISIT = 5;
const RUNS = 5;

/** How many touches of reading are written in a second, gathered as the portal gathers them. */
export async function touchRate(): Promise<{ perSecond: number; touches: number }> {
  return withFolder(async (folder) => {
    const app = await openApplication(folder);
    const { touches, inquiries } = app.bridge;
    try {
      const rates = await times(RUNS, async () => {
        const visits = Array.from({ length: TOUCHES / PAGES_A_VISIT }, () => inquiries.start());
        const began = performance.now();
        for (const inquiry of visits) for (let page = 0; page < PAGES_A_VISIT; page++) touches.record(read(inquiry));
        await touches.flush();
        return (TOUCHES / (performance.now() - began)) * 1_000;
      });
      const { n } = await app.database.db
        .selectFrom('touch')
        .select((eb) => eb.fn.countAll<number>().as('n'))
        .executeTakeFirstOrThrow();
      if (n !== TOUCHES * RUNS) throw new Error(`${TOUCHES * RUNS} touches were recorded, ${n} are stored.`);
      return { perSecond: median(rates), touches: TOUCHES };
    } finally {
      await app.close();
    }
  });
}

function read(inquiry: string): NewTouch {
  return {
    ...{ type: 'article.read', channel: 'web', direction: 'inbound', actor: 'customer', personId: null, inquiry },
    body: { article: '0193a7c1-0000-7000-8000-000000000000', title: 'Oil the table' },
  };
}
