import { sql } from 'kysely';
import { beforeEach, expect, it } from 'vitest';
import { migrate, platformMigration, type Migration } from '../../../src/platform/database/index.ts';
import { moduleOf, startChild } from '../../support/child.ts';
import { eachDatabase } from '../../support/databases.ts';

/** A step that makes one table with one row. */
const step = (name: string): Migration => ({
  name,
  async up(db) {
    await db.schema.createTable(name).addColumn('n', 'integer').execute();
    await sql`insert into ${sql.table(name)} values (1)`.execute(db);
  },
});
const faulty = (name: string): Migration => ({
  name,
  async up(db, ...rest) {
    await step(name).up(db, ...rest);
    await sql`insert into nowhere values (1)`.execute(db);
  },
});

eachDatabase('migrations', (source) => {
  let url: string;
  beforeEach(async () => {
    url = await source.freshUrl();
  });

  async function tables(): Promise<string[]> {
    const found = await source.open(url).db.introspection.getTables();
    return found
      .map(({ name }) => name)
      .filter((name) => /^(m\d|job$|counter$)/.test(name))
      .toSorted();
  }

  it('make the tables once, in order', async () => {
    const database = source.open(url);
    expect(await migrate(database, [platformMigration, step('m2')])).toEqual(['0001_platform', 'm2']);
    expect(await migrate(database, [platformMigration, step('m2')])).toEqual([]);
    expect(await migrate(database, [platformMigration, step('m2'), step('m3')])).toEqual(['m3']);
    expect(await tables()).toEqual(['counter', 'job', 'm2', 'm3']);
  });

  it('leave the old state when one of them fails, and go through when it is mended', async () => {
    const database = source.open(url);
    await migrate(database, [step('m1')]);
    await expect(migrate(database, [step('m1'), step('m2'), faulty('m3')])).rejects.toThrow('nowhere');
    expect(await tables()).toEqual(['m1']);
    expect(await migrate(database, [step('m1'), step('m2'), step('m3')])).toEqual(['m2', 'm3']);
  });

  it('leave the old state when the process is killed halfway', async () => {
    await migrate(source.open(url), [step('m1')]);
    const { ended } = startChild(`
      import { sql } from 'kysely';
      import { migrate, openDatabase } from ${moduleOf('src/platform/database/index.ts')};
      const table = (name) => ({ name, up: (db) => db.schema.createTable(name).addColumn('n', 'integer').execute() });
      const last = { name: 'm3', up: async (db) => { await table('m3').up(db); process.kill(process.pid, 'SIGKILL'); } };
      await migrate(openDatabase({ url: ${JSON.stringify(url)} }), [table('m1'), table('m2'), last]);`);
    expect((await ended).signal).toBe('SIGKILL');
    expect(await tables()).toEqual(['m1']);
    expect(await migrate(source.open(url), [step('m1'), step('m2'), step('m3')])).toEqual(['m2', 'm3']);
  });

  it('refuse a database that a newer version has written, and leave it as it is', async () => {
    await migrate(source.open(url), [step('m1'), step('m2')]);
    await expect(migrate(source.open(url), [step('m1')])).rejects.toMatchObject({
      code: 'database_newer',
      message: expect.stringContaining('m2') as string,
    });
    expect(await tables()).toEqual(['m1', 'm2']);
  });

  it('run once when two processes start together', async () => {
    const results = await Promise.all([
      migrate(source.open(url), [platformMigration, step('m2')]),
      migrate(source.open(url), [platformMigration, step('m2')]),
    ]);
    expect(results.toSorted((a, b) => a.length - b.length)).toEqual([[], ['0001_platform', 'm2']]);
  });
});
