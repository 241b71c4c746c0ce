import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface SlowProxy {
  url: string;
  /** Searches take this much longer from now on, in milliseconds. */
  delay(milliseconds: number): void;
  /** Searches are answered with garbage from now on. */
  break(): void;
  close(): Promise<void>;
}

/** A door before a search server that can be made slow or made to talk nonsense. */
export async function slowProxy(target: string): Promise<SlowProxy> {
  let wait = 0;
  let isBroken = false;
  const server = createServer((incoming, outgoing) => {
    const isSearch = incoming.url?.startsWith('/multi-search') === true;
    if (isBroken && isSearch) {
      outgoing.end('<html>');
      return;
    }
    const { method, headers } = incoming;
    const onward = request(new URL(incoming.url ?? '/', target), { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on('error', () => outgoing.destroy());
    setTimeout(() => incoming.pipe(onward), isSearch ? wait : 0);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    delay: (milliseconds) => (wait = milliseconds),
    break: () => (isBroken = true),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
