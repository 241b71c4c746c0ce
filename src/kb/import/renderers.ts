import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { renderMarkdown, type PictureSizes, type RenderedMarkdown } from '../markdown/index.ts';

export interface RenderTask {
  id: number;
  source: string;
  locale: string;
  title: string;
}

export type RenderReply =
  { id: number; rendered: RenderedMarkdown; trouble: null } | { id: number; rendered: null; trouble: string };

/** Renders Markdown for an import. Close it when the import ends. */
export interface Renderers {
  /** @throws Error in words for authors when the renderer refuses the source. */
  render(source: string, about: { locale: string; title: string }): Promise<RenderedMarkdown>;
  close(): Promise<void>;
}

/** Starting the threads takes as long as rendering some dozens of articles. */
const WORTH_THREADS = 200;
const MOST_THREADS = 4;

/** Renders the first articles in this thread; when there are many, the rest in threads beside it. */
export function openRenderers(pictures: PictureSizes): Renderers {
  const threads: Thread[] = [];
  let count = 0;
  return {
    async render(source, about) {
      count += 1;
      if (count <= WORTH_THREADS) return renderMarkdown(source, { ...about, pictures });
      while (threads.length < Math.min(availableParallelism(), MOST_THREADS)) threads.push(new Thread(pictures));
      const [idlest] = threads.toSorted((a, b) => a.busy - b.busy);
      return (idlest as Thread).render(source, about);
    },
    close: async () => {
      await Promise.all(threads.map((thread) => thread.close()));
    },
  };
}

class Thread {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, PromiseWithResolvers<RenderedMarkdown>>();
  #next = 0;
  #dead: Error | null = null;

  constructor(pictures: PictureSizes) {
    this.#worker = new Worker(new URL('./renderThread.ts', import.meta.url), { workerData: pictures });
    this.#worker.on('message', (reply: RenderReply) => this.#settle(reply));
    this.#worker.on('error', (error: Error) => this.#end(error));
    this.#worker.on('exit', () => this.#end(new Error('The rendering thread ended.')));
  }

  get busy(): number {
    return this.#dead ? Infinity : this.#waiting.size;
  }

  render(source: string, about: { locale: string; title: string }): Promise<RenderedMarkdown> {
    const waiting = Promise.withResolvers<RenderedMarkdown>();
    if (this.#dead) waiting.reject(this.#dead);
    else {
      this.#next += 1;
      this.#waiting.set(this.#next, waiting);
      this.#worker.postMessage({ id: this.#next, source, ...about } satisfies RenderTask);
    }
    return waiting.promise;
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  #settle(reply: RenderReply): void {
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if (reply.trouble === null) waiting?.resolve(reply.rendered);
    else waiting?.reject(new Error(reply.trouble));
  }

  /** Whatever it was at is told; the others go on. */
  #end(error: Error): void {
    this.#dead ??= error;
    for (const waiting of this.#waiting.values()) waiting.reject(this.#dead);
    this.#waiting.clear();
  }
}
