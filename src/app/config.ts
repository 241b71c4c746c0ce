/** What a company's `waypost.config.ts` imports: the shape of the configuration and the plugins that come along. */
export { defineConfig, type SiteConfig } from './site.ts';
export { desk } from '../crm-bridge/index.ts';
export { lunr, meilisearch } from '../kb/index.ts';
export type { OrderPage, OrderSource, SourceContext, SourceOrder } from '../orders/index.ts';
