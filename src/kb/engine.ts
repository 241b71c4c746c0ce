import type { Audience } from '../accounts/index.ts';
export { indexWords, isOneSlipAway, questionWords, SLIP_LENGTH, type Word } from './words.ts';

/**
 * A search engine: the plugin that finds articles for a question.
 *
 * An engine is a copy that can be made again at any time; the database is the truth. It answers with ids only, which
 * are read again from the database through the gate before anything of them is shown, so an engine that is behind can
 * show too little for a moment and never too much.
 *
 * Implement this interface, pass it as `search` in `waypost.config.ts`, and run `testSearchEngine` from
 * `test/contract/engine.ts` against it: that suite is this text as tests. `engines/lunr` is the one to look at.
 */
export interface SearchEngine {
  /** A short name in lower case: people read it in `/readyz`, in the API's `engine` and in the log. */
  readonly name: string;

  /** What it can do; the rest is not asked of it. */
  readonly capabilities: EngineCapabilities;

  /**
   * What is wrong with how it was configured: a start lists it with all other faults and ends. An engine with faults is
   * never asked for anything.
   */
  readonly faults?: readonly EngineFault[];

  /**
   * How far it has been fed: what `advance` was last given, up to 60 printable characters that mean nothing to the
   * engine. It is kept where the index is kept, so that an index that was emptied or put back to an older state says so.
   * Null when there is nothing to go on from, as at its first start, after a crash that took its index, when somebody
   * emptied it, or when it is to be built anew for a new version: it is then fed everything.
   *
   * @throws EngineUnavailable when it cannot be reached.
   */
  position(): Promise<string | null>;

  /**
   * Takes documents in, replacing those with the same ids. The same document twice is the document once. Resolves when
   * searches find them and no longer find what they replace; searches go on meanwhile, over the old or the new state.
   *
   * @throws EngineUnavailable when they may not have been taken; feeding them again does no harm.
   */
  index(documents: readonly SearchDocument[]): Promise<void>;

  /** Forgets documents; ids it does not know are fine. Resolves when searches no longer find them. */
  remove(ids: readonly string[]): Promise<void>;

  /** Notes that everything up to this change has been fed. Called after `index` and `remove` have resolved. */
  advance(position: string): Promise<void>;

  /**
   * Begins a new index beside the one that answers. Left out: it is fed everything in place, by `index`.
   *
   * @throws EngineUnavailable when it cannot be reached, or another process is at it.
   */
  rebuild?(): Promise<EngineRebuild>;

  /**
   * How many documents it holds of each locale, for operators. Left out: it does not count.
   *
   * @throws EngineUnavailable when it cannot be reached.
   */
  documents?(): Promise<Record<string, number>>;

  /**
   * Finds documents of one locale and of the given audiences, best first. `text` is what a person typed, and no query
   * language: quotes, `+`, `-`, `*`, `:`, `~`, `^` are signs like others and never an error. A document need not hold
   * every word. Longer Latin words are found despite one slip of the keyboard when `capabilities.typos` says so.
   *
   * @throws EngineUnavailable at once when it cannot answer, as before it was ever fed; never after a long wait.
   */
  search(question: EngineQuestion): Promise<EngineAnswer>;

  /** Whether a search would be answered now. Does not throw. */
  ready(): Promise<boolean>;

  /** Ends threads and connections. Whatever is under way is rejected; nothing is asked of it afterwards. */
  close(): Promise<void>;
}

/** A new index in the making. Searches go on over the old one until `finish`; interrupted, it never was. */
export interface EngineRebuild {
  /** Takes documents in. Resolves when it has room for more, which may be before they are indexed. */
  add(documents: readonly SearchDocument[]): Promise<void>;
  /** Puts the new index in the place of the old one, as fed up to `position`, and throws the old one away. */
  finish(position: string): Promise<void>;
  /** Throws the new index away. */
  abandon(): Promise<void>;
}

/** One option of an engine that cannot be taken as it is. */
export interface EngineFault {
  option: string;
  /** What was expected, to stand after “expected”; never a secret. */
  expected: string;
}

export interface EngineCapabilities {
  /** Its index outlives the process, so a start feeds it only what has changed. */
  durable: boolean;
  /** With `prefix`, the last word is found by its beginning. */
  prefix: boolean;
  /** Finds longer Latin words despite one letter too many, too few, wrong or swapped. */
  typos: boolean;
}

/**
 * For whom a document is, as far as an engine tells it apart: `part` stands for every customer group and tier. Who of
 * them may read it is decided when its row is read again.
 */
export type EngineAudience = 'public' | 'customers' | 'part' | 'staff';

/** What an engine is told of an audience. */
export const engineAudience = (audience: Audience): EngineAudience =>
  audience === 'public' || audience === 'customers' || audience === 'staff' ? audience : 'part';

/** One published article as an engine takes it. */
export interface SearchDocument {
  id: string;
  locale: string;
  audience: EngineAudience;
  title: string;
  summary: string;
  keywords: readonly string[];
  headings: readonly string[];
  /** The whole article as plain text. */
  text: string;
}

export interface EngineQuestion {
  text: string;
  locale: string;
  /** A document of any other audience is no hit, whatever it says. */
  audiences: readonly EngineAudience[];
  /** How many hits at most. */
  limit: number;
  /** The question is still being typed: its last word may be unfinished. */
  prefix?: boolean;
}

export interface EngineAnswer {
  /** Best first. */
  hits: EngineHit[];
  /** The position of the index that answered, where it costs nothing to say: one that was put back is noticed by it. */
  position?: string;
}

export interface EngineHit {
  id: string;
  /** Higher is better, above 0; comparable within one answer only. */
  score: number;
}

/** The engine cannot do it now; the database is asked instead, and the engine again a little later. */
export class EngineUnavailable extends Error {
  readonly code = 'engine_unavailable';
  constructor(engine: string, reason: string, options?: ErrorOptions) {
    super(`The search engine ${engine} ${reason}`, options);
    this.name = 'EngineUnavailable';
  }
}
