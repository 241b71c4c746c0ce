import { createServer, request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FaultSite } from './site.ts';

export interface Proxy {
  url: string;
  close(): Promise<void>;
}

/** A planted bug: acknowledges before anything is stored, and forwards a moment later. */
export function hastyProxy(site: FaultSite): Promise<Proxy> {
  let number = 2000;
  return startProxy(async (path, headers, body) => {
    setTimeout(() => void forward(site, path, headers, body).catch(() => undefined), 30);
    number += 1;
    return { status: 201, text: JSON.stringify({ number: `W-${number}` }) };
  });
}

/** A planted bug: the portal does not hear of the `Idempotency-Key`. */
export function forgetfulProxy(site: FaultSite): Promise<Proxy> {
  return startProxy((path, { 'idempotency-key': _, ...headers }, body) => forward(site, path, headers, body));
}

interface Forwarded {
  status: number;
  text: string;
}

async function startProxy(
  answer: (path: string, headers: IncomingHttpHeaders, body: string) => Promise<Forwarded>,
): Promise<Proxy> {
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      answer(request.url ?? '', request.headers, body).then(
        ({ status, text }) => response.writeHead(status, { 'content-type': 'application/json' }).end(text),
        () => request.socket.destroy(),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function forward(site: FaultSite, path: string, headers: IncomingHttpHeaders, body: string): Promise<Forwarded> {
  return new Promise((resolve, reject) => {
    const { host: _, connection: __, ...passed } = headers;
    const request = httpRequest(site.publicUrl + path, { method: 'POST', headers: passed }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('close', () => {
        if (response.complete) resolve({ status: response.statusCode ?? 0, text });
        else reject(new Error('The answer was cut off.'));
      });
    });
    request.on('error', reject);
    request.end(body);
  });
}
