import { Worker } from 'node:worker_threads';
import { EngineUnavailable, type EngineHit, type SearchEngine } from '../../engine.ts';
import type { Reply, Request, Task } from './messages.ts';

const NAME = 'lunr';

interface Waiting {
  resolve(reply: Reply): void;
  reject(error: Error): void;
}

/**
 * lunr: searches inside this process, in a thread of its own, with nothing to install or start. For a few thousand
 * articles a language. Its index lives in memory: a start builds it, a change builds it anew while the old one answers.
 */
export function lunr(options: LunrOptions = {}): SearchEngine {
  return new LunrEngine(options);
}

export interface LunrOptions {
  /** How much memory its thread may take, in megabytes; beyond it the thread starts anew. Left out: as Node decides. */
  memoryMb?: number;
}

class LunrEngine implements SearchEngine {
  readonly name = NAME;
  readonly capabilities = { durable: false, prefix: true, typos: true };
  readonly #waiting = new Map<number, Waiting>();
  #thread: Worker | null = null;
  #next = 1;
  #position: string | null = null;
  #closed = false;

  readonly #options: LunrOptions;

  constructor(options: LunrOptions) {
    this.#options = options;
  }

  async position(): Promise<string | null> {
    return this.#position;
  }

  async index(documents: Parameters<SearchEngine['index']>[0]): Promise<void> {
    await this.#ask({ do: 'index', documents });
  }

  async remove(ids: readonly string[]): Promise<void> {
    await this.#ask({ do: 'remove', ids });
  }

  async advance(position: string): Promise<void> {
    this.#position = position;
  }

  async search(question: Parameters<SearchEngine['search']>[0]): Promise<{ hits: EngineHit[] }> {
    if (this.#position === null) throw new EngineUnavailable(NAME, 'has not been given the articles yet.');
    return { hits: (await this.#ask({ do: 'search', question })).hits ?? [] };
  }

  async ready(): Promise<boolean> {
    return !this.#closed && this.#position !== null;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#thread?.terminate();
  }

  #ask(task: Task): Promise<Reply> {
    if (this.#closed) return Promise.reject(new EngineUnavailable(NAME, 'is closed.'));
    const thread = (this.#thread ??= this.#start());
    const request: Request = { ...task, number: this.#next++ };
    return new Promise((resolve, reject) => {
      this.#waiting.set(request.number, { resolve, reject });
      thread.ref(); // a process must not end while somebody waits
      thread.postMessage(request);
    });
  }

  #start(): Worker {
    const { memoryMb } = this.#options;
    const limits = memoryMb ? { resourceLimits: { maxOldGenerationSizeMb: memoryMb } } : {};
    const thread = new Worker(new URL('./thread.ts', import.meta.url), limits);
    thread.unref();
    thread.on('message', (reply: Reply) => {
      const waiting = this.#waiting.get(reply.number);
      this.#waiting.delete(reply.number);
      if (this.#waiting.size === 0) thread.unref();
      if (reply.error === undefined) waiting?.resolve(reply);
      else waiting?.reject(new EngineUnavailable(NAME, `failed: ${reply.error}`));
    });
    thread.on('error', (cause: unknown) => this.#lost(thread, cause));
    thread.on('exit', () => this.#lost(thread, undefined));
    return thread;
  }

  /** The thread ended, and the index with it: whoever waits hears of it, and the next task starts another thread. */
  #lost(thread: Worker, cause: unknown): void {
    if (this.#thread !== thread) return;
    this.#thread = null;
    this.#position = null;
    for (const { reject } of this.#waiting.values()) reject(new EngineUnavailable(NAME, 'lost its thread.', { cause }));
    this.#waiting.clear();
  }
}
