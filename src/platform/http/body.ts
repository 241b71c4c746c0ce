import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { ClientGone, HttpFault } from './fault.ts';
import type { FrontLimits } from './limits.ts';

/** The media type of a body in lower case, without parameters; empty if none is named. */
export function mediaType(req: IncomingMessage): string {
  return (req.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}

export function hasBody(req: IncomingMessage): boolean {
  const length = req.headers['content-length'];
  return req.headers['transfer-encoding'] !== undefined || (length !== undefined && Number(length) > 0);
}

/** @throws HttpFault when the declared length alone is too much; nothing of it needs to be read then. */
export function checkDeclaredLength(req: IncomingMessage, limit: number): void {
  if (Number(req.headers['content-length'] ?? 0) > limit) throw new HttpFault('too_large');
}

/**
 * Reads a body whole.
 *
 * @throws HttpFault `too_large` as soon as the limit is passed, also when no length was declared; `timeout`;
 * `malformed` for text or JSON that says or means UTF-8 and is not
 * @throws ClientGone
 */
export async function readBody(req: IncomingMessage, limits: FrontLimits): Promise<Buffer> {
  const body = await collect(req, limits);
  if (isText(req) && !isUtf8(body)) {
    throw new HttpFault('malformed', { reason: 'bodyNotUtf8' });
  }
  return body;
}

function collect(req: IncomingMessage, limits: FrontLimits): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const timer = setTimeout(() => settle(() => reject(new HttpFault('timeout'))), limits.bodyMs);
    const settle = (end: () => void) => {
      clearTimeout(timer);
      req.off('data', onData).off('end', onEnd).off('close', onClose).off('error', onClose);
      // Whatever still comes is the concern of whoever answers; an error without a listener would end the process.
      req.on('error', () => undefined);
      end();
    };
    const onData = (chunk: Buffer) => {
      size += chunk.length;
      if (size > limits.bodyBytes) settle(() => reject(new HttpFault('too_large')));
      else chunks.push(chunk);
    };
    const onEnd = () => settle(() => resolve(Buffer.concat(chunks, size)));
    const onClose = () => settle(() => reject(new ClientGone()));
    if (req.destroyed) return onClose();
    req.on('data', onData).on('end', onEnd).on('close', onClose).on('error', onClose);
  });
}

function isText(req: IncomingMessage): boolean {
  const type = mediaType(req);
  if (!/^(?:text\/|application\/(?:[\w.-]+\+)?json$|application\/x-www-form-urlencoded$)/.test(type)) return false;
  const charset = /;\s*charset\s*=\s*"?([^\s;"]+)/i.exec(req.headers['content-type'] ?? '')?.[1];
  return charset === undefined || /^utf-?8$/i.test(charset);
}
