import { checkDeclaredLength, hasBody, mediaType, readBody } from './body.ts';
import type { Exchange } from './exchange.ts';
import { HttpFault } from './fault.ts';
import { readUrlencoded, type Form } from './form.ts';
import { multipartBytes, type FrontLimits } from './limits.ts';
import { readMultipart } from './multipart.ts';
import type { FrontOptions } from './options.ts';

const EMPTY = Buffer.alloc(0);

/**
 * Reads whatever body a request has: multipart forms as a stream, everything else whole. What was read whole also
 * stands in `req.body`, where Astro's handler takes it from.
 *
 * @throws HttpFault, ClientGone, and what the upload sink throws
 */
export async function takeBody(
  { req, res, clientAddress }: Exchange,
  path: string,
  options: FrontOptions,
  limits: FrontLimits,
): Promise<{ body: Buffer; form: Form | null }> {
  if (!hasBody(req)) {
    Object.assign(req, { body: EMPTY });
    return { body: EMPTY, form: null };
  }
  if ((req.headers['content-encoding'] ?? 'identity') !== 'identity') {
    throw new HttpFault('unsupported', { reason: 'packed' });
  }
  const type = mediaType(req);
  const multipart = type === 'multipart/form-data';
  checkDeclaredLength(req, multipart ? multipartBytes(limits) : limits.bodyBytes);
  // Whoever asked whether to send is told so only now, when it is known that the body will be read.
  if (req.headers.expect !== undefined) res.writeContinue();
  if (multipart) {
    const policy = options.acceptsUploads?.(req.method ?? 'GET', path) ?? false;
    return { body: EMPTY, form: await readMultipart(req, { sink: options.uploads, policy, limits, clientAddress }) };
  }
  const body = await readBody(req, limits);
  Object.assign(req, { body });
  return { body, form: type === 'application/x-www-form-urlencoded' ? readUrlencoded(body, limits) : null };
}
