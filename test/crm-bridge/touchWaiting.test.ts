import pg from 'pg';
import { expect, it, onTestFinished } from 'vitest';
import { desk } from '../../src/crm-bridge/index.ts';
import { SEAL_LEASE_MS } from '../../src/crm-bridge/touches/sealer.ts';
import type { Database, Tx } from '../../src/platform/database/index.ts';
import { databaseSource } from '../support/databases.ts';
import { setUpBridge } from './bridgeSetup.ts';

const source = databaseSource('postgres');
const read = { type: 'article.read', channel: 'web', direction: 'inbound', actor: 'customer' } as const;

type Setup = Awaited<ReturnType<typeof setUpBridge>>;

/** A session beside the portals', that may hold locks, and see who waits for one. */
async function session({ url }: Setup) {
  const client = new pg.Client(url);
  await client.connect();
  onTestFinished(() => client.end());
  const waiting = async (): Promise<number> => {
    const { rows } = await client.query<{ n: string }>('select count(*) as n from pg_locks where not granted');
    return Number(rows[0]?.n);
  };
  return { client, waiting };
}

/** A transaction that stays open until it is told to end. */
function begun(database: Database): Promise<{ tx: Tx; end(): Promise<void> }> {
  return new Promise((resolve) => {
    const over = Promise.withResolvers<void>();
    const done = database.transaction(async (tx) => {
      const end = async (): Promise<void> => {
        over.resolve();
        await done;
      };
      resolve({ tx, end });
      await over.promise;
    });
  });
}

async function write({ bridge }: Pick<Setup, 'bridge'>, personId: string | null, count = 1): Promise<void> {
  for (let n = 0; n < count; n++) bridge.touches.record({ ...read, personId, body: { n } });
  await bridge.touches.flush();
}

const seqs = async ({ database }: Setup): Promise<(number | null)[]> =>
  (await database.db.selectFrom('touch').select('seq').orderBy('seq').execute()).map(({ seq }) => seq);

it('two portals write and a third one seals while transactions are open: nobody waits for anybody', async () => {
  const setup = await setUpBridge(source, [desk()]);
  const [first, second, sealing] = [setup.beside(), setup.beside(), setup.beside()];
  const { waiting } = await session(setup);
  const { personId } = await setup.person('Mei');
  await setup.bridge.sealedLog.prepare();

  const [early, late] = [await begun(first.database), await begun(second.database)];
  for (const [{ bridge }, { tx }] of [
    [first, early],
    [second, late],
  ] as const) {
    await bridge.touches.recordIn(tx, { ...read, personId, body: {} });
    await bridge.touches.recordIn(tx, { ...read, personId: null, body: {} });
  }
  await write(setup, personId, 3);
  await write(setup, null, 2);
  // Both are still open. What is committed is sealed, by one, and the other does not wait for its turn.
  expect((await Promise.all([sealing, setup].map(({ bridge }) => bridge.sealedLog.seal()))).toSorted()).toEqual([0, 5]);
  expect(await waiting()).toBe(0);
  await late.end();
  setup.clock.ahead += SEAL_LEASE_MS + 1;
  expect(await setup.bridge.sealedLog.seal()).toBe(2);
  expect(await waiting()).toBe(0);
  await early.end();
  // It began first and ends last: its touches, of the smallest ids, come last.
  setup.clock.ahead += SEAL_LEASE_MS + 1;
  expect(await sealing.bridge.sealedLog.seal()).toBe(2);
  expect(await seqs(setup)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(await setup.bridge.sealedLog.verify()).toMatchObject({ sound: true });
});

it('while a sealer is stopped in the midst of its transaction, everybody writes, and no other sealer waits', async () => {
  const setup = await setUpBridge(source, [desk()]);
  const [first, second, stopped] = [setup.beside(), setup.beside(), setup.beside()];
  const { client, waiting } = await session(setup);
  const { personId } = await setup.person('Mei');
  await write(setup, personId, 4);
  // The sealer has numbered its rows and holds them when it comes to write the seal.
  await client.query('begin; lock table touch_seal in share mode');
  const sealing = stopped.bridge.sealedLog.seal();
  await expect.poll(waiting).toBe(1);
  await Promise.all([write(first, personId, 5), write(second, null, 5)]);
  setup.clock.ahead += SEAL_LEASE_MS + 1;
  expect(await Promise.all([first, second].map(({ bridge }) => bridge.sealedLog.seal()))).toEqual([0, 0]);
  expect(await waiting()).toBe(1);
  await client.query('commit');
  expect(await sealing).toBe(4);
  setup.clock.ahead += SEAL_LEASE_MS + 1;
  expect(await first.bridge.sealedLog.seal()).toBe(10);
  expect(await setup.bridge.sealedLog.verify()).toMatchObject({ sound: true, seq: 14 });
});
