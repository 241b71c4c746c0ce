import type { Selectable } from 'kysely';
import type { Database, Tx } from '../../platform/database/index.ts';
import { authorize, type Viewer } from '../../accounts/index.ts';
import { Refusal } from '../../platform/refusal.ts';
import { instant, newToken, type Runtime } from '../../platform/runtime.ts';
import { hashToken, sameText } from '../../platform/secrets/index.ts';
import type { OrderTable } from '../tables.ts';
import { ordersOfAddresses } from './ofAddresses.ts';
import type { ViewKeys } from './keys.ts';

/** For how long a link shows its order. */
const VIEW_MS = 24 * 3_600_000;
/**
 * What a token begins with. Small letter, digit and sign, so that whatever keeps random words out of a log knows every
 * one of them.
 */
const MARK = 'v1-';

export interface MintedView {
  /** For the link; stored nowhere. */
  token: string;
  expiresAt: string;
}

/** What a link may show. */
export interface GrantedView {
  order: Selectable<OrderTable>;
  accountName: string | null;
  /** Whose address the mail went to. */
  personId: string | null;
  expiresAt: string;
}

/** Links of the kind *view one object*: 192 random bits, stored hashed, for one order and the address it has. */
export function createViewGrants({
  database,
  runtime,
  keys,
}: {
  database: Database;
  runtime: Runtime;
  keys: ViewKeys;
}) {
  return {
    async mint(tx: Tx, view: { orderId: string; addressKey: string; personId: string | null }): Promise<MintedView> {
      const token = `${MARK}${newToken(runtime)}`;
      const now = runtime.now();
      const expiresAt = instant(now + VIEW_MS);
      await tx
        .insertInto('orderView')
        .values({ hash: hashToken(token), ...view, createdAt: instant(now), expiresAt })
        .execute();
      return { token, expiresAt };
    },

    /**
     * What a token shows to whoever holds it, signed in or not: the one order that it was made for, as long as it runs and
     * the order still has the address that the mail went to.
     * @throws Refusal `not_found` for an unknown one, an old one and one whose order is another's now, all alike
     */
    async open(viewer: Viewer, token: string): Promise<GrantedView> {
      const row = await ordersOfAddresses(database.db)
        .innerJoin('orderView', 'orderView.orderId', 'order.id')
        .leftJoin('account', 'account.id', 'order.accountId')
        .selectAll('order')
        .select(['account.name as accountName', 'orderView.personId', 'orderView.expiresAt', 'orderView.addressKey'])
        .where('hash', '=', hashToken(token))
        .executeTakeFirst();
      const runs = row !== undefined && row.expiresAt > instant(runtime.now());
      const addressStands = sameText(keys.addressKey(row?.customerEmail ?? ''), row?.addressKey ?? '');
      authorize(viewer, 'order.view', row ? { runs, addressStands } : null);
      if (!row) throw new Refusal('not_found');
      const { accountName, personId, expiresAt, addressKey: _, ...order } = row;
      return { order, accountName, personId, expiresAt };
    },
  };
}
