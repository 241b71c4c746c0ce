import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { NOT_CACHED } from './headers.ts';

export interface Download {
  stream: Readable;
  /** Bytes, when known beforehand. */
  size?: number;
  /** As the person will find it among their downloads. */
  name: string;
  /** The media type found in the content; `application/octet-stream` when it has not the shape of one. */
  type: string;
}

/**
 * Sends what somebody uploaded, so that it can only be saved, never run as a part of this site: `attachment`, `nosniff`
 * and a sandbox. It is sent as slowly as the client reads. For HEAD only the head goes out.
 *
 * @throws nothing once the head is out: a source that breaks then breaks the connection, so that the client notices.
 */
export async function streamDownload(res: ServerResponse<IncomingMessage>, download: Download): Promise<void> {
  const { stream, size, name, type } = download;
  res.writeHead(200, {
    'content-type': /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+$/.test(type) ? type : 'application/octet-stream',
    'content-disposition': attachmentHeader(name),
    'content-security-policy': "sandbox; default-src 'none'",
    'cache-control': `${NOT_CACHED}, no-transform`,
    ...(size === undefined ? {} : { 'content-length': String(size) }),
  });
  if (res.req.method === 'HEAD') {
    stream.destroy();
    res.end();
    return;
  }
  try {
    await pipeline(stream, res);
  } catch {
    res.destroy();
  }
}

/** `Content-Disposition` as RFC 6266 has it: the name in ASCII for old readers, and in full. */
function attachmentHeader(name: string): string {
  const clean =
    name
      .replace(/[\p{Cc}\\/]/gu, '_')
      .trim()
      .toWellFormed() || 'file';
  const ascii = clean.replace(/[^\x20-\x7e]/g, '_').replace(/["%]/g, '_');
  const full = encodeURIComponent(clean).replace(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${ascii}"; filename*=UTF-8''${full}`;
}
