import { createServer } from 'node:net';
import { ListenError } from './server.ts';

/**
 * Makes sure that an address can be had before anything is begun that could be left half done.
 * @throws ListenError
 */
export async function assertPortFree(host: string, port: number): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(new ListenError(error, host, port)));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve()));
  });
}
