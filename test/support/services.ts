import { inject } from 'vitest';

/**
 * What `globalSetup.ts` answers to a test that needs a shared service.
 *
 * @throws what kept the service from starting: the test fails, it is not skipped
 */
export async function askService(
  name: 'database' | 'portal' | 'portal-database' | 'demo' | 'chromium' | 'meilisearch',
): Promise<string> {
  const response = await fetch(`${inject('services')}/${name}`);
  const body = await response.text();
  if (!response.ok) throw new Error(body);
  return body;
}
