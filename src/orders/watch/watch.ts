import type { Database } from '../../platform/database/index.ts';
import type { Runtime } from '../../platform/runtime.ts';
import { createLateOrders } from './lateOrders.ts';
import { createNoteLate, type TellLate } from './noteLate.ts';
import { createNoteNews, type OweMail } from './noteNews.ts';
import { createNotices } from './notices.ts';
import { createSilence } from './silence.ts';
import { createTelling } from './telling.ts';

export interface OrderWatchDeps {
  database: Database;
  runtime: Runtime;
  /** Owes the mail that tells a customer; the mails are another room's. */
  owe: OweMail;
  /** Writes the touch of a broken promise. */
  tell: TellLate;
}

/** The watch over orders: what customers are told without asking, what is late, and whose source is silent. */
export function createOrderWatch(deps: OrderWatchDeps) {
  return {
    noteNews: createNoteNews(deps),
    noteLate: createNoteLate(deps),
    late: createLateOrders(deps),
    telling: createTelling(deps),
    notices: createNotices(deps),
    silentSince: createSilence(deps),
  };
}

export type OrderWatch = ReturnType<typeof createOrderWatch>;
