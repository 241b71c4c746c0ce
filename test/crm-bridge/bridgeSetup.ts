import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { noStanding, type PersonViewer, type Role } from '../../src/accounts/index.ts';
import { migrations } from '../../src/app/migrations.ts';
import { createBridge, type Bridge, type Connector } from '../../src/crm-bridge/index.ts';
import { migrate, type Database, type DatabaseOptions } from '../../src/platform/database/index.ts';
import { createQueue, type Queue } from '../../src/platform/jobs/index.ts';
import { createLog } from '../../src/platform/log/index.ts';
import { instant, newId, systemRuntime, type Runtime } from '../../src/platform/runtime.ts';
import type { DatabaseSource } from '../support/databases.ts';

export interface BridgeSetup {
  /** Of the database. */
  url: string;
  database: Database;
  bridge: Bridge;
  queue: Queue;
  /** The clock moves by hand: add milliseconds to `ahead`. */
  clock: { ahead: number };
  runtime: Runtime;
  /** The same portal once more, as another process has it: on the same database, with the same clock and data folder. */
  beside(options?: Omit<DatabaseOptions, 'url'> & { touchHeadFile?: string; keepTouches?: Record<string, number> }): {
    database: Database;
    bridge: Bridge;
    queue: Queue;
  };
  /** Where it is noted how far the touch log is sealed. */
  touchHeadFile: string;
  /** A new verified person as a viewer. */
  person(name: string, role?: Role): Promise<PersonViewer>;
  /** Opens a ticket of a person and gives its number. */
  ask(person: PersonViewer, text: { subject: string; body: string; inquiry?: string }): Promise<string>;
}

/** The bridge on a fresh database, with the queue beside it. */
export async function setUpBridge(
  source: DatabaseSource,
  connectors: readonly Connector[],
  options: Omit<DatabaseOptions, 'url'> & { keepTouches?: Record<string, number>; runtime?: Runtime } = {},
): Promise<BridgeSetup> {
  const url = await source.freshUrl();
  const { keepTouches: kept = {}, runtime: given, ...observed } = options;
  const clock = { ahead: 0 };
  const system = given ?? systemRuntime();
  const runtime: Runtime = { ...system, now: () => system.now() + clock.ahead };
  const log = createLog({ level: 'silent' });
  const filesFolder = mkdtempSync(join(tmpdir(), 'waypost-files-'));
  const masterKey = runtime.randomBytes(32);
  const touchHeadFile = join(filesFolder, 'touches-head.json');
  const beside: BridgeSetup['beside'] = ({
    touchHeadFile: other = touchHeadFile,
    keepTouches = kept,
    ...observers
  } = {}) => {
    const database = source.open(url, observers);
    const queue = createQueue({ database, runtime, log });
    const deps = { database, queue, runtime, masterKey, filesFolder, touchHeadFile: other, keepTouches };
    return { database, bridge: createBridge({ ...deps, connectors, log }), queue };
  };
  const { database, bridge, queue } = beside(observed);
  await migrate(database, migrations);
  return {
    url,
    database,
    beside,
    touchHeadFile,
    bridge,
    queue,
    clock,
    runtime,
    async person(name, role = 'customer') {
      const personId = newId(runtime);
      const email = `${name.toLowerCase()}@example.com`;
      const now = instant(runtime.now());
      const row = { id: personId, name, email, role, locale: 'en' as const, verifiedAt: now, createdAt: now };
      const unset = { loginId: null, tierId: null, ownerId: null, mergedInto: null, unverifiedMailAt: null };
      await database.db
        .insertInto('person')
        .values({ ...row, ...unset })
        .execute();
      return { kind: 'person', personId, name, email, verified: true, role, locale: 'en', ...noStanding };
    },
    async ask(person, text) {
      const { number } = await database.transaction((tx) =>
        bridge.openTicket(tx, {
          ...text,
          files: [],
          personId: person.personId,
          confirmed: true,
          locale: 'en',
          channel: 'web',
          actor: 'customer',
        }),
      );
      return number;
    },
  };
}

/** Everything that comes in pages. */
export async function allOf<T>(pages: AsyncIterable<readonly T[]>): Promise<T[]> {
  const all: T[] = [];
  for await (const page of pages) all.push(...page);
  return all;
}
