import { keptByAccounts, type Identity, type PersonalSection } from '../accounts/index.ts';
import type { Bridge } from '../crm-bridge/index.ts';
import { keptByKb } from '../kb/index.ts';
import { keptByOrders } from '../orders/index.ts';
import type { Database } from '../platform/database/index.ts';

/** Everything that is kept about one person but the touches, which come one by one. */
export interface PersonalData {
  /** When it was put together. */
  at: string;
  sections: PersonalSection[];
}

/** Each room's share of what is kept about somebody, put together. Reads go to the report handle: they may be long. */
export function createPersonalData({ database, bridge }: { database: Database; bridge: () => Bridge }) {
  return async function keptAbout(who: Identity): Promise<PersonalData> {
    const db = database.reports;
    const sections = [
      ...(await keptByAccounts(db, who)),
      ...(await keptByOrders(db, who)),
      ...(await bridge().personal.kept(db, who)),
      ...(await keptByKb(db, who)),
    ];
    return { at: who.before, sections: sections.filter(({ rows }) => rows.length > 0) };
  };
}

export type KeptAbout = ReturnType<typeof createPersonalData>;
