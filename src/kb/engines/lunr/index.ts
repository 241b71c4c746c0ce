import { Worker } from 'node:worker_threads';
import { EngineUnavailable, type EngineHit, type EngineRebuild, type SearchEngine } from '../../engine.ts';
import type { Notice, Reply, Request, Task } from './messages.ts';

const NAME = 'lunr';

interface Waiting {
  resolve(reply: Reply): void;
  reject(error: Error): void;
}

/**
 * lunr: searches inside this process, in a thread of its own, with nothing to install or start. For some ten thousand
 * articles a language. With a folder its index outlives the process, and a start reads it instead of building it.
 */
export function lunr(options: LunrOptions = {}): SearchEngine {
  return new LunrEngine(options);
}

export interface LunrOptions {
  /**
   * Where the index is kept, in a folder of its own; several processes may name the same one. Left out: in memory alone.
   */
  folder?: string;
  /** How much memory its thread may take, in megabytes; beyond it the thread starts anew. Left out: as Node decides. */
  memoryMb?: number;
  /** Hears when the index cannot be written. */
  log?: LunrLog;
}

interface LunrLog {
  info(facts: Record<string, unknown>, message: string): void;
  warn(facts: Record<string, unknown>, message: string): void;
}

class LunrEngine implements SearchEngine {
  readonly name = NAME;
  readonly capabilities;
  readonly #options: LunrOptions;
  readonly #waiting = new Map<number, Waiting>();
  #thread: Worker | null = null;
  #opening: Promise<void> | null = null;
  #opened = false;
  /** The thread died while it read the folder: what lies there is not read again. */
  #distrust = false;
  #next = 1;
  #position: string | null = null;
  #rebuilds = 0;
  #closed = false;

  constructor(options: LunrOptions) {
    this.#options = options;
    this.capabilities = { durable: options.folder !== undefined, prefix: true, typos: true };
  }

  async position(): Promise<string | null> {
    await this.#open();
    return this.#position;
  }

  async index(documents: Parameters<SearchEngine['index']>[0]): Promise<void> {
    await this.#ask({ do: 'index', documents });
  }

  async remove(ids: readonly string[]): Promise<void> {
    await this.#ask({ do: 'remove', ids });
  }

  async advance(position: string): Promise<void> {
    await this.#ask({ do: 'advance', position });
    this.#position = position;
  }

  async search(question: Parameters<SearchEngine['search']>[0]): Promise<{ hits: EngineHit[] }> {
    await this.#open();
    if (this.#position === null) throw new EngineUnavailable(NAME, 'has not been given the articles yet.');
    return { hits: (await this.#post({ do: 'search', question })).hits ?? [] };
  }

  async rebuild(): Promise<EngineRebuild> {
    const rebuild = this.#rebuilds++;
    await this.#ask({ do: 'rebuild', rebuild });
    return {
      add: async (documents) => {
        await this.#post({ do: 'add', rebuild, documents });
      },
      finish: async (position) => {
        await this.#post({ do: 'finish', rebuild, position });
        this.#position = position;
      },
      abandon: async () => {
        await this.#post({ do: 'abandon', rebuild });
      },
    };
  }

  async documents(): Promise<Record<string, number>> {
    return (await this.#ask({ do: 'count' })).counts ?? {};
  }

  async ready(): Promise<boolean> {
    if (this.#closed) return false;
    await this.#open().catch(() => undefined);
    return this.#position !== null;
  }

  /** What is not written yet is written first. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    const thread = this.#thread;
    if (!thread) return;
    if (this.#opened) await this.#post({ do: 'close' }).catch(() => undefined);
    await thread.terminate();
  }

  async #ask(task: Task): Promise<Reply> {
    await this.#open();
    return this.#post(task);
  }

  /** Starts the thread if need be, and has it read what lies in the folder. */
  #open(): Promise<void> {
    if (this.#closed) return Promise.reject(new EngineUnavailable(NAME, 'is closed.'));
    this.#opening ??= this.#read();
    return this.#opening;
  }

  async #read(): Promise<void> {
    this.#thread = this.#start();
    const { position = null } = await this.#post({
      do: 'open',
      folder: this.#options.folder ?? null,
      trusted: !this.#distrust,
    });
    this.#position = position;
    this.#opened = true;
    this.#distrust = false;
  }

  #post(task: Task): Promise<Reply> {
    const thread = this.#thread;
    if (!thread) return Promise.reject(new EngineUnavailable(NAME, 'lost its thread.'));
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
    // Options of the process itself, such as how its main script is to be read, are none of the thread's.
    const thread = new Worker(new URL('./thread.ts', import.meta.url), { ...limits, execArgv: [] });
    thread.unref();
    thread.on('message', (message: Reply | Notice) => {
      if ('number' in message) this.#hear(thread, message);
      else this.#note(message);
    });
    thread.on('error', (cause: unknown) => this.#lost(thread, cause));
    thread.on('exit', () => this.#lost(thread, undefined));
    return thread;
  }

  #hear(thread: Worker, reply: Reply): void {
    const waiting = this.#waiting.get(reply.number);
    this.#waiting.delete(reply.number);
    if (this.#waiting.size === 0) thread.unref();
    if (reply.error === undefined) waiting?.resolve(reply);
    else waiting?.reject(new EngineUnavailable(NAME, `failed: ${reply.error}`));
  }

  #note({ unsaved }: Notice): void {
    const { folder, log } = this.#options;
    if (unsaved === null) log?.info({ folder }, 'The search index can be written again.');
    else log?.warn({ folder, reason: unsaved }, 'The search index cannot be written; the next start builds it anew.');
  }

  /** The thread ended, and the index with it: whoever waits hears of it, and the next task starts another thread. */
  #lost(thread: Worker, cause: unknown): void {
    if (this.#thread !== thread) return;
    this.#distrust = !this.#opened;
    this.#thread = null;
    this.#opening = null;
    this.#opened = false;
    this.#position = null;
    for (const { reject } of this.#waiting.values()) reject(new EngineUnavailable(NAME, 'lost its thread.', { cause }));
    this.#waiting.clear();
  }
}
