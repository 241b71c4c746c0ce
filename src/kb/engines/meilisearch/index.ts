import type { SearchParams } from 'meilisearch';
import { systemRuntime } from '../../../platform/runtime.ts';
import { EngineUnavailable, type EngineAnswer, type EngineQuestion, type SearchEngine } from '../../engine.ts';
import { connect, NAME, refusalCode, type Connection } from './connection.ts';
import {
  countDocuments,
  ensureIndex,
  markerIn,
  marking,
  namesOf,
  puttingIn,
  readPosition,
  takingOut,
} from './indexes.ts';
import { searchKeys } from './keys.ts';
import { checkOptions, type CheckedOptions, type MeilisearchOptions } from './options.ts';
import { merge, searchesFor, type FoundIds, type Searches } from './question.ts';
import { beginRebuild } from './rebuild.ts';
import { markerQuery } from './records.ts';

export { forgetMeilisearch } from './forget.ts';
export type { MeilisearchOptions } from './options.ts';

const capabilities = { durable: true, prefix: true, typos: true };

/**
 * Meilisearch, 1.12 or newer: a server of its own, for many articles and several portals. What only staff may read lies
 * in an index of its own, and searches use keys that can name one index each; no browser ever speaks to it.
 */
export function meilisearch(options: MeilisearchOptions): SearchEngine {
  const result = checkOptions(options);
  return 'faults' in result ? faulty(options, result.faults) : engine(result.checked);
}

/** One of the two indexes under the key that may search it. */
interface Door {
  uid: string;
  connection: Connection;
}

function engine({ host, apiKey, prefix, patienceMs }: CheckedOptions): SearchEngine {
  const runtime = systemRuntime();
  const names = namesOf(prefix);
  const admin = connect({ host, apiKey, patienceMs });
  let doors: Promise<{ open: Door; staff: Door }> | null = null;
  let indexes: Promise<unknown> | null = null;
  let rebuilds = 0;
  let isClosed = false;

  function openDoors() {
    doors ??= makeDoors().catch((error: unknown) => {
      doors = null;
      throw error;
    });
    return doors;
  }

  async function makeDoors() {
    const keys = apiKey === undefined ? { open: undefined, staff: undefined } : await searchKeys(admin, names);
    const door = (uid: string, key: string | undefined): Door => ({
      uid,
      connection: connect({ host, apiKey: key, patienceMs }),
    });
    return { open: door(names.open, keys.open), staff: door(names.staff, keys.staff) };
  }

  function ensureIndexes() {
    indexes ??= Promise.all([ensureIndex(admin, names.open), ensureIndex(admin, names.staff)]).catch(
      (error: unknown) => {
        indexes = null;
        throw error;
      },
    );
    return indexes;
  }

  /** What was known of the server may be true no longer: it may have been emptied, or have got another master key. */
  function forget(error: unknown): never {
    indexes = null;
    if (['invalid_api_key', 'missing_authorization_header', '401', '403'].includes(refusalCode(error) ?? '')) {
      doors = null;
    }
    throw error;
  }

  async function change(tasks: Parameters<Connection['change']>[0]): Promise<void> {
    if (tasks.length === 0) return;
    await ensureIndexes();
    await admin.change(tasks).catch(forget);
  }

  /** The doors that a question's audiences lead to: a stranger's question never names the staff's index. */
  async function doorsFor({ audiences }: Pick<EngineQuestion, 'audiences'>): Promise<Door[]> {
    const { open, staff } = await openDoors();
    return [
      ...(audiences.some((audience) => audience !== 'staff') ? [open] : []),
      ...(audiences.includes('staff') ? [staff] : []),
    ];
  }

  return {
    name: NAME,
    capabilities,
    async position() {
      await openDoors();
      return readPosition(admin, names).catch(forget);
    },
    index: (documents) => change(puttingIn(names, documents)),
    remove: (ids) => change(takingOut(names, ids)),
    advance: (position) => change(marking(names, position)),
    documents: () => countDocuments(admin, names).catch(forget),
    rebuild: () => beginRebuild(admin, names, (rebuilds += 1), runtime.now()).catch(forget),
    async search(question) {
      const searches = searchesFor(question);
      const asked = await doorsFor(question);
      const found = await Promise.all(asked.map((door) => askDoor(door, searches).catch(forget)));
      const [whole, words] = [found.flatMap((one) => one.whole), found.map((one) => one.words)];
      const position = found.at(-1)?.position;
      return {
        ...answerOf(whole, words, searches.words.length, question.limit),
        ...(position !== undefined && { position }),
      };
    },
    async ready() {
      if (isClosed) return false;
      try {
        const { open, staff } = await openDoors();
        await Promise.all([open, staff].map((door) => askDoor(door, { whole: [], words: [] }).catch(forget)));
        return true;
      } catch {
        return false;
      }
    },
    async close() {
      isClosed = true;
      admin.close();
      const opened = await doors?.catch(() => null);
      opened?.open.connection.close();
      opened?.staff.connection.close();
      doors = Promise.reject(new EngineUnavailable(NAME, 'is closed.'));
      doors.catch(() => undefined);
    },
  };
}

/** Asks one index everything in one request, and its marker first: an index without it was emptied behind our back. */
async function askDoor({ uid, connection }: Door, { whole, words }: Searches) {
  const queries = [markerQuery, ...whole, ...words].map((query: SearchParams) => ({ indexUid: uid, ...query }));
  const { results } = await connection.ask((client) => client.multiSearch({ queries }), 'searching');
  const position = markerIn(results[0]?.hits ?? [])?.position;
  if (position === undefined) throw new EngineUnavailable(NAME, 'has not been given the articles.');
  return { position, whole: results.slice(1, 1 + whole.length), words: results.slice(1 + whole.length) };
}

/** Each word's finds from both indexes count as one search: no document is in both. */
function answerOf(whole: FoundIds[], words: FoundIds[][], count: number, limit: number): EngineAnswer {
  const together = Array.from({ length: count }, (_, at) => ({ hits: words.flatMap((one) => one[at]?.hits ?? []) }));
  return { hits: merge(whole, together, limit) };
}

/** What stands in for an engine that cannot be made: the start lists its faults, and nothing is asked of it. */
function faulty({ host, apiKey, prefix, patienceMs }: MeilisearchOptions, faults: NonNullable<SearchEngine['faults']>) {
  const never = () => Promise.reject(new EngineUnavailable(NAME, 'is not configured.'));
  return {
    name: NAME,
    capabilities,
    faults,
    // Shown with the faults as what came; of the key only whether there was one.
    ...{ host, apiKey: apiKey === undefined ? undefined : '***', prefix, patienceMs },
    ...{ position: never, index: never, remove: never, advance: never, search: never },
    ready: () => Promise.resolve(false),
    close: () => Promise.resolve(),
  };
}
