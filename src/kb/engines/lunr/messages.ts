import type { EngineHit, EngineQuestion, SearchDocument } from '../../engine.ts';

/** What the thread is asked to do. */
export type Task =
  | { do: 'index'; documents: readonly SearchDocument[] }
  | { do: 'remove'; ids: readonly string[] }
  | { do: 'search'; question: EngineQuestion };

export type Request = Task & { number: number };

export interface Reply {
  number: number;
  hits?: EngineHit[];
  error?: string;
}
