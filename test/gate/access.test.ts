import { afterAll, expect, it, vi } from 'vitest';
import { operator, type Action, type PersonViewer } from '../../src/accounts/index.ts';
import { routes } from '../../src/app/index.ts';
import { filledDatabase } from '../support/postgres.ts';
import { startPortal, type TestPortal } from '../support/portal.ts';
import { runCalls } from './matrix.ts';
import { makeWorld } from './world.ts';

// Hundreds of calls, each compared with the whole database: only a hang takes this long, however busy the machine.
vi.setConfig({ testTimeout: 180_000 });

const opened: TestPortal[] = [];
afterAll(async () => {
  for (const portal of opened) await portal.close();
});

const databases = ['SQLite', 'PostgreSQL'];

async function worldOn(database: string) {
  const portal = await startPortal(database === 'SQLite' ? {} : { databaseUrl: await filledDatabase() });
  opened.push(portal);
  return makeWorld(portal);
}

it.each(databases)(
  'colleagues without the second step that their role asks for are strangers (%s)',
  async (database) => {
    const world = await worldOn(database);
    const colleagues = ['author', 'agent', 'administrator'] as const;
    for (const role of colleagues) {
      await world.portal.app.accounts.setSecondFactorRule(operator, { role, required: true });
    }
    expect(await runCalls(world, colleagues, (call) => call.expected.stranger)).toEqual([]);
  },
);

/** What a colleague may do for a customer whom they act for, named here once more. */
const forCustomers: readonly (Action | 'open')[] = [
  'open',
  'article.read',
  'image.read',
  'ticket.open',
  'ticket.list',
  'ticket.read',
  'ticket.answer',
  'order.list',
  'order.read',
  'order.view',
  'account.read',
];

it.each(databases)(
  'a colleague who acts for a customer sees what is named, and nothing else of theirs (%s)',
  async (database) => {
    const world = await worldOn(database);
    const { accounts } = world.portal.app;
    const headers = new Headers(world.headers.agent);
    const agent = (await accounts.viewerOf({ headers })) as PersonViewer;
    await accounts.beginActing(agent, { customerId: world.customerId, reason: 'To see what they see' }, { headers });
    const differences = await runCalls(world, ['agent'], ({ route, method, expected }) => {
      // It would end here and now.
      if (route === '/acting/end') return null;
      return forCustomers.includes(routes[route]?.[method] ?? 'open') ? expected.customer : 'forbidden';
    });
    expect(differences).toEqual([]);
  },
);
