import { z } from 'zod';
import type { Database } from '../../platform/database/index.ts';
import type { CategoryTable } from '../tables.ts';
import { readContent } from './contentFolder.ts';
import type { ContentFault } from './fault.ts';
import { readYaml } from './yamlBlock.ts';

const text = (max: number) =>
  z.string({ error: 'Write text.' }).trim().min(1, { error: 'Write something here.' }).max(max);

const categories = z.record(
  z.string(),
  z.strictObject({
    title: text(100),
    description: text(300).or(z.literal('')).default(''),
    order: z.int({ error: 'Write a whole number.' }).default(1_000),
  }),
);

/** Names and order of a locale's topics, from `<locale>/categories.yaml`. A faulty file leaves what was there. */
export async function importCategories(
  database: Database,
  folder: string,
  locale: string,
  faults: ContentFault[],
): Promise<void> {
  const file = `${locale}/categories.yaml`;
  const content = await readContent(folder, file).catch((error: unknown) => {
    faults.push({ file, line: 1, message: `It cannot be read: ${String(error)}`, skipped: true });
    return null;
  });
  if (content === null) return;
  const reading = readYaml(content, categories, 1);
  if (!reading.value) {
    faults.push(...reading.faults.map((fault) => ({ file, ...fault, skipped: true })));
    return;
  }
  const rows: CategoryTable[] = Object.entries(reading.value).map(([slug, { title, description, order }]) => ({
    locale,
    slug,
    title,
    description,
    position: order,
  }));
  await store(database, locale, rows);
}

async function store(database: Database, locale: string, rows: CategoryTable[]): Promise<void> {
  const key = (row: CategoryTable) => JSON.stringify([row.slug, row.title, row.description, row.position]);
  const known = await database.db.selectFrom('category').selectAll().where('locale', '=', locale).execute();
  if (known.map(key).toSorted().join() === rows.map(key).toSorted().join()) return;
  await database.transaction(async (tx) => {
    for (const row of rows) {
      const { title, description, position } = row;
      await tx
        .insertInto('category')
        .values(row)
        .onConflict((on) => on.columns(['locale', 'slug']).doUpdateSet({ title, description, position }))
        .execute();
    }
    const slugs = rows.map((row) => row.slug);
    await tx
      .deleteFrom('category')
      .where('locale', '=', locale)
      .$if(slugs.length > 0, (query) => query.where('slug', 'not in', slugs))
      .execute();
  });
}
