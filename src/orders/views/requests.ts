import type { Selectable } from 'kysely';
import { z } from 'zod';
import { statement, type Database, type Tx } from '../../platform/database/index.ts';
import { email, oneLine, readInput } from '../../platform/fields/index.ts';
import type { Locale } from '../../platform/i18n/index.ts';
import { instant, newId, newToken, type Runtime } from '../../platform/runtime.ts';
import { hashToken, sameText } from '../../platform/secrets/index.ts';
import { numberKey } from '../names.ts';
import type { Remembered, Typed, ViewKeys } from './keys.ts';
import type { OrderViewRequestTable } from './tables.ts';

const MINUTE_MS = 60_000;
/** For how long a request's page stands, in milliseconds. */
const PAGE_MS = 24 * 60 * MINUTE_MS;
/** For how long the six digits work, from the moment they were asked for. */
export const CODE_MS = 30 * MINUTE_MS;
/** After how long the same may be asked for again with one button. */
const AGAIN_MS = 2 * MINUTE_MS;
/** How often digits may be typed. One guess in 200,000 finds them so. */
const TRIES = 5;

const lookUpFields = z.object({ number: oneLine(60), email: email() });

/** What the page of a request shows. Nothing of it depends on whether there is such an order. */
export type RequestLook =
  | {
      state: 'open';
      /** Null where an older link stands for it. */
      typed: Typed | null;
      askedAt: string;
      /** Until when digits may be typed. */
      codeUntil: string;
      /** Whether typing digits makes sense any more, and why not. */
      code: 'open' | 'tried' | 'spent' | 'late';
      triesLeft: number;
      /** From when it may be sent again. */
      againAt: string;
    }
  /** Unknown or too old. */
  | { state: 'over' };

/** The form, checked: who would see an order. */
export interface Asked {
  typed: Typed;
  /** The number as it is looked up; for the limits, too. */
  numberKey: string;
}

/** A request that its six digits were typed for. */
export type Unlocked = Pick<OrderViewRequestTable, 'id' | 'orderId' | 'addressKey' | 'personId'>;

export interface Noted {
  /** For the job; a row's id. */
  id: string;
  /** For the browser that asked: 192 random bits, stored hashed. */
  request: string;
}

/**
 * Asking to see an order. What is asked for is only written down here; nothing is looked up, so that right and wrong
 * numbers and addresses cannot differ in text, status or time.
 */
export function createViewRequests({
  database,
  runtime,
  keys,
}: {
  database: Database;
  runtime: Runtime;
  keys: ViewKeys;
}) {
  async function note(
    tx: Tx,
    asked: Pick<Selectable<OrderViewRequestTable>, 'numberKey' | 'addressKey' | 'viewHash' | 'locale'>,
    typed: Remembered,
  ): Promise<Noted> {
    const id = newId(runtime);
    const request = newToken(runtime);
    await insertRequest(tx, {
      id,
      hash: hashToken(request),
      ...asked,
      typed: keys.sealTyped(request, typed),
      createdAt: instant(runtime.now()),
    });
    return { id, request };
  }

  const rowOf = (request: string) =>
    database.db
      .selectFrom('orderViewRequest')
      .selectAll()
      .where('hash', '=', hashToken(request))
      .where('createdAt', '>', instant(runtime.now() - PAGE_MS))
      .executeTakeFirst();

  return {
    /** The form, checked. @throws Refusal `invalid` on `number`, `email` */
    read(input: unknown): Asked {
      const typed = readInput(lookUpFields, input);
      return { typed, numberKey: numberKey(typed.number) };
    },

    /** Notes that somebody asks for an order by its number and address. */
    note: (tx: Tx, { typed, numberKey }: Asked, locale: Locale): Promise<Noted> =>
      note(tx, { numberKey, addressKey: keys.addressKey(typed.email), viewHash: null, locale }, typed),

    /** Notes that somebody asks for a new mail with an older link, whatever that is. */
    noteAgain: (tx: Tx, token: string, locale: Locale): Promise<Noted> =>
      note(tx, { numberKey: null, addressKey: null, viewHash: hashToken(token), locale }, { link: token }),

    /** What a request's page shows. */
    async look(request: string): Promise<RequestLook> {
      const row = await rowOf(request);
      if (!row) return { state: 'over' };
      const asked = Date.parse(row.createdAt);
      const isLate = asked + CODE_MS <= runtime.now();
      return {
        state: 'open',
        typed: typedOf(keys.openTyped(request, row.typed)),
        askedAt: row.createdAt,
        codeUntil: instant(asked + CODE_MS),
        code: row.spentAt !== null ? 'spent' : isLate ? 'late' : row.tries >= TRIES ? 'tried' : 'open',
        triesLeft: Math.max(0, TRIES - row.tries),
        againAt: instant(asked + AGAIN_MS),
      };
    },

    /** How a request was made, for making it once more; null when it is over. */
    async remember(request: string): Promise<{ asked: Asked | { link: string }; againAt: number } | null> {
      const row = await rowOf(request);
      if (!row) return null;
      const made = keys.openTyped(request, row.typed);
      const asked = 'link' in made ? made : { typed: made, numberKey: numberKey(made.number) };
      return { asked, againAt: Date.parse(row.createdAt) + AGAIN_MS };
    },

    /**
     * Types six digits. Each time counts, also when several come at once; the fifth wrong one makes the rest useless. A
     * request without an order has digits that nobody was told, so it answers like any other.
     * @returns the request when they are right; it is spent then.
     */
    async unlock(tx: Tx, request: string, digits: string): Promise<Unlocked | null> {
      const hash = hashToken(request);
      const now = runtime.now();
      const row = await tx
        .updateTable('orderViewRequest')
        .set((eb) => ({ tries: eb('tries', '+', 1) }))
        .where('hash', '=', hash)
        .where('tries', '<', TRIES)
        .where('spentAt', 'is', null)
        .where('createdAt', '>', instant(now - CODE_MS))
        .returning(['id', 'orderId', 'addressKey', 'personId', 'codeHash'])
        .executeTakeFirst();
      // Compared also where there is nothing to compare with.
      const isRight = sameText(row?.codeHash ?? '', keys.codeHash(hash, digits));
      if (!row || !isRight) return null;
      await tx
        .updateTable('orderViewRequest')
        .set({ spentAt: instant(now) })
        .where('id', '=', row.id)
        .execute();
      return row;
    },
  };
}

export type ViewRequests = ReturnType<typeof createViewRequests>;

const typedOf = (made: Remembered): Typed | null => ('link' in made ? null : made);

type NewRequest = Pick<
  OrderViewRequestTable,
  'id' | 'hash' | 'numberKey' | 'addressKey' | 'viewHash' | 'typed' | 'locale' | 'createdAt'
>;

/** One statement whatever it is for. */
const insertRequest = statement((tx, request: NewRequest) =>
  tx.insertInto('orderViewRequest').values({
    ...request,
    ...{ decidedAt: null, orderId: null, personId: null, codeHash: null, tries: 0, spentAt: null, mailedAt: null },
  }),
);
