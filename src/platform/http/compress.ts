import type { IncomingMessage, ServerResponse } from 'node:http';
import compression from 'compression';

type Compress = (req: IncomingMessage, res: ServerResponse<IncomingMessage>, next: () => void) => void;

/** Below this an answer fits a packet anyway. Bytes. */
const THRESHOLD = 1024;

/** Compresses what is worth it with brotli or gzip; not streams of events (they would wait), and not parts of files. */
export function createCompression(): Compress {
  return compression({
    threshold: THRESHOLD,
    filter: (req, res) => {
      if (res.statusCode === 206 || /^text\/event-stream/i.test(String(res.getHeader('content-type') ?? '')))
        return false;
      return compression.filter(req, res);
    },
  }) as unknown as Compress;
}
