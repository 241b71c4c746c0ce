import type { Route } from './options.ts';

/** A route with its pattern ready to be matched. */
export interface CompiledRoute {
  method: string;
  /** The pattern as written: the name in metrics and log. */
  pattern: string;
  expression: RegExp;
  route: Route;
}

/** @throws Error for a pattern that can never match: a mistake of the program, found at start. */
export function compileRoutes(routes: readonly Route[]): CompiledRoute[] {
  return routes.map((route) => ({
    method: route.method,
    pattern: typeof route.pattern === 'string' ? route.pattern : route.pattern.source,
    expression: typeof route.pattern === 'string' ? expressionOf(route.pattern) : wholePath(route.pattern),
    route,
  }));
}

/** The first route that answers this method and path, with its parameters. GET routes answer HEAD, too. */
export function findRoute(
  routes: readonly CompiledRoute[],
  method: string,
  path: string,
): { found: CompiledRoute; params: Record<string, string> } | null {
  const asked = method === 'HEAD' ? 'GET' : method;
  for (const found of routes) {
    if (found.method !== asked) continue;
    const match = found.expression.exec(path);
    if (match === null) continue;
    const groups = Object.entries(match.groups ?? {}).filter(
      (group): group is [string, string] => group[1] !== undefined,
    );
    return { found, params: Object.fromEntries(groups.map(([name, value]) => [name, decodeURIComponent(value)])) };
  }
  return null;
}

function expressionOf(pattern: string): RegExp {
  if (!pattern.startsWith('/')) throw new Error(`The route "${pattern}" does not start with a slash`);
  const source = pattern
    .split('/')
    .map((segment) => {
      const name = /^\[([A-Za-z]\w*)\]$/.exec(segment)?.[1];
      return name === undefined ? segment.replace(/[.*+?^${}()|[\]\\]/g, '\\$&') : `(?<${name}>[^/]+)`;
    })
    .join('/');
  return new RegExp(`^${source}$`);
}

function wholePath(expression: RegExp): RegExp {
  return new RegExp(`^(?:${expression.source})$`, expression.flags.replace(/[gy]/g, ''));
}
