import { lunr, meilisearch, type LunrOptions, type SearchEngine } from '../kb/index.ts';
import type { Site } from './site.ts';

/**
 * Who searches, and who steps in. The site's own choice comes first, then Meilisearch where the environment names one;
 * lunr is the net of any other engine, and the engine where there is none; it is made as `own` says.
 */
export function searchEngines(
  site: Pick<Site, 'search'>,
  server: { url: string; key: string | null } | null,
  own: LunrOptions,
): { engine: SearchEngine; net?: SearchEngine } {
  const named = server && meilisearch({ host: server.url, apiKey: server.key ?? undefined });
  const engine = site.search ?? named ?? lunr(own);
  return engine.name === 'lunr' ? { engine } : { engine, net: lunr(own) };
}
