import type { EngineHit, EngineQuestion, SearchDocument } from '../../engine.ts';

/** What the thread is asked to do. `open` comes first; what lies in a folder that is not trusted is not read. */
export type Task =
  | { do: 'open'; folder: string | null; trusted: boolean }
  | { do: 'index'; documents: readonly SearchDocument[] }
  | { do: 'remove'; ids: readonly string[] }
  | { do: 'advance'; position: string }
  | { do: 'rebuild'; rebuild: number }
  | { do: 'add'; rebuild: number; documents: readonly SearchDocument[] }
  | { do: 'finish'; rebuild: number; position: string }
  | { do: 'abandon'; rebuild: number }
  | { do: 'search'; question: EngineQuestion }
  | { do: 'count' }
  | { do: 'close' };

export type Request = Task & { number: number };

/** What a task led to. */
export interface Outcome {
  hits?: EngineHit[];
  /** How far what was loaded had been fed. */
  position?: string | null;
  /** Documents of each locale. */
  counts?: Record<string, number>;
}

export interface Reply extends Outcome {
  number: number;
  error?: string;
}

/** Said without being asked: why the index cannot be written, or null that it can again. */
export interface Notice {
  unsaved: string | null;
}
