import { Command } from 'commander';
import { indexStatus, rebuildIndexes, type IndexStatus, type Rebuilt } from '../app/index.ts';
import { aligned, answer, jsonOption, pairs, type AnswerOptions } from './answer.ts';
import { progressBar } from './progress.ts';
import { exitCodes, type Verb } from './terminal.ts';
import { withApplication } from './withApplication.ts';

/** `waypost index`: the search engines' copies of the articles. */
export const indexCommand: Verb = (terminal, exit) => {
  const status = new Command('status')
    .description(
      'Say of each search engine whether it answers, what it holds and what it is owed. Ends with 1 when one does not answer.',
    )
    .option(...jsonOption)
    .action(async (options: AnswerOptions) => {
      await withApplication(terminal, async (app) => {
        const state = await indexStatus(app);
        answer(terminal, options, state, () => statusLines(state));
        const isWell = state.engines.every(({ reachable, trouble }) => reachable && trouble === null);
        exit(isWell ? exitCodes.done : exitCodes.failed);
      });
    });
  const rebuild = new Command('rebuild')
    .description('Build the indexes anew. Searches go on over the old ones meanwhile; broken off, it may be run again.')
    .option('--engine <name>', 'one engine alone, such as meilisearch')
    .option(...jsonOption)
    .action(async (options: AnswerOptions & { engine?: string }) => {
      await withApplication(terminal, async (app) => {
        const bars = new Map<string, ReturnType<typeof progressBar>>();
        const onProgress = (name: string, done: number, all: number): void => {
          const bar = bars.get(name) ?? progressBar(terminal, `Indexing for ${name}`);
          bars.set(name, bar);
          bar.step(done, all);
        };
        const end = (): void => bars.forEach((bar) => bar.end());
        const results = await rebuildIndexes(app, { engine: options.engine, onProgress }).finally(end);
        answer(terminal, options, { rebuilt: results }, () => results.map(rebuiltLine));
      });
    });
  return new Command('index')
    .description('The search engines’ copies of the articles.')
    .addCommand(status)
    .addCommand(rebuild);
};

function statusLines({ engines, articles, changedAt }: IndexStatus): string[] {
  const locales = Object.keys(articles);
  const rows = engines.map(({ name, reachable, documents, position, owed, trouble }) => [
    name,
    reachable ? 'yes' : 'no',
    ...locales.map((locale) => (documents === null ? '?' : String(documents[locale] ?? 0))),
    position === null ? '–' : String(position),
    owed === null ? 'everything' : String(owed),
    trouble ?? '',
  ]);
  return [
    ...aligned(['Engine', 'Answers', ...locales, 'Fed up to', 'Owed', 'Trouble'], rows),
    '',
    ...pairs([
      ...locales.map((locale) => [`Published ${locale}`, String(articles[locale] ?? 0)] as const),
      ['Last change', changedAt ?? 'none'],
    ]),
  ];
}

function rebuiltLine({ engine, articles }: Rebuilt): string {
  if (articles === null) return `${engine} keeps its index in memory: each start of the portal builds it.`;
  return `${engine} was built anew with ${articles} articles.`;
}
