import { parentPort, workerData } from 'node:worker_threads';
import { renderMarkdown, type PictureSizes } from '../markdown/index.ts';
import type { RenderReply, RenderTask } from './renderers.ts';

/** Renders what it is sent, one article after the other. */
const pictures = workerData as PictureSizes;

parentPort?.on('message', ({ id, source, locale, title }: RenderTask) => {
  parentPort?.postMessage(reply(id, source, locale, title));
});

function reply(id: number, source: string, locale: string, title: string): RenderReply {
  try {
    return { id, rendered: renderMarkdown(source, { locale, title, pictures }), trouble: null };
  } catch (error) {
    return { id, rendered: null, trouble: error instanceof Error ? error.message : String(error) };
  }
}
