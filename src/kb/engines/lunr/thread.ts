import { setImmediate as pause } from 'node:timers/promises';
import { parentPort } from 'node:worker_threads';
import type { SearchDocument } from '../../engine.ts';
import { buildLocaleIndex, type LocaleIndex } from './localeIndex.ts';
import type { Reply, Request } from './messages.ts';

/**
 * The thread behind the lunr engine: it holds the documents, builds and answers. Changes that arrive while it builds
 * wait for the next build together; questions are answered from the index that is finished.
 */
const documents = new Map<string, SearchDocument>();
const indexes = new Map<string, LocaleIndex>();

let changed = new Set<string>();
let waiting: number[] = [];
let building = false;

parentPort?.on('message', (request: Request) => {
  if (request.do === 'search') {
    const { question } = request;
    answer(request.number, () => ({ hits: indexes.get(question.locale)?.search(question) ?? [] }));
    return;
  }
  if (request.do === 'index') request.documents.forEach(take);
  else request.ids.forEach(forget);
  waiting.push(request.number);
  if (!building) void build();
});

function take(document: SearchDocument): void {
  forget(document.id); // it may have changed its locale
  documents.set(document.id, document);
  changed.add(document.locale);
}

function forget(id: string): void {
  const known = documents.get(id);
  if (known) changed.add(known.locale);
  documents.delete(id);
}

async function build(): Promise<void> {
  building = true;
  while (waiting.length > 0) {
    await pause(); // what was sent together is built together
    const [numbers, locales] = [waiting, changed];
    [waiting, changed] = [[], new Set()];
    for (const locale of locales) {
      const own = [...documents.values()].filter((document) => document.locale === locale);
      indexes.set(locale, await buildLocaleIndex(own, () => pause()));
    }
    for (const number of numbers) answer(number, () => ({}));
  }
  building = false;
}

function answer(number: number, work: () => Omit<Reply, 'number'>): void {
  let reply: Reply;
  try {
    reply = { number, ...work() };
  } catch (error) {
    reply = { number, error: error instanceof Error ? error.message : String(error) };
  }
  parentPort?.postMessage(reply);
}
