import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { AstroIntegration } from 'astro';
import { routeFaults } from './routes.ts';
import { siteDoors } from './siteImports.ts';

/** Routes that the front answers itself, beside Astro's. */
const FRONT_ROUTES = ['/files/[id]', '/personal/[id]'].map((pattern) => ({ pattern, methods: ['GET'] }));

/** Ties Astro to the application: the build fails on a route without a permission; `astro dev` runs the same application. */
export function application(): AstroIntegration {
  let root = process.cwd();
  let outDir = root;
  let built: { pattern: string; methods: string[] | null }[] = [];
  return {
    name: 'waypost',
    hooks: {
      'astro:config:setup': ({ command, updateConfig }) => {
        if (command === 'dev') updateConfig({ vite: { resolve: { alias: siteAliases() } } });
      },
      'astro:config:done': ({ config }) => {
        root = fileURLToPath(config.root);
        outDir = fileURLToPath(config.outDir);
      },
      'astro:routes:resolved': ({ routes }) => {
        const pages = routes
          .filter(({ origin }) => origin === 'project')
          .map(({ pattern, entrypoint, type }) => ({
            pattern,
            methods: type === 'endpoint' ? exportedMethods(`${root}/${entrypoint}`) : null,
          }));
        built = [...pages, ...FRONT_ROUTES];
        const faults = routeFaults(built);
        if (faults.length > 0)
          throw new Error(
            `Routes and permissions differ:\n${faults.map(({ route, fault }) => `  ${route} ${fault}`).join('\n')}`,
          );
      },
      'astro:build:done': () => {
        // What was built, for the permission tests.
        writeFileSync(`${outDir}/routes.json`, JSON.stringify(built));
      },
      'astro:server:setup': async ({ server }) => {
        const { mountApplication } = await import('./development.ts');
        await mountApplication(server);
      },
    },
  };
}

/** The methods an endpoint's file exports: `export const GET`, `export function POST` … */
function exportedMethods(file: string): string[] {
  return [...readFileSync(file, 'utf8').matchAll(/^export (?:const|(?:async )?function) ([A-Z]+)\b/gm)].flatMap(
    ([, method]) => method ?? [],
  );
}

/** What a site imports by name, for Vite, which asks no hooks of Node.js. */
function siteAliases(): Record<string, string> {
  return Object.fromEntries(Object.entries(siteDoors).map(([name, url]) => [name, fileURLToPath(url)]));
}
