import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { migrations } from '../../src/app/migrations.ts';
import { migrate } from '../../src/platform/database/index.ts';
import { eachDatabase } from '../support/databases.ts';

const first = migrations.findIndex(({ name }) => name.startsWith('0012_'));

eachDatabase('companies: an older database', (source) => {
  it('keeps its members, articles and revisions, and takes the new roles and audiences', async () => {
    const database = await source.fresh(migrations.slice(0, first));
    const { db } = database;
    const run = (text: string) => sql.raw(text).execute(db);
    const at = `'2026-11-01T00:00:00.000Z'`;
    await run(`insert into tier (id, rank, names, first_reply_hours) values ('t1', 2, '{"en":"Gold"}', 4)`);
    await run(`insert into person (id, name, email, verified_at, role, locale, tier_id, created_at)
      values ('p1', 'Mei', 'mei@example.com', ${at}, 'customer', 'en', 't1', ${at})`);
    await run(`insert into account (id, name, created_at) values ('a1', 'Harbour Lane Hotels', ${at})`);
    await run(`insert into membership (account_id, person_id, role, created_at) values ('a1', 'p1', 'manager', ${at})`);
    await run(`insert into article (id, slug, locale, category, kind, audience, translation_of, created_at, updated_at)
      values ('x1', 'oil', 'en', 'care', 'service', 'customers', 'x1', ${at}, ${at})`);
    await run(`insert into revision (id, article_id, title, summary, keywords, minutes, created_at, renderer_version,
      contents, links, source, html, text, number, cause)
      values ('r1', 'x1', 'Oil', '', '', 1, ${at}, 1, '[]', '[]', '', '', '', 1, 'file')`);
    await run(`insert into redirect (locale, slug, kind, article_id, audience, created_at)
      values ('en', 'oiling', 'article', 'x1', 'customers', ${at})`);

    await migrate(database, migrations);

    expect(await db.selectFrom('membership').select(['role', 'orders', 'tickets', 'endedAt']).execute()).toMatchObject([
      { role: 'manager', orders: 'own', tickets: 'own', endedAt: null },
    ]);
    expect(await db.selectFrom('tier').select(['key', 'benefits']).execute()).toMatchObject([
      { key: 'tier-2', benefits: '{}' },
    ]);
    expect(await db.selectFrom('revision').select('id').execute()).toMatchObject([{ id: 'r1' }]);
    for (const table of ['article', 'redirect'] as const) {
      expect(await db.selectFrom(table).select('audience').execute()).toMatchObject([{ audience: 'customers' }]);
      await db.updateTable(table).set({ audience: 'tier:gold' }).execute();
      await expect(
        db
          .updateTable(table)
          .set({ audience: 'everybody' as never })
          .execute(),
      ).rejects.toThrow(/check/i);
    }
    await db.updateTable('membership').set({ role: 'owner' }).execute();
    await expect(
      db
        .updateTable('membership')
        .set({ role: 'king' as never })
        .execute(),
    ).rejects.toThrow(/check/i);
  });
});
