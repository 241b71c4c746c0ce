import type { Database } from '../../platform/database/index.ts';
import { Refusal } from '../../platform/refusal.ts';
import { instant, type Runtime } from '../../platform/runtime.ts';
import type { Mapping } from './mapping.ts';
import { proposalFor, withWordsOf } from './proposal.ts';
import type { Survey } from './survey.ts';

/** So many sources are looked through for one with a file's headings. */
const MOST_SOURCES = 100;

/** How each source's files are read, as somebody last said. */
export function createMappings({
  database,
  runtime,
  timeZone,
}: {
  database: Database;
  runtime: Runtime;
  timeZone: string;
}) {
  const { db } = database;

  async function of(source: string): Promise<Mapping | null> {
    const row = await db.selectFrom('orderMapping').select('mapping').where('source', '=', source).executeTakeFirst();
    return row ? (JSON.parse(row.mapping) as Mapping) : null;
  }

  async function withHeadings(headings: readonly string[]): Promise<Mapping | null> {
    const rows = await db
      .selectFrom('orderMapping')
      .select('mapping')
      .orderBy('updatedAt', 'desc')
      .limit(MOST_SOURCES)
      .execute();
    const isSame = ({ columns }: Mapping): boolean =>
      JSON.stringify(columns.map(({ heading }) => heading)) === JSON.stringify(headings);
    return rows.map(({ mapping }) => JSON.parse(mapping) as Mapping).find(isSame) ?? null;
  }

  return {
    of,

    async names(): Promise<string[]> {
      const rows = await db.selectFrom('orderMapping').select('source').orderBy('source').execute();
      return rows.map(({ source }) => source);
    },

    async keep(mapping: Mapping): Promise<void> {
      const kept = { mapping: JSON.stringify(mapping), updatedAt: instant(runtime.now()) };
      await db
        .insertInto('orderMapping')
        .values({ source: mapping.source, ...kept })
        .onConflict((on) => on.column('source').doUpdateSet(kept))
        .execute();
    },

    /**
     * How a file may be read: as the source named, else as one whose files have its headings, else by its headings alone.
     * @throws Refusal `invalid` for a source that nobody has described.
     */
    async proposal(survey: Survey, named?: string): Promise<{ mapping: Mapping; isKnown: boolean }> {
      const known = named ? await of(named) : await withHeadings(survey.headings);
      if (named && !known) throw new Refusal('invalid', { fields: [{ field: 'mapping', key: 'errors.choice' }] });
      if (!known) return { mapping: proposalFor(survey, { source: '', timeZone }), isKnown: false };
      const columns = survey.headings.map(
        (heading) => known.columns.find((one) => one.heading === heading) ?? { heading, field: null },
      );
      // How it is written is seen anew: the same program may have been told otherwise.
      return { mapping: withWordsOf({ ...known, ...survey.form, columns }, survey), isKnown: true };
    },
  };
}
