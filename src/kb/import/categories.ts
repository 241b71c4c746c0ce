import { stringify } from 'yaml';
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
  const rows = rowsOf(locale, reading.value);
  await store(database, locale, rows, content);
}

/**
 * A locale's `categories.yaml`: the text it was read from, while that still says what is true; null when there are no
 * topics.
 */
export async function categoriesFile({ db }: Pick<Database, 'db'>, locale: string): Promise<string | null> {
  const rows = await db
    .selectFrom('category')
    .selectAll()
    .where('locale', '=', locale)
    .orderBy('position')
    .orderBy('slug')
    .execute();
  const file = await db.selectFrom('categoryFile').select('text').where('locale', '=', locale).executeTakeFirst();
  const reading = file ? readYaml(file.text, categories, 1) : null;
  if (file && reading?.value && saysTheSame(rows, rowsOf(locale, reading.value))) return file.text;
  if (rows.length === 0) return null;
  return stringify(
    Object.fromEntries(
      rows.map(({ slug, title, description, position }) => [slug, { title, description, order: position }]),
    ),
    { lineWidth: 0 },
  );
}

function rowsOf(locale: string, value: z.output<typeof categories>): CategoryTable[] {
  return Object.entries(value).map(([slug, { title, description, order }]) => ({
    ...{ locale, slug, title, description, position: order },
  }));
}

function saysTheSame(some: readonly CategoryTable[], others: readonly CategoryTable[]): boolean {
  const key = (row: CategoryTable) => JSON.stringify([row.slug, row.title, row.description, row.position]);
  return some.map(key).toSorted().join() === others.map(key).toSorted().join();
}

async function store(database: Database, locale: string, rows: CategoryTable[], text: string): Promise<void> {
  const file = await database.db
    .selectFrom('categoryFile')
    .select('text')
    .where('locale', '=', locale)
    .executeTakeFirst();
  const known = await database.db.selectFrom('category').selectAll().where('locale', '=', locale).execute();
  if (file?.text === text && saysTheSame(known, rows)) return;
  await database.transaction(async (tx) => {
    await tx
      .insertInto('categoryFile')
      .values({ locale, text })
      .onConflict((on) => on.column('locale').doUpdateSet({ text }))
      .execute();
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
