import { inject } from 'vitest';
import { z } from 'zod';
import { askService } from './services.ts';

const server = z.object({ url: z.string(), key: z.string() });

/** The run's real Meilisearch: its address and its master key. */
export async function meilisearchServer(): Promise<{ host: string; apiKey: string }> {
  const { url, key } = server.parse(JSON.parse(await askService('meilisearch')));
  return { host: url, apiKey: key };
}

let made = 0;

/** A prefix that no other test file and no other test of this file has, so that all share one server. */
export function freshPrefix(): string {
  made += 1;
  return `test-${process.pid}-${inject('services').split(':').at(-1)}-${made}`;
}
