import { Agent, request } from 'node:http';

/*
 * A load loop in a process of its own: `load.ts URL CONNECTIONS SECONDS`. Each connection asks again as soon as the
 * answer is there, keep-alive. Prints one line of JSON.
 */

/** A browser's own words: what robots read is no touch, and would cost less. */
const BROWSER = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';

export interface Load {
  requestsPerSecond: number;
  p50Ms: number;
  p99Ms: number;
  bytes: number;
}

function ask(agent: Agent, url: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { agent, headers: { 'user-agent': BROWSER } }, (response) => {
      let bytes = 0;
      response.on('data', (chunk: Buffer) => (bytes += chunk.length));
      response.on('end', () => {
        if (response.statusCode === 200) resolve(bytes);
        else reject(new Error(`${url} answered ${response.statusCode}`));
      });
    });
    sent.on('error', reject).end();
  });
}

async function load(url: string, connections: number, seconds: number): Promise<Load> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const took: number[] = [];
  let bytes = 0;
  const began = performance.now();
  const endAt = began + seconds * 1_000;
  await Promise.all(
    Array.from({ length: connections }, async () => {
      while (performance.now() < endAt) {
        const askedAt = performance.now();
        bytes = await ask(agent, url);
        took.push(performance.now() - askedAt);
      }
    }),
  );
  const all = performance.now() - began;
  agent.destroy();
  const sorted = took.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.floor(sorted.length * share)] ?? NaN;
  return { requestsPerSecond: (took.length / all) * 1_000, p50Ms: at(0.5), p99Ms: at(0.99), bytes };
}

const [url, connections, seconds] = process.argv.slice(2);
if (process.argv[1] === import.meta.filename) {
  console.log(JSON.stringify(await load(url ?? '', Number(connections), Number(seconds))));
}
