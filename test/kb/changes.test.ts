import { expect, test } from 'vitest';
import { noteArticleChange } from '../../src/kb/changes.ts';
import { migrations } from '../../src/app/migrations.ts';
import { eachDatabase } from '../support/databases.ts';

eachDatabase('what the engines are owed', (source) => {
  test('becomes visible in the order of its numbers, so that a cursor passes over nothing', async () => {
    const database = await source.fresh(migrations);
    const note = (tx: Parameters<typeof noteArticleChange>[0], id: string) =>
      noteArticleChange(tx, database.dialect, id, '2026-11-23T18:00:00.000Z');
    const seen = async () => {
      const rows = await database.db.selectFrom('articleChange').select('articleId').orderBy('seq').execute();
      return rows.map((row) => row.articleId);
    };
    const noted = Promise.withResolvers<void>();
    const mayEnd = Promise.withResolvers<void>();
    const first = database.transaction(async (tx) => {
      await note(tx, 'first');
      noted.resolve();
      await mayEnd.promise;
    });
    await noted.promise;
    const second = database.transaction((tx) => note(tx, 'second'));
    for (let look = 0; look < 50; look += 1) expect(await seen()).toEqual([]);
    mayEnd.resolve();
    await Promise.all([first, second]);
    expect(await seen()).toEqual(['first', 'second']);
  });

  test('goes with the change that failed', async () => {
    const database = await source.fresh(migrations);
    const failed = database.transaction(async (tx) => {
      await noteArticleChange(tx, database.dialect, 'x', '2026-11-23T18:00:00.000Z');
      throw new Error('No.');
    });
    await expect(failed).rejects.toThrow('No.');
    expect(await database.db.selectFrom('articleChange').selectAll().execute()).toEqual([]);
  });
});
