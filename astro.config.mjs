// @ts-check
import node from '@astrojs/node';
import { defineConfig } from 'astro/config';
import { application } from './src/app/astroIntegration.ts';

export default defineConfig({
  output: 'server',
  adapter: node({ mode: 'middleware' }),
  integrations: [application()],
  // Links are built from PUBLIC_URL at run time; Astro itself never makes an absolute one.
  trailingSlash: 'ignore',
  // The front compares Origin with PUBLIC_URL for every write; Astro's own check refuses machines and TLS proxies.
  security: { checkOrigin: false },
  // Nothing inline, so that one static content security policy covers every answer.
  build: { inlineStylesheets: 'never', assets: '_astro' },
  vite: { build: { assetsInlineLimit: 0 } },
  devToolbar: { enabled: false },
  server: { host: process.env['HOST'] ?? '127.0.0.1', port: Number(process.env['PORT'] ?? 4321) },
});
