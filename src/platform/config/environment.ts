import { isIP } from 'node:net';
import { join } from 'node:path';
import type { LogLevel } from '../log/index.ts';
import { ConfigurationFaults, type ConfigurationFault } from './faults.ts';
import { variables } from './variables.ts';

/** The process' environment as it comes. */
export type EnvironmentVariables = Readonly<Record<string, string | undefined>>;

/** The environment as the portal uses it; see the operating guide for each variable. */
export interface Environment {
  /** The folder with the company's own files; absolute. */
  site: string;
  host: string;
  /** 0: any free one. */
  port: number;
  /** Where customers reach the portal: scheme and host, without a slash at the end. */
  publicUrl: string;
  /** Where data are kept; absolute. */
  dataFolder: string;
  /** Where erasures are written down, outside every backup; absolute. */
  erasuresFile: string;
  /** `sqlite:` with an absolute path, or `postgres://…`. */
  databaseUrl: string;
  /** Null: the search within the process. */
  meilisearch: { url: string; key: string | null } | null;
  /** Addresses and networks whose forwarded-for headers are believed. */
  trustedProxies: readonly string[];
  /** Null: made and kept in the data folder, by `prepareDataFolder`. */
  secret: string | null;
  /** Null: mails are written into the data folder. */
  smtpUrl: string | null;
  demo: boolean;
  /** Null: a random one is made and printed. */
  demoPassword: string | null;
  logLevel: LogLevel;
}

/**
 * Reads the environment. A variable that is empty counts as left out.
 * @param cwd what relative paths start from.
 * @throws ConfigurationFaults with every fault there is.
 */
export function readEnvironment(env: EnvironmentVariables, cwd: string): Environment {
  const faults: ConfigurationFault[] = [];
  const known = variables(cwd);
  type Known = typeof known;
  type Value<K extends keyof Known> = Known[K] extends { schema: { _output: infer T } } ? T : never;

  function read<K extends keyof Known>(name: K): Value<K> | null {
    const given = env[name];
    if (given === undefined || given === '') return null;
    const { schema, expected, secret } = known[name];
    const result = schema.safeParse(given);
    if (result.success) return result.data as Value<K>;
    const came = secret ? 'another value came, which is not shown here' : `“${shortened(given)}” came`;
    faults.push({ where: name, message: `expected ${expected}; ${came}.` });
    return null;
  }

  const host = read('HOST') ?? '127.0.0.1';
  const port = read('PORT') ?? 4321;
  const dataFolder = read('WAYPOST_DATA') ?? join(cwd, 'data');
  const meiliUrl = read('MEILI_URL');
  const meiliKey = read('MEILI_KEY');
  const environment: Environment = {
    site: read('WAYPOST_SITE') ?? cwd,
    host,
    port,
    publicUrl: read('PUBLIC_URL') ?? originOf(host, port),
    dataFolder,
    databaseUrl: read('DATABASE_URL') ?? `sqlite:${join(dataFolder, 'waypost.db')}`,
    erasuresFile: read('WAYPOST_ERASURES') ?? join(dataFolder, 'erasures.ndjson'),
    meilisearch: meiliUrl === null ? null : { url: meiliUrl, key: meiliKey },
    trustedProxies: read('TRUSTED_PROXIES') ?? [],
    secret: read('WAYPOST_SECRET'),
    smtpUrl: read('SMTP_URL'),
    demo: read('WAYPOST_DEMO') ?? false,
    demoPassword: read('WAYPOST_DEMO_PASSWORD'),
    logLevel: read('LOG_LEVEL') ?? 'info',
  };
  faults.push(...conflicts(environment, env));
  if (faults.length > 0) throw new ConfigurationFaults(faults);
  return environment;
}

/** What is right by itself but not together. */
function conflicts(environment: Environment, env: EnvironmentVariables): ConfigurationFault[] {
  const faults: ConfigurationFault[] = [];
  const isPostgres = /^postgres(ql)?:/.test(env['DATABASE_URL'] ?? '');
  if (isPostgres && !env['WAYPOST_SECRET']) {
    const message = 'expected with PostgreSQL, since several servers must share it; nothing came.';
    faults.push({ where: 'WAYPOST_SECRET', message });
  }
  if (env['MEILI_KEY'] && !env['MEILI_URL']) {
    faults.push({ where: 'MEILI_URL', message: 'expected with MEILI_KEY; nothing came.' });
  }
  if (environment.demo && !isLoopback(environment.host)) {
    const message = `the demo has known people and listens only on this machine (127.0.0.1); HOST is “${shortened(environment.host)}”.`;
    faults.push({ where: 'WAYPOST_DEMO', message });
  }
  return faults;
}

/** Whether only this machine reaches what listens on `host`. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

/** Where this machine's own browser finds the portal. */
function originOf(host: string, port: number): string {
  const everywhere = host === '0.0.0.0' || host === '::';
  const name = everywhere ? 'localhost' : isIP(host) === 6 ? `[${host}]` : host;
  return new URL(`http://${name}:${port}`).origin;
}

function shortened(value: string): string {
  return value.length > 80 ? `${value.slice(0, 80)}…` : value;
}
