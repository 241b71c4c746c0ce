import { setTimeout as pause } from 'node:timers/promises';
import type { Viewer } from '../../accounts/index.ts';
import { audiencesOf, isStaff } from '../../accounts/index.ts';
import { engineAudience, EngineUnavailable, type EngineHit, type SearchEngine } from '../engine.ts';
import type { KbParts } from '../parts.ts';
import { createCircuit, type Circuit } from './circuit.ts';
import { fedUpTo, type FeedProgress } from './feed.ts';
import { followChanges, type EngineFollower } from './follow.ts';
import { searchDatabase } from './fromDatabase.ts';

/** How long a start waits for its first engine when the one below it could answer already. */
const START_MS = 2_000;

export interface Question {
  text: string;
  locale: string;
  limit: number;
  prefix: boolean;
}

export interface Found {
  hits: EngineHit[];
  /** Who found them: an engine's name, or `database`. */
  engine: string;
  /** Not the first engine. */
  degraded: boolean;
}

/** How the search stands, for `/readyz` and the start's lines. */
export interface SearchState {
  /** The engine that is meant to answer. */
  engine: string;
  ready: boolean;
  /** Why it could not be fed the last time, or does not answer, in words for operators. */
  trouble: string | null;
  /** Who would answer now: an engine's name, or `database`. */
  answering: string;
  /** The engine below it that cannot step in, if there is one. */
  missing: string | null;
}

/** One engine of the chain beside the database. */
export interface EngineState {
  name: string;
  /** Its index outlives the process. */
  durable: boolean;
  /** Whether it would answer now. */
  reachable: boolean;
  /** How many documents of each locale it holds; null when it does not count or cannot be asked. */
  documents: Record<string, number> | null;
  /** The last change it was fed; null when it has to be fed everything, or cannot be asked. */
  position: number | null;
  /** Changes it was not fed yet; null when it has to be fed everything, or cannot be asked. */
  owed: number | null;
  trouble: string | null;
}

interface Link {
  engine: SearchEngine;
  circuit: Circuit;
  follower: EngineFollower;
}

/**
 * The engines, best first, each fed by a follower of its own, and the database below them. The first that answers does;
 * those below it are fed all the time, so that they can.
 */
export function createEngines(parts: Pick<KbParts, 'database' | 'engine' | 'net' | 'log'>) {
  const { database, log } = parts;
  const links = [parts.engine, ...(parts.net ? [parts.net] : [])].map((engine): Link => {
    const follower = followChanges({ db: database.db, engine, log });
    const suspect = () => follower.suspect();
    return { engine, follower, circuit: createCircuit({ engine, log, onAway: suspect, onBack: suspect }) };
  });
  const [first, ...below] = links as [Link, ...Link[]];

  return {
    /** Asks down the chain. Does not throw for want of an engine. */
    async find(viewer: Viewer, question: Question, now: string): Promise<Found> {
      const audiences = [...new Set(audiencesOf(viewer).map(engineAudience))];
      // Colleagues read what every part of the customers reads.
      if (isStaff(viewer)) audiences.push('part');
      for (const { engine, circuit, follower } of links) {
        const answer = await circuit.search({ ...question, audiences }).catch(() => null);
        if (answer?.position !== undefined) follower.saw(answer.position);
        if (answer) return { hits: answer.hits, engine: engine.name, degraded: engine !== first.engine };
      }
      return { hits: await searchDatabase(viewer, database.db, now, question), engine: 'database', degraded: true };
    },

    nudge(): void {
      for (const { follower } of links) follower.nudge();
    },

    async catchUp(): Promise<void> {
      await Promise.all(links.map(({ follower }) => follower.catchUp()));
    },

    /** Keeps all fed. Resolves when the first has been fed or cannot be; a net that is there shortens the wait. */
    async start(): Promise<void> {
      for (const { follower } of links) follower.start();
      const firstFed = first.follower.catchUp();
      const stepIn = below.map(({ follower }) =>
        follower.catchUp().then(() => pause(START_MS, undefined, { ref: false })),
      );
      await Promise.race([firstFed, ...stepIn]);
    },

    async state(): Promise<SearchState> {
      const ready = await Promise.all(links.map(isReady));
      const answering = links.find((_, at) => ready[at]);
      return {
        engine: first.engine.name,
        ready: ready[0] === true,
        trouble: first.follower.trouble ?? first.circuit.away,
        answering: answering?.engine.name ?? 'database',
        missing: below.find((_, at) => !ready[at + 1])?.engine.name ?? null,
      };
    },

    /**
     * Each engine beside the database, first to last. One that keeps its index in memory is fed before, since it holds
     * nothing in a process that has just begun; of the others it is told how they are.
     */
    async states(): Promise<EngineState[]> {
      const inMemory = links.filter(({ engine }) => !engine.capabilities.durable);
      await Promise.all(inMemory.map(({ follower }) => follower.catchUp()));
      return Promise.all(links.map(stateOf));
    },

    /**
     * Feeds one engine everything anew while the old index answers.
     * @throws EngineUnavailable when there is no such engine, or it cannot.
     */
    async rebuild(name: string, onProgress: FeedProgress): Promise<void> {
      const link = links.find(({ engine }) => engine.name === name);
      if (!link) throw new EngineUnavailable(name, 'is not configured.');
      await link.follower.rebuild(onProgress);
    },

    /** The engines' names, first to last, and whether their index outlives the process. */
    known: links.map(({ engine: { name, capabilities } }) => ({ name, durable: capabilities.durable })),

    async close(): Promise<void> {
      for (const { circuit } of links) circuit.stop();
      const stopping = links.map(({ follower }) => follower.stop());
      await Promise.all(links.map(({ engine }) => engine.close()));
      await Promise.all(stopping);
    },
  };

  async function stateOf({ engine, circuit, follower }: Link): Promise<EngineState> {
    const reachable = await isReady({ engine, circuit });
    const asked = await Promise.all([engine.position(), engine.documents?.() ?? null]).catch(troubleOf);
    const [place, documents] = Array.isArray(asked) ? asked : [null, null];
    const position = await fedUpTo(database.db, place);
    const owed = position === null ? null : await owedSince(position);
    const trouble = follower.trouble ?? circuit.away ?? (Array.isArray(asked) ? null : asked);
    return { name: engine.name, durable: engine.capabilities.durable, reachable, documents, position, owed, trouble };
  }

  async function owedSince(position: number): Promise<number> {
    const row = await database.db
      .selectFrom('articleChange')
      .select((is) => is.fn.countAll<number>().as('count'))
      .where('seq', '>', position)
      .executeTakeFirstOrThrow();
    return Number(row.count);
  }
}

export type Engines = ReturnType<typeof createEngines>;

async function isReady({ engine, circuit }: Pick<Link, 'engine' | 'circuit'>): Promise<boolean> {
  return circuit.away === null && (await engine.ready());
}

function troubleOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
