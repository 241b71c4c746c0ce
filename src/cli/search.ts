import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import {
  evaluatedEngines,
  evaluateSearch,
  relevanceSet,
  type EvaluatedEngine,
  type Evaluation,
  type RelevanceSet,
} from '../app/index.ts';
import { readEnvironment } from '../platform/config/index.ts';
import { aligned, answer, jsonOption, pairs, type AnswerOptions } from './answer.ts';
import { progressBar } from './progress.ts';
import { exitCodes, type Terminal, type Verb } from './terminal.ts';
import { Failed, WrongUsage } from './trouble.ts';

/** `waypost search`: how good the search is. */
export const searchCommand: Verb = (terminal, exit) => {
  const evaluation = new Command('evaluate')
    .description(
      'Index the articles of FILE aside from the site’s own, ask its questions as readers would, and say how well they ' +
        'are answered.',
    )
    .argument(
      '<file>',
      'JSON: { "articles": [{ id, locale, title, body }], "queries": [{ id, locale, text, relevant }] }',
    )
    .addOption(
      new Option('--engine <name>', 'which engine to evaluate; Meilisearch if MEILI_URL is set, else lunr').choices(
        evaluatedEngines,
      ),
    )
    .option(...jsonOption)
    .action(async (file: string, options: AnswerOptions & { engine?: EvaluatedEngine }) => {
      const server = readEnvironment(terminal.env, terminal.cwd).meilisearch;
      const engine = options.engine ?? (server ? 'meilisearch' : 'lunr');
      if (engine === 'meilisearch' && !server) throw new WrongUsage('Set MEILI_URL to evaluate Meilisearch.');
      const set = await readSet(resolve(terminal.cwd, file));
      const result = await evaluateWatched(terminal, set, { engine, server });
      answer(terminal, options, result, () => linesOf(result));
      exit(exitCodes.done);
    });
  return new Command('search').description('How well the search answers.').addCommand(evaluation);
};

async function readSet(path: string): Promise<RelevanceSet> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') throw new Failed(`There is no file ${path}.`);
    throw error;
  });
  const read = relevanceSet.safeParse(parsed(path, text));
  if (read.success) return read.data;
  const faults = read.error.issues
    .slice(0, 3)
    .map(({ path: at, message }) => `${at.join('.') || 'the set'}: ${message}`);
  throw new Failed(`${path} is no set of articles and questions. ${faults.join('; ')}.`);
}

function parsed(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Failed(`${path} is no JSON.`);
  }
}

async function evaluateWatched(
  terminal: Terminal,
  set: RelevanceSet,
  options: Parameters<typeof evaluateSearch>[1],
): Promise<Evaluation> {
  const progress = progressBar(terminal, 'Asking');
  try {
    return await evaluateSearch(set, { ...options, onProgress: progress.step });
  } catch (error) {
    const isAway = error instanceof Error && 'code' in error && error.code === 'engine_unavailable';
    throw isAway ? new Failed(error.message) : error;
  } finally {
    progress.end();
  }
}

function linesOf({ engine, asked, typo, short, auc, answered, latencyMs }: Evaluation): string[] {
  const row = (name: string, { queries, recallAt1, recallAt5, mrrAt10, ndcgAt10 }: Evaluation['asked']) => [
    name,
    String(queries),
    ...[recallAt1, recallAt5, mrrAt10, ndcgAt10].map((value) => figure(value, 3)),
  ];
  return [
    ...aligned(
      ['', 'questions', 'Recall@1', 'Recall@5', 'MRR@10', 'nDCG@10'],
      [row('as asked', asked), row('with a slip', typo), row('in keywords', short)],
    ),
    '',
    ...pairs([
      ['Engine', engine],
      ['AUC of the confidence', figure(auc, 3)],
      ['Called answered', `${percent(answered.share)}, rightly ${percent(answered.precision)}`],
      ['Time', `p50 ${figure(latencyMs.p50, 1)} ms, p99 ${figure(latencyMs.p99, 1)} ms`],
    ]),
  ];
}

const figure = (value: number | null, digits: number): string => value?.toFixed(digits) ?? '–';
const percent = (share: number | null): string => (share === null ? '–' : `${(share * 100).toFixed(1)} %`);
