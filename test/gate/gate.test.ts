import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it, vi } from 'vitest';
import { routeFaults, routes } from '../../src/app/index.ts';
import { root } from '../../scripts/install.mjs';
import { filledDatabase } from '../support/postgres.ts';
import { startPortal, type TestPortal } from '../support/portal.ts';
import { snapshot } from '../support/snapshot.ts';
import { callsOf } from './calls.ts';
import { runMatrix } from './matrix.ts';
import { makeWorld } from './world.ts';
import { withoutAuthorize } from './mutations.ts';

// Hundreds of calls, each compared with the whole database: only a hang takes this long, however busy the machine.
vi.setConfig({ testTimeout: 180_000 });

const opened: TestPortal[] = [];
afterAll(async () => {
  for (const portal of opened) await portal.close();
});

async function portal(options: Parameters<typeof startPortal>[0] = {}): Promise<TestPortal> {
  const started = await startPortal(options);
  opened.push(started);
  return started;
}

/** The routes as the build resolved them. */
const built = JSON.parse(readFileSync(join(root, 'dist', 'routes.json'), 'utf8')) as {
  pattern: string;
  methods: string[] | null;
}[];

it('every route of the build declares its permission, and every declared one exists', () => {
  expect(routeFaults(built)).toEqual([]);
  expect(built.length).toBeGreaterThan(25);
});

it('a route without a permission, a method without one, and one too many are told', () => {
  expect(routeFaults([...built, { pattern: '/staff/secret', methods: null }])).toMatchObject([
    { route: '/staff/secret' },
  ]);
  const withDelete = built.map((route) =>
    route.pattern === '/api/v1/tickets' ? { ...route, methods: ['GET', 'POST', 'DELETE'] } : route,
  );
  expect(routeFaults(withDelete)).toMatchObject([
    { route: '/api/v1/tickets', fault: 'answers DELETE without a permission' },
  ]);
  expect(routeFaults(built.filter(({ pattern }) => pattern !== '/theme'))).toMatchObject([{ route: '/theme' }]);
});

it('the tables below call every declared route and method', async () => {
  const called = new Set(callsOf(await makeWorld(await portal())).map(({ route, method }) => `${method} ${route}`));
  const declared = Object.entries(routes).flatMap(([route, methods]) =>
    Object.keys(methods).map((method) => `${method} ${route}`),
  );
  // The catch-all answers whatever is unknown, the same for everybody.
  expect(declared.filter((one) => !called.has(one))).toEqual(['GET /[...path]', 'POST /[...path]']);
});

it.each(['SQLite', 'PostgreSQL'])('what is compared before and after a refusal shows each write (%s)', async (name) => {
  const one = await portal(name === 'SQLite' ? {} : { databaseUrl: await filledDatabase() });
  const rename = (title: string) =>
    one.app.database.db.updateTable('category').set({ title }).where('slug', '=', 'care').execute();
  await rename('Before');
  const before = await snapshot(one);
  expect(await snapshot(one)).toBe(before);
  await rename('After');
  expect(await snapshot(one)).not.toBe(before);
  await rename('Before');
  expect(await snapshot(one)).toBe(before);
});

it('each route × method × viewer does what the table says (SQLite)', async () => {
  expect(await runMatrix(await portal())).toEqual([]);
});

it('each route × method × viewer does what the table says (PostgreSQL)', async () => {
  expect(await runMatrix(await portal({ databaseUrl: await filledDatabase() }))).toEqual([]);
});

it('with one authorize taken out it does not', async () => {
  const file = 'src/crm-bridge/tickets/customerTickets.ts';
  const differences = await withoutAuthorize(file, 0, async (sources) => runMatrix(await portal({ sources })));
  expect(differences).not.toEqual([]);
});
