import { mkdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { authorize, type Viewer } from '../../accounts/index.ts';
import { readInput } from '../../platform/fields/index.ts';
import { Refusal } from '../../platform/refusal.ts';
import { instant, newId } from '../../platform/runtime.ts';
import { createFromDisk } from './fromDisk.ts';
import { createFileJob, type FileJobDeps } from './fileJob.ts';
import { everyFault, faultsAfter, fileRow, mappingIn, moveFile, noCounts, surveyIn, viewOf } from './fileRows.ts';
import type { OrderFileDetails, OrderFileRow, OrderFileView } from './fileRows.ts';
import { mappingFaults, mappingSchema, type Mapping } from './mapping.ts';
import { createMappings } from './mappings.ts';
import { countLines } from './ndjson.ts';
import type { FileFault } from './processing.ts';
import { proposalFor, unknownWords, withWordsOf } from './proposal.ts';
import { asUnreadable, type UnreadableFile } from './reading.ts';
import { looksLikeLines, surveyOf, type Survey } from './survey.ts';

export interface OrderFilesDeps extends Omit<FileJobDeps, 'pathOf'> {
  /** Where files lie while they are worked on. */
  folder: string;
  /** Of times that name no zone. */
  timeZone: string;
}

/** Puts the file that somebody has sent at a path; null: there is none. */
export type Upload = (path: string) => Promise<{ name: string; size: number } | null>;

const SHOWN_FAULTS = 20;
const SHOWN_FILES = 20;
const DAY_MS = 86_400_000;
/** What nobody has gone on with, and what is done, is forgotten after so many days. */
const KEPT_DAYS = { begun: 1, done: 7 };
/** In which states it may be said anew how a file is read. */
const OPEN = ['mapping', 'checked'] as const;

/** Orders from files: brought in, described, checked, and applied. */
export function createOrderFiles({ folder, timeZone, ...deps }: OrderFilesDeps) {
  const { database, runtime } = deps;
  const { db } = database;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const pathOf = (id: string): string => join(folder, id);
  const now = (): string => instant(runtime.now());
  const job = createFileJob({ ...deps, pathOf });
  const mappings = createMappings({ database, runtime, timeZone });

  async function look(
    path: string,
    named: string | undefined,
  ): Promise<Pick<OrderFileRow, 'format' | 'rowCount' | 'survey' | 'mapping' | 'source'>> {
    if (await looksLikeLines(path)) {
      return { format: 'ndjson', rowCount: await countLines(path), survey: null, mapping: null, source: named ?? null };
    }
    const survey = await surveyOf(path);
    const { mapping, isKnown } = await mappings.proposal(survey, named);
    return {
      ...{ format: 'csv', rowCount: survey.rows, survey: JSON.stringify(survey), mapping: JSON.stringify(mapping) },
      source: isKnown ? mapping.source : null,
    };
  }

  /** The file is written in another way than it looked: its columns are others now. */
  async function lookAgain(row: OrderFileRow, told: Mapping): Promise<void> {
    const form = { encoding: told.encoding, separator: told.separator };
    const survey = await orRefused(surveyOf(pathOf(row.id), form), 'encoding');
    const { columns, words, dates, decimal } = proposalFor(survey, told);
    const mapping = JSON.stringify({ ...told, columns, words, dates, decimal });
    const seen = { survey: JSON.stringify(survey), mapping, rowCount: survey.rows };
    await moveFile(db, row, OPEN, { ...seen, state: 'mapping', updatedAt: now() });
  }

  /** @throws Refusal `invalid` for what is missing, said twice, or stands for nothing. */
  async function complete(row: OrderFileRow, survey: Survey, told: Mapping, strange: boolean): Promise<Mapping> {
    const mapping = withWordsOf(told, survey);
    const faults = mappingFaults(mapping, survey.headings);
    if (faults.length > 0) throw new Refusal('invalid', { fields: faults });
    const unknown = Object.entries(unknownWords(survey, mapping)).filter(([, words]) => words.length > 0);
    if (unknown.length === 0 || strange) return mapping;
    // So that the form which comes back asks for them.
    await moveFile(db, row, OPEN, { mapping: JSON.stringify(mapping), state: 'mapping', updatedAt: now() });
    const fields = unknown.map(([field]) => ({ field: `words.${field}`, key: 'orderFiles.fault.unknownWords' }));
    throw new Refusal('invalid', { fields });
  }

  return {
    /**
     * Takes a file in, looks through it, and proposes how it is read.
     * @param given.mapping a source whose files it is like; left out: one with the same headings, if there is one.
     * @throws Refusal `invalid` for a file that cannot be read, `unauthenticated`, `forbidden`
     */
    async receive(viewer: Viewer, given: { mapping?: string | undefined; upload: Upload }): Promise<{ id: string }> {
      authorize(viewer, 'order.import');
      const id = newId(runtime);
      const file = await given.upload(pathOf(id));
      if (!file) throw new Refusal('invalid', { fields: [{ field: 'file', key: 'orderFiles.fault.none' }] });
      try {
        const seen = await orRefused(look(pathOf(id), given.mapping), 'file');
        const begun = { rowsDone: 0, ordersDone: 0, faultCount: 0, counts: JSON.stringify(noCounts), preview: '[]' };
        const startedBy = viewer.kind === 'person' ? viewer.personId : '';
        const at = now();
        const times = { fileTime: at, createdAt: at, updatedAt: at };
        await db
          .insertInto('orderFile')
          .values({ id, ...file, ...seen, ...begun, ...times, state: 'mapping', run: 0, startedBy })
          .execute();
        return { id };
      } catch (error) {
        await rm(pathOf(id), { force: true });
        throw error;
      }
    },

    /** The latest files, the newest first. @throws Refusal `unauthenticated`, `forbidden` */
    async list(viewer: Viewer): Promise<{ files: OrderFileView[]; mappings: string[] }> {
      authorize(viewer, 'order.import');
      const rows = await db.selectFrom('orderFile').selectAll().orderBy('id', 'desc').limit(SHOWN_FILES).execute();
      return { files: rows.map(viewOf), mappings: await mappings.names() };
    },

    /** @throws Refusal `not_found`, `unauthenticated`, `forbidden` */
    async read(viewer: Viewer, id: string): Promise<OrderFileDetails> {
      authorize(viewer, 'order.import');
      const row = await fileRow(db, id);
      const faults = await faultsAfter(db, id, { limit: SHOWN_FAULTS, after: -1 });
      return {
        ...viewOf(row),
        ...{ survey: surveyIn(row), mapping: mappingIn(row) },
        preview: JSON.parse(row.preview) as OrderFileDetails['preview'],
        faults: faults.map(({ fault }) => fault),
      };
    },

    /**
     * Says how a file is read, keeps that for the source's next one, and has it checked.
     * @param input.mapping left out for NDJSON.
     * @param input.strange rows with words that stand for nothing are refused; left out, such words are asked about.
     * @returns `again` when the file reads otherwise now, and its columns have to be looked at anew.
     * @throws Refusal `invalid`, `conflict` when it is under way, `not_found`, `unauthenticated`, `forbidden`
     */
    async describe(
      viewer: Viewer,
      id: string,
      input: { source: string; mapping?: Record<string, unknown>; strange?: boolean },
    ): Promise<'again' | 'checking'> {
      authorize(viewer, 'order.import');
      const row = await fileRow(db, id);
      const survey = surveyIn(row);
      if (survey === null) {
        const { source } = readInput(mappingSchema.pick({ source: true }), input);
        await job.begin(row, OPEN, 'checking', { source });
        return 'checking';
      }
      const told = readInput(mappingSchema, { ...input.mapping, source: input.source });
      if (told.encoding !== survey.form.encoding || told.separator !== survey.form.separator) {
        await lookAgain(row, told);
        return 'again';
      }
      const mapping = await complete(row, survey, told, input.strange === true);
      await mappings.keep(mapping);
      await job.begin(row, OPEN, 'checking', { mapping: JSON.stringify(mapping), source: mapping.source });
      return 'checking';
    },

    /** Stores a checked file's orders. @throws Refusal `conflict`, `not_found`, `unauthenticated`, `forbidden` */
    async apply(viewer: Viewer, id: string): Promise<void> {
      authorize(viewer, 'order.import');
      await job.begin(await fileRow(db, id), ['checked'], 'applying');
    },

    /** Back to saying how it is read. @throws Refusal `conflict`, `not_found`, `unauthenticated`, `forbidden` */
    async reopen(viewer: Viewer, id: string): Promise<void> {
      authorize(viewer, 'order.import');
      await moveFile(db, await fileRow(db, id), OPEN, { state: 'mapping', updatedAt: now() });
    },

    /** Everything that is wrong in a file, row by row. @throws Refusal `not_found`, `unauthenticated`, `forbidden` */
    async faults(
      viewer: Viewer,
      id: string,
    ): Promise<{ name: string; headings: string[]; faults: AsyncIterable<FileFault> }> {
      authorize(viewer, 'order.import');
      const row = await fileRow(db, id);
      return { name: row.name, headings: surveyIn(row)?.headings ?? ['NDJSON'], faults: everyFault(db, id) };
    },

    /** A file on this machine. Whoever calls it is at the machine itself. */
    fromDisk: createFromDisk({ orders: deps.orders, mappings }).run,

    /** The sources whose files have been described. */
    sources: () => mappings.names(),

    /** Throws away what nobody went on with, and forgets what is done. The worker calls it. */
    async sweep(): Promise<void> {
      const before = (days: number): string => instant(runtime.now() - days * DAY_MS);
      const gone = await db
        .deleteFrom('orderFile')
        .where((is) =>
          is.or([
            is('updatedAt', '<', before(KEPT_DAYS.done)),
            is.and([is('state', 'in', OPEN), is('updatedAt', '<', before(KEPT_DAYS.begun))]),
          ]),
        )
        .returning('id')
        .execute();
      await Promise.all(gone.map(({ id }) => rm(pathOf(id), { force: true })));
    },
  };
}

export type OrderFiles = ReturnType<typeof createOrderFiles>;

const reasons = {
  encoding: 'orderFiles.fault.encoding',
  quote: 'orderFiles.fault.quote',
  row_too_large: 'orderFiles.fault.quote',
  no_rows: 'orderFiles.fault.noRows',
  too_many_columns: 'orderFiles.fault.columns',
} as const satisfies Record<UnreadableFile['reason'], string>;

/** @throws Refusal `invalid` of that field for a file that cannot be read. */
async function orRefused<T>(work: Promise<T>, field: string): Promise<T> {
  return work.catch((error: unknown) => {
    const unreadable = asUnreadable(error);
    if (!unreadable) throw error;
    const { reason, row } = unreadable;
    throw new Refusal('invalid', { fields: [{ field, key: reasons[reason], params: { row } }] });
  });
}
