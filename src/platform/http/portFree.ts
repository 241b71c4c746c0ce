import { createServer } from 'node:net';
import { ListenError } from './server.ts';

/**
 * Makes sure that an address can be had before anything is begun that could be left half done.
 * @returns the port; for 0, one that is free.
 * @throws ListenError
 */
export async function assertPortFree(host: string, port: number): Promise<number> {
  const server = createServer();
  return new Promise<number>((resolve, reject) => {
    server.once('error', (error) => reject(new ListenError(error, host, port)));
    server.listen({ host, port, exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : port));
    });
  });
}
