import { getMigrations } from 'better-auth/db/migration';
import { expect, it } from 'vitest';
import { accountsMigration, staffAccessMigration } from '../../src/accounts/index.ts';
import { libraryOptions } from '../../src/accounts/library.ts';
import { createPasswords } from '../../src/accounts/passwords.ts';
import { platformMigration } from '../../src/platform/database/index.ts';
import { createLog } from '../../src/platform/log/index.ts';
import { systemRuntime } from '../../src/platform/runtime.ts';
import { eachDatabase } from '../support/databases.ts';

eachDatabase('accounts: tables', (source) => {
  it('makes every table that the sign-in library asks for, and nothing is left to migrate', async () => {
    const database = await source.fresh([platformMigration, accountsMigration, staffAccessMigration]);
    const runtime = systemRuntime();
    const options = libraryOptions({
      database,
      runtime,
      secret: 'x'.repeat(40),
      publicUrl: 'http://portal.example',
      passwords: createPasswords({ runtime }),
      check: { verify: () => Promise.resolve(false) },
      log: createLog({ level: 'silent' }),
    });
    const left = await getMigrations(options);
    expect({
      toBeCreated: left.toBeCreated,
      toBeAdded: left.toBeAdded,
      toBeAddedIndexes: left.toBeAddedIndexes,
      unsafeChanges: left.unsafeChanges,
      schemaProblems: left.schemaProblems,
    }).toEqual({ toBeCreated: [], toBeAdded: [], toBeAddedIndexes: [], unsafeChanges: [], schemaProblems: [] });
  });
});
