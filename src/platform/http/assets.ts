import { existsSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import sirv from 'sirv';

/** Names with a hash never change what they hold. */
const HASHED = '/_astro/';
const FOR_EVER = 'public, max-age=31536000, immutable';
const FOR_AN_HOUR = 'public, max-age=3600';

/** Answers a GET or HEAD of a built file and says whether it did. */
export type Assets = (req: IncomingMessage, res: ServerResponse<IncomingMessage>, path: string) => boolean;

/**
 * The built files, with those that the build compressed beforehand (`.br`, `.gz`). The folder is read now: a build while
 * the server runs is seen after a restart.
 */
export function createAssets(folder: string | undefined): Assets {
  if (folder === undefined || !existsSync(folder)) return () => false;
  const serve = sirv(folder, { etag: true, brotli: true, gzip: true, extensions: [] });
  return (req, res, path) => {
    if (req.method !== 'GET' && req.method !== 'HEAD') return false;
    let passed = false;
    keepPlainRange(req);
    // Set before, not in `setHeaders`, which is not asked for a 304: that would overwrite what the browser keeps.
    res.setHeader('cache-control', path.startsWith(HASHED) ? FOR_EVER : FOR_AN_HOUR);
    res.once('pipe', guardFile);
    serve(req, res, () => void (passed = true));
    if (passed) {
      res.removeListener('pipe', guardFile);
      res.removeHeader('cache-control');
    }
    return !passed;
  };
}

/** A file that vanished must not end the process, and a client that vanished must not keep the file open. */
function guardFile(this: ServerResponse<IncomingMessage>, file: NodeJS.ReadableStream): void {
  const stream = file as NodeJS.ReadableStream & { destroy(): void };
  stream.once('error', () => this.destroy());
  this.once('close', () => stream.destroy());
}

/** Anything but one ascending range is answered as if none had been asked, as RFC 9110 allows. */
function keepPlainRange(req: IncomingMessage): void {
  const range = req.headers.range;
  if (range === undefined) return;
  const [, from = '', to = ''] = /^bytes=(\d{1,15})-(\d{0,15})$/.exec(range) ?? [];
  if (from === '' || (to !== '' && Number(to) < Number(from))) delete req.headers.range;
}
