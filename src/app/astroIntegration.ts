import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { AstroIntegration } from 'astro';
import { routeFaults } from './routes.ts';

/** Routes that the front answers itself, beside Astro's. */
const FRONT_ROUTES = [{ pattern: '/files/[id]', methods: ['GET'] }];

/** Ties Astro to the application: the build fails on a route without a permission; `astro dev` runs the same application. */
export function application(): AstroIntegration {
  let root = process.cwd();
  return {
    name: 'waypost',
    hooks: {
      'astro:config:done': ({ config }) => {
        root = fileURLToPath(config.root);
      },
      'astro:routes:resolved': ({ routes }) => {
        const built = routes
          .filter(({ origin }) => origin === 'project')
          .map(({ pattern, entrypoint, type }) => ({
            pattern,
            methods: type === 'endpoint' ? exportedMethods(`${root}/${entrypoint}`) : null,
          }));
        const faults = routeFaults([...built, ...FRONT_ROUTES]);
        if (faults.length > 0)
          throw new Error(
            `Routes and permissions differ:\n${faults.map(({ route, fault }) => `  ${route} ${fault}`).join('\n')}`,
          );
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
