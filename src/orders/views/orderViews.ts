import type { Viewer } from '../../accounts/index.ts';
import type { Database, Tx } from '../../platform/database/index.ts';
import type { Limits } from '../../platform/limits/index.ts';
import { instant, type Runtime } from '../../platform/runtime.ts';
import { contentOf } from '../content.ts';
import type { Order } from '../contract.ts';
import { shownOrder } from '../shown.ts';
import { calendarOf } from '../whereabouts.ts';
import { createDeciding, type Matched } from './deciding.ts';
import { createViewGrants, type MintedView } from './grants.ts';
import { createViewKeys } from './keys.ts';
import { createViewRequests, type ViewRequests } from './requests.ts';
import type {} from './tables.ts';

const DAY_MS = 24 * 3_600_000;
/** Requests are forgotten after two days. */
const REQUESTS_KEPT_MS = 2 * DAY_MS;
/** For so long after its end a link can still ask for a new mail. */
const ENDED_KEPT_MS = 30 * DAY_MS;

export interface OrderViewsDeps {
  database: Database;
  runtime: Runtime;
  limits: Limits;
  /** 32 bytes, for this purpose alone. */
  key: Uint8Array;
  /** Whose calendar days count. */
  timeZone: string;
}

/** What a link shows. */
export interface ViewedOrder {
  order: Order;
  /** Whose address the mail went to. */
  personId: string | null;
  expiresAt: string;
}

/** What goes into the mail; made when it is sent. */
export interface ViewMail extends MintedView {
  /** For the page of the request in the browser that asked; null when it is too late for them. */
  code: { digits: string; until: string } | null;
}

/** Orders seen without an account, by a mailed link or six digits, one order at a time. */
export interface OrderViews extends Omit<ViewRequests, 'unlock'> {
  /** What the worker finds out about a request; see {@link Matched}. */
  decide(requestId: string): Promise<Matched | null>;
  /** Makes link and digits for a request that was matched. @param personId whose address it is. */
  grant(tx: Tx, matched: Matched, personId: string): Promise<ViewMail>;
  /**
   * Types the six digits of a request's mail.
   * @returns a link's token when they are right, else null; each try counts.
   */
  enter(request: string, digits: string): Promise<MintedView | null>;
  /**
   * The one order that a token was made for.
   * @throws Refusal `not_found` for an unknown token, an old one and one whose order is another's now, all alike
   */
  open(viewer: Viewer, token: string): Promise<ViewedOrder>;
  /** Forgets what has had its time. */
  sweep(): Promise<void>;
}

export function createOrderViews({ database, runtime, limits, key, timeZone }: OrderViewsDeps): OrderViews {
  const keys = createViewKeys({ key, runtime });
  const { unlock, ...requests } = createViewRequests({ database, runtime, keys });
  const { decide } = createDeciding({ database, runtime, keys, limits });
  const dateOf = calendarOf(timeZone);
  const grants = createViewGrants({ database, runtime, keys });

  return {
    ...requests,
    decide,

    async grant(tx, { requestId, orderId, email, codeUntil }, personId) {
      const minted = await grants.mint(tx, { orderId, addressKey: keys.addressKey(email), personId });
      if (codeUntil === null) return { ...minted, code: null };
      const digits = keys.digits();
      const { hash } = await tx
        .selectFrom('orderViewRequest')
        .select('hash')
        .where('id', '=', requestId)
        .executeTakeFirstOrThrow();
      await tx
        .updateTable('orderViewRequest')
        .set({ codeHash: keys.codeHash(hash, digits), personId })
        .where('id', '=', requestId)
        .execute();
      return { ...minted, code: { digits, until: codeUntil } };
    },

    enter: (request, digits) =>
      database.transaction(async (tx) => {
        const unlocked = await unlock(tx, request, digits);
        if (!unlocked || unlocked.orderId === null || unlocked.addressKey === null) return null;
        const { orderId, addressKey, personId } = unlocked;
        return grants.mint(tx, { orderId, addressKey, personId });
      }),

    async open(viewer, token) {
      const { order, accountName, personId, expiresAt } = await grants.open(viewer, token);
      const account = accountName === null ? null : { externalId: null, name: accountName };
      const content = await contentOf(database.db, order, account);
      return { order: shownOrder(content, { now: runtime.now(), dateOf, costs: false }), personId, expiresAt };
    },

    async sweep() {
      const now = runtime.now();
      await database.transaction(async (tx) => {
        await tx
          .deleteFrom('orderViewRequest')
          .where('createdAt', '<=', instant(now - REQUESTS_KEPT_MS))
          .execute();
        await tx
          .deleteFrom('orderView')
          .where('expiresAt', '<=', instant(now - ENDED_KEPT_MS))
          .execute();
      });
    },
  };
}
