import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { noStanding, type PersonViewer, type Role } from '../../src/accounts/index.ts';
import { migrations } from '../../src/app/migrations.ts';
import { createBridge, type Bridge, type Connector } from '../../src/crm-bridge/index.ts';
import type { Database, DatabaseOptions } from '../../src/platform/database/index.ts';
import { createQueue, type Queue } from '../../src/platform/jobs/index.ts';
import { createLog } from '../../src/platform/log/index.ts';
import { instant, newId, systemRuntime, type Runtime } from '../../src/platform/runtime.ts';
import type { DatabaseSource } from '../support/databases.ts';

export interface BridgeSetup {
  database: Database;
  bridge: Bridge;
  queue: Queue;
  /** The clock moves by hand: add milliseconds to `ahead`. */
  clock: { ahead: number };
  runtime: Runtime;
  /** A new verified person as a viewer. */
  person(name: string, role?: Role): Promise<PersonViewer>;
  /** Opens a ticket of a person and gives its number. */
  ask(person: PersonViewer, text: { subject: string; body: string; inquiry?: string }): Promise<string>;
}

/** The bridge on a fresh database, with the queue beside it. */
export async function setUpBridge(
  source: DatabaseSource,
  connectors: readonly Connector[],
  options: Omit<DatabaseOptions, 'url'> = {},
): Promise<BridgeSetup> {
  const database = await source.fresh(migrations, options);
  const clock = { ahead: 0 };
  const system = systemRuntime();
  const runtime: Runtime = { ...system, now: () => system.now() + clock.ahead };
  const log = createLog({ level: 'silent' });
  const queue = createQueue({ database, runtime, log });
  const filesFolder = mkdtempSync(join(tmpdir(), 'waypost-files-'));
  const masterKey = runtime.randomBytes(32);
  const bridge = createBridge({ database, queue, runtime, masterKey, filesFolder, connectors, log });
  return {
    database,
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
