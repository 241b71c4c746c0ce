import type { Accounts } from '../accounts/index.ts';
import type { Database } from '../platform/database/index.ts';
import type { Site } from './site.ts';

export interface PromisesDeps {
  accounts: Accounts;
  database: Database;
  site: Site;
}

/** What customers are promised; customers of different tiers are promised, and get, different service. */
export function createPromises({ accounts, database, site }: PromisesDeps) {
  return {
    /** Working hours until the first reply to a person; to a stranger (null) the site's own. */
    async hours(personId: string | null): Promise<number> {
      const tier = personId === null ? null : await accounts.tierOf(database.db, personId);
      return tier?.firstReplyHours ?? site.firstReplyHours;
    },
  };
}

export type Promises = ReturnType<typeof createPromises>;
