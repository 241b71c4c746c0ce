import { afterAll, expect, it, vi } from 'vitest';
import { filledDatabase } from '../support/postgres.ts';
import { startPortal, type TestPortal } from '../support/portal.ts';
import { withoutAuthorize } from './mutations.ts';
import { lookAround, lookAtMails, sumOf, unlikeUnknown, type Count } from './ownershipLook.ts';
import { outlets } from './ownershipOutlets.ts';
import { asCustomer, orLookingAfter } from './ownershipRules.ts';
import { makeOwnershipWorld, type OwnershipWorld } from './ownershipWorld.ts';

// More than a thousand calls: only a hang takes this long, however busy the machine.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 60_000 });

const opened: TestPortal[] = [];
afterAll(async () => {
  for (const portal of opened) await portal.close();
});

async function worldOn(options: { databaseUrl?: string; sources?: string } = {}): Promise<OwnershipWorld> {
  const portal = await startPortal(options);
  opened.push(portal);
  return makeOwnershipWorld(portal);
}

/** A cell is one word of one owner's, looked for in one answer to one viewer. */
function print(database: string, { cells, leaked, seen, due }: Count): void {
  console.info(`${database}: ${cells} cells, ${leaked} leaked, ${seen} of ${due} due seen`);
}

let world: OwnershipWorld;

it('orders and tickets are seen by those whose they are, and by nobody else (SQLite)', async () => {
  world = await worldOn();
  // Nobody is mailed a way to what their company kept when they left it.
  expect(Object.keys(world.links)).toEqual(['own', 'colleague', 'stranger', 'guest']);
  const count = sumOf(await lookAround(world, outlets), lookAtMails(world));
  print('SQLite', count);
  expect(count.faults).toEqual([]);
  expect(count).toMatchObject({ leaked: 0, seen: count.due });
});

it('what is another’s answers as what never was, to the byte', async () => {
  const { different, pairs } = await unlikeUnknown(world, {
    ...{ order: orLookingAfter, ticket: asCustomer, file: orLookingAfter },
  });
  expect(different).toEqual([]);
  expect(pairs).toBeGreaterThan(100);
});

it('finds what the rules do not allow, and misses what they promise', async () => {
  const orders = outlets.filter(({ name }) => name === 'order JSON');
  const stricter = { ...orLookingAfter, colleagueAll: ['colleague', 'left'] } as const;
  const wider = { ...orLookingAfter, left: ['left'] } as const;
  const under = (rule: typeof stricter | typeof wider) =>
    orders.map((outlet) => ({
      ...outlet,
      looks: (of: OwnershipWorld) =>
        outlet.looks(of).map((look) => ({ ...look, shown: look.shown.map((shown) => ({ ...shown, rule })) })),
    }));
  const leaks = await lookAround(world, under(stricter));
  expect(leaks.leaked).toBe(4);
  expect(leaks.faults.every((fault) => /as colleagueAll: own's \w+ is seen$/.test(fault))).toBe(true);
  const misses = await lookAround(world, under(wider));
  expect(misses.due - misses.seen).toBe(4);
  expect(misses.faults.every((fault) => /as left: left's \w+ is missing$/.test(fault))).toBe(true);
});

it('finds a door that lost its gate', async () => {
  await withoutAuthorize('src/crm-bridge/attachments.ts', 0, async (sources) => {
    const open = await worldOn({ sources });
    const files = outlets.filter(({ name }) => name === 'file');
    const { leaked, seen, due, faults } = await lookAround(open, files);
    expect(seen).toBe(due);
    // Each of five files with its name, to eleven, but for those who may.
    expect(leaked).toBe(2 * 5 * 11 - due);
    expect(faults.length).toBe(leaked);
  });
});

it('orders and tickets are seen by those whose they are, and by nobody else (PostgreSQL)', async () => {
  const other = await worldOn({ databaseUrl: await filledDatabase() });
  const share = outlets.filter(({ name }) => /JSON, account|order JSON|ticket JSON|file|kept/.test(name));
  const count = sumOf(await lookAround(other, share), lookAtMails(other));
  print('PostgreSQL', count);
  expect(count.faults).toEqual([]);
  expect(count).toMatchObject({ leaked: 0, seen: count.due });
});
