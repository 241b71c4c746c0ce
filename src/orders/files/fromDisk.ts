import { stat } from 'node:fs/promises';
import { readInput } from '../../platform/fields/index.ts';
import { Refusal } from '../../platform/refusal.ts';
import { added, noCounts } from './fileRows.ts';
import { mappingFaults, mappingSchema, type Mapping } from './mapping.ts';
import type { createMappings } from './mappings.ts';
import { countLines } from './ndjson.ts';
import {
  processed,
  type Counts,
  type FileFault,
  type Mode,
  type OrderFile,
  type ProcessingDeps,
} from './processing.ts';
import { looksLikeLines, surveyOf } from './survey.ts';

/** What became of a file's orders. */
export interface FileReport {
  source: string;
  rows: number;
  /** Orders, by what would become or has become of them. */
  counts: Counts;
  /** Rows that could not be taken; those beyond the first ten thousand are only counted. */
  faults: FileFault[];
  faultCount: number;
  /** Of the faults' rows. */
  headings: readonly string[];
}

export interface FromDisk {
  path: string;
  /** A source whose files have been described; left out: one with the same headings. */
  mapping?: string | undefined;
  /** Whose orders these are, if not that source's; needed for NDJSON. */
  source?: string | undefined;
  mode: Mode;
  onProgress(done: number, rows: number): void;
}

const MOST_FAULTS = 10_000;

/** A file on this machine, from its beginning to its end; broken off and done again, it changes nothing twice. */
export function createFromDisk({
  orders,
  mappings,
}: {
  orders: ProcessingDeps;
  mappings: ReturnType<typeof createMappings>;
}) {
  async function described({ path, ...given }: FromDisk): Promise<OrderFile & { rows: number }> {
    const fileTime = (await stat(path)).mtime.toISOString();
    const source =
      given.source === undefined ? undefined : readInput(mappingSchema.pick({ source: true }), given).source;
    if (await looksLikeLines(path)) {
      if (source === undefined) throw new Refusal('invalid', { fields: [{ field: 'source', key: 'errors.required' }] });
      return { path, fileTime, source, table: null, rows: await countLines(path) };
    }
    const survey = await surveyOf(path);
    const { mapping, isKnown } = await mappings.proposal(survey, given.mapping);
    if (!isKnown) throw new Refusal('invalid', { fields: [{ field: 'mapping', key: 'errors.required' }] });
    const own: Mapping = { ...mapping, source: source ?? mapping.source };
    const faults = mappingFaults(own, survey.headings);
    if (faults.length > 0) throw new Refusal('invalid', { fields: faults });
    return {
      path,
      fileTime,
      source: own.source,
      table: { headings: survey.headings, mapping: own },
      rows: survey.rows,
    };
  }

  return {
    /**
     * @throws Refusal `invalid`: of `mapping` where nobody has said how such a file is read, of `source` where it is
     *   missing; UnreadableFile
     */
    async run(given: FromDisk): Promise<FileReport> {
      const file = await described(given);
      const report: FileReport = {
        ...{ source: file.source, rows: file.rows, counts: noCounts, faults: [], faultCount: 0 },
        headings: file.table?.headings ?? ['NDJSON'],
      };
      given.onProgress(0, file.rows);
      for await (const step of processed(orders, file, { mode: given.mode, from: 0, actor: 'operator' })) {
        report.counts = added(report.counts, step.counts);
        report.faultCount += step.faults.length;
        report.faults.push(...step.faults.slice(0, Math.max(0, MOST_FAULTS - report.faults.length)));
        given.onProgress(step.rows, file.rows);
      }
      return report;
    },
  };
}
