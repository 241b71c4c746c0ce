import { authorize, type KeyViewer, type Viewer } from '../accounts/index.ts';
import { asRefusal, Refusal, type FieldFault } from '../platform/refusal.ts';
import type { StoredOrder } from './contract.ts';
import { numberKey } from './names.ts';
import { createOrderReader, type CheckedOrder } from './orderBody.ts';
import { storedOrder } from './shown.ts';
import { storeOrder, type Origin, type StoredOutcome, type StoringDeps } from './store.ts';

/** So many orders share a transaction, and so a commit. */
const GROUP = 100;

/** What became of one order of many. */
export type Taken =
  | Omit<StoredOutcome, 'content'>
  /** `number`: as it was told, if it was. */
  | { outcome: 'refused'; number: string | null; refusal: Refusal };

/** Orders coming in: from keys, files and sources alike. */
export function createIntake(deps: StoringDeps & { take(viewer: KeyViewer): Promise<void> }) {
  const { database, runtime } = deps;
  const check = createOrderReader(() => runtime.now());

  async function storeGroup(origin: Origin, orders: readonly CheckedOrder[]): Promise<Taken[]> {
    const taken: Taken[] = [];
    await database.transaction(async (tx) => {
      taken.length = 0;
      for (const order of orders) {
        const { outcome, number } = await storeOrder(tx, deps, origin, order);
        taken.push({ outcome, number });
      }
    });
    return taken;
  }

  /** A group that cannot be written is written one by one, so that only the one at fault is missing. */
  async function storeEach(origin: Origin, orders: readonly CheckedOrder[]): Promise<Taken[]> {
    try {
      return await storeGroup(origin, orders);
    } catch (error) {
      const [only, ...more] = orders;
      const refusal = asRefusal(error);
      if (only && more.length === 0 && refusal) return [{ outcome: 'refused', number: only.number, refusal }];
      if (more.length === 0) throw error;
      const taken: Taken[] = [];
      for (const order of orders) taken.push(...(await storeEach(origin, [order])));
      return taken;
    }
  }

  return {
    /**
     * An order as a source tells it, checked.
     * @throws Refusal `invalid`, with every field that cannot be taken: `shipments[1].events[0].state`.
     */
    check,

    /**
     * Writes many orders, in their order. One that cannot be written holds up no other. The caller has asked the gate.
     * @returns what became of each.
     */
    async store(origin: Origin, orders: readonly CheckedOrder[]): Promise<Taken[]> {
      const taken: Taken[] = [];
      for (let from = 0; from < orders.length; from += GROUP) {
        taken.push(...(await storeEach(origin, orders.slice(from, from + GROUP))));
      }
      return taken;
    },

    /**
     * A key pushes an order, under the number of the address.
     * @returns the order as it is stored; an older one has changed nothing.
     * @throws Refusal `invalid`, `conflict` for a number that is another source's, `limited`, `unauthenticated`, `forbidden`
     */
    async put(viewer: Viewer, number: string, body: unknown): Promise<{ created: boolean; order: StoredOrder }> {
      const origin = originOf(viewer);
      await deps.take(viewer as KeyViewer);
      const order = check(named(number, body));
      const { outcome, content } = await database.transaction((tx) => storeOrder(tx, deps, origin, order));
      if (!content) throw foreign();
      return { created: outcome === 'created', order: storedOrder(content) };
    },

    /**
     * A key pushes many orders.
     * @param bodies may hold anything; each is answered.
     * @returns what became of each, in their order; `foreign` is among the refused.
     * @throws Refusal `limited`, `unauthenticated`, `forbidden`
     */
    async putMany(viewer: Viewer, bodies: readonly unknown[]): Promise<Taken[]> {
      const origin = originOf(viewer);
      await deps.take(viewer as KeyViewer);
      const answers: (Taken | undefined)[] = [];
      const good: { at: number; order: CheckedOrder }[] = [];
      bodies.forEach((body, at) => {
        try {
          good.push({ at, order: check(body) });
        } catch (error) {
          const refusal = asRefusal(error);
          if (!refusal) throw error;
          answers[at] = { outcome: 'refused', number: numberOf(body), refusal };
        }
      });
      const taken = await this.store(
        origin,
        good.map(({ order }) => order),
      );
      taken.forEach((one, index) => {
        answers[good[index]?.at ?? 0] =
          one.outcome === 'foreign' ? { outcome: 'refused', number: one.number, refusal: foreign() } : one;
      });
      return answers.flatMap((answer) => answer ?? []);
    },
  };
}

/** The number is another source's. */
function foreign(): Refusal {
  return new Refusal('conflict', { fields: [{ field: 'number', key: 'errors.duplicate' }] });
}

/** Keys of one name are one source, so that a key can be changed for another. */
function originOf(viewer: Viewer): Origin {
  authorize(viewer, 'order.push');
  const { keyId, name } = viewer as KeyViewer;
  return { source: `push:${name}`, actor: `key:${keyId}` };
}

function named(number: string, body: unknown): unknown {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return body;
  const own = 'number' in body ? body.number : number;
  if (typeof own === 'string' && numberKey(own) === numberKey(number)) return { ...body, number };
  const fault: FieldFault = { field: 'number', key: 'errors.other' };
  throw new Refusal('invalid', { fields: [fault] });
}

function numberOf(body: unknown): string | null {
  const number = typeof body === 'object' && body !== null && 'number' in body ? body.number : null;
  return typeof number === 'string' ? number.slice(0, 64).toWellFormed() : null;
}
