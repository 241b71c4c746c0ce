import { expect, it } from 'vitest';
import { migrations } from '../../src/app/migrations.ts';
import { personalRegister, personalTables } from '../../src/app/privacy/register.ts';
import { eachDatabase } from '../support/databases.ts';

const KINDS = ['person', 'link', 'sealed', 'hash', 'staff', 'none'] as const;

eachDatabase('the register of personal data', (source) => {
  it('has one line for every column there is, and none for another', async () => {
    const { db } = await source.fresh(migrations);
    const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
    const columns = tables.flatMap(({ name, columns }) => columns.map((column) => `${name}.${column.name}`));
    const registered = Object.entries(personalRegister).flatMap(([table, register]) =>
      KINDS.flatMap((kind) => (register[kind] ?? '').split(' ').filter((name) => name !== '')).map(
        (column) => `${table}.${column}`,
      ),
    );
    expect(registered.toSorted()).toEqual(columns.toSorted());
    expect(personalTables()).toContain('message');
  });
});
