import { registerHooks } from 'node:module';

/** What a company's `waypost.config.ts` may import by name, wherever its folder stands. */
export const siteDoors: Readonly<Record<string, URL>> = {
  'waypost/config': new URL('./config.ts', import.meta.url),
};

/**
 * Runs `load` with `waypost/config` known by name. A site folder stands apart from the code and has no `node_modules`
 * with Waypost in it, so that Node.js would not find it; everything else a site imports is found as always.
 */
export async function withSiteImports<T>(load: () => Promise<T>): Promise<T> {
  const hooks = registerHooks({
    resolve: (specifier, context, next) => {
      const door = siteDoors[specifier];
      return door ? { url: door.href, format: 'module-typescript', shortCircuit: true } : next(specifier, context);
    },
  });
  try {
    return await load();
  } finally {
    hooks.deregister();
  }
}
