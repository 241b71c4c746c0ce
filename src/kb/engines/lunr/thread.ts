import { parentPort } from 'node:worker_threads';
import { fingerprint } from './fingerprint.ts';
import { keeper, type Keeper } from './keeper.ts';
import type { Notice, Outcome, Reply, Request, Task } from './messages.ts';
import { createShelf, type Shelf } from './shelf.ts';

/**
 * The thread behind the lunr engine: it holds the parts, takes changes one after the other, joins parts and has them
 * written. All of that is done in slices, between which questions are answered.
 */
let shelf: Shelf = createShelf([]);
let position: string | null = null;
/** New indexes in the making, by their number. */
const rebuilds = new Map<number, Shelf>();
let disk: Keeper | null = null;
let tidying: Promise<void> | null = null;
/** The change that is taken last; the next one waits for it. */
let lastChange: Promise<unknown> = Promise.resolve();

const waitsForNothing = new Set<Task['do']>(['search', 'count', 'close']);

parentPort?.on('message', (request: Request) => {
  const work = () => reply(request.number, () => perform(request));
  if (waitsForNothing.has(request.do)) void work();
  else lastChange = lastChange.then(work);
});

async function perform(task: Task): Promise<Outcome> {
  switch (task.do) {
    case 'search':
      return { hits: shelf.search(task.question) };
    case 'count':
      return { counts: shelf.counts() };
    case 'open':
      if (task.folder !== null) await open(task.folder, task.trusted);
      return { position };
    case 'index':
      await shelf.index(task.documents);
      changed();
      break;
    case 'remove':
      shelf.remove(task.ids);
      changed();
      break;
    case 'advance':
      position = task.position;
      changed();
      break;
    case 'close':
      await disk?.close();
      break;
    default:
      await rebuild(task);
  }
  return {};
}

async function rebuild(task: Extract<Task, { rebuild: number }>): Promise<void> {
  if (task.do === 'rebuild') rebuilds.set(task.rebuild, createShelf([]));
  const made = rebuilds.get(task.rebuild);
  if (task.do === 'abandon' || task.do === 'finish') rebuilds.delete(task.rebuild);
  if (task.do === 'abandon') return;
  if (!made) throw new Error('This new index is no longer in the making.');
  if (task.do === 'add') {
    await made.index(task.documents);
    await made.tidy();
  }
  if (task.do === 'finish') {
    shelf = made;
    position = task.position;
    changed();
  }
}

async function open(folder: string, trusted: boolean): Promise<void> {
  // Whoever keeps nothing need not read the code that does.
  const { openStore } = await import('./store.ts');
  const store = openStore(folder, fingerprint());
  const saved = trusted ? await store.load() : null;
  if (saved) [shelf, position] = [createShelf(saved.parts), saved.position];
  disk = keeper(store, {
    state: () => (position === null ? null : { position, parts: shelf.parts() }),
    tell: (unsaved) => parentPort?.postMessage({ unsaved } satisfies Notice),
  });
}

/** Joining and writing go on in the background, and neither holds up the other. */
function changed(): void {
  disk?.changed();
  tidying ??= shelf
    .tidy()
    .then((joined) => {
      if (joined) disk?.changed();
    })
    .finally(() => {
      tidying = null;
    });
}

async function reply(number: number, work: () => Promise<Outcome>): Promise<void> {
  let answer: Reply;
  try {
    answer = { number, ...(await work()) };
  } catch (error) {
    answer = { number, error: error instanceof Error ? error.message : String(error) };
  }
  parentPort?.postMessage(answer);
}
