import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { z } from 'zod';
import { readEnvironment, type Environment, type EnvironmentVariables } from './environment.ts';
import { ConfigurationFaults, type ConfigurationFault } from './faults.ts';

const FILE = 'waypost.config.ts';

export interface Configuration<Site> {
  environment: Environment;
  /** What the company's `waypost.config.ts` says. */
  site: Site;
}

/**
 * Reads the environment and the company's configuration file.
 *
 * @param siteSchema what the file's default export must be; the rooms that own plugins know.
 * @param cwd what relative paths start from.
 * @throws ConfigurationFaults with the faults of both at once.
 */
export async function readConfiguration<S extends z.ZodType>(
  siteSchema: S,
  env: EnvironmentVariables,
  cwd: string,
): Promise<Configuration<z.output<S>>> {
  const faults: ConfigurationFault[] = [];
  let environment: Environment | null = null;
  try {
    environment = readEnvironment(env, cwd);
  } catch (error) {
    if (!(error instanceof ConfigurationFaults)) throw error;
    faults.push(...error.faults);
  }
  // A wrong port must not hide what is wrong in the file.
  const folder = environment?.site ?? readEnvironment({ WAYPOST_SITE: env['WAYPOST_SITE'] }, cwd).site;
  const site = await readSite(folder, siteSchema, faults);
  if (environment === null || faults.length > 0 || site === null) throw new ConfigurationFaults(faults);
  return { environment, site: site.value };
}

async function readSite<S extends z.ZodType>(
  folder: string,
  schema: S,
  faults: ConfigurationFault[],
): Promise<{ value: z.output<S> } | null> {
  const file = join(folder, FILE);
  if (!existsSync(file)) {
    faults.push({ where: 'WAYPOST_SITE', message: `expected a folder with ${FILE}; there is none in ${folder}.` });
    return null;
  }
  let exported: unknown;
  try {
    exported = ((await import(/* @vite-ignore */ pathToFileURL(file).href)) as { default?: unknown }).default;
  } catch (error) {
    faults.push({ where: FILE, message: `cannot be read: ${firstLine(error)}` });
    return null;
  }
  if (exported === undefined) {
    faults.push({ where: FILE, message: 'expected “export default defineConfig({ … })”; there is no default export.' });
    return null;
  }
  const result = schema.safeParse(exported);
  if (result.success) return { value: result.data };
  faults.push(...result.error.issues.map((issue) => ({ where: placeOf(issue), message: messageOf(issue, exported) })));
  return null;
}

function placeOf(issue: z.core.$ZodIssue): string {
  const path = issue.path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');
  return path === '' ? FILE : `${FILE}: ${path.replace(/^\./, '')}`;
}

function messageOf(issue: z.core.$ZodIssue, exported: unknown): string {
  if (issue.code === 'unrecognized_keys')
    return `nothing here is called ${issue.keys.map((key) => `“${key}”`).join(', ')}.`;
  const came = issue.path.reduce<unknown>(
    (value, part) => (isRecord(value) ? value[String(part)] : undefined),
    exported,
  );
  // zod's own words, where a schema has none: “Invalid input: expected object, received number”.
  const wanted = issue.message.replace(/^[A-Z][a-z ]*: expected /, '').replace(/, received .*$/, '');
  return `expected ${wanted}; ${described(came)} came.`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** Plugins may carry tokens, so that only short plain words are shown again, and never what stands in an object. */
function described(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'string') return /^[\w ./-]{0,24}$/.test(value) ? `“${value}”` : 'another text';
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return String(value);
  return Array.isArray(value) ? 'a list' : typeof value === 'function' ? 'a function' : 'an object';
}

function firstLine(error: unknown): string {
  const words = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return words.split('\n')[0] ?? words;
}
