import { BlockList, isIP } from 'node:net';
import { resolve } from 'node:path';
import { z } from 'zod';
import { SECRET_LENGTH } from '../secrets/index.ts';

/**
 * Each variable of the environment: what it may be, and the words for what was expected. `secret` values are never
 * shown again, not even when they are wrong.
 */
export interface Variable<T> {
  expected: string;
  secret?: boolean;
  schema: z.ZodType<T>;
}

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

function variable<T>(expected: string, schema: z.ZodType<T>, secret = false): Variable<T> {
  return { expected, schema, secret };
}

/** @param cwd what relative paths start from. */
export function variables(cwd: string) {
  const path = z.string().transform((value) => resolve(cwd, value));
  return {
    WAYPOST_SITE: variable('the folder of the site', path),
    HOST: variable('an address or a host name to listen on', z.string().refine(isHost)),
    PORT: variable(
      'a whole number from 0 to 65535',
      z
        .string()
        .regex(/^\d{1,5}$/)
        .transform(Number)
        .refine((port) => port <= 65_535),
    ),
    PUBLIC_URL: variable('an address such as https://help.example.com, without a path', originSchema()),
    WAYPOST_DATA: variable('the folder where data are kept', path),
    WAYPOST_ERASURES: variable('the file in which erasures are written down', path),
    DATABASE_URL: variable('sqlite:PATH or postgres://USER:PASSWORD@HOST/NAME', databaseSchema(cwd), true),
    MEILI_URL: variable(
      'an address such as http://127.0.0.1:7700, without a user or key',
      z.string().refine((url) => isUrl(url, /^https?:$/) && /^[^@?#]*$/.test(url)),
      true,
    ),
    MEILI_KEY: variable('a key of Meilisearch, without spaces', z.string().regex(/^[\x21-\x7e]+$/), true),
    TRUSTED_PROXIES: variable('addresses or networks with commas between, such as 10.0.0.0/8, ::1', proxiesSchema()),
    WAYPOST_SECRET: variable(`at least ${SECRET_LENGTH} random characters`, z.string().min(SECRET_LENGTH), true),
    SMTP_URL: variable(
      'smtp://USER:PASSWORD@HOST:PORT or smtps://…',
      z.string().refine((url) => isUrl(url, /^smtps?:$/)),
      true,
    ),
    WAYPOST_DEMO: variable(
      '1 or 0',
      z.enum(['1', '0', 'true', 'false']).transform((value) => value === '1' || value === 'true'),
    ),
    WAYPOST_DEMO_PASSWORD: variable('8 to 128 characters', z.string().min(8).max(128), true),
    LOG_LEVEL: variable(`one of ${LEVELS.join(', ')}`, z.enum(LEVELS)),
  };
}

function isHost(value: string): boolean {
  return isIP(value) !== 0 || /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/i.test(value);
}

function isUrl(value: string, protocol: RegExp): boolean {
  return URL.canParse(value) && protocol.test(new URL(value).protocol) && new URL(value).hostname !== '';
}

function originSchema() {
  return z
    .string()
    .refine((value) => isUrl(value, /^https?:$/))
    .transform((value) => new URL(value))
    .refine((url) => url.pathname === '/' && url.search === '' && url.hash === '' && url.username === '')
    .transform((url) => url.origin);
}

function databaseSchema(cwd: string) {
  return z
    .string()
    .refine((value) => /^sqlite:(?!\/\/).+/.test(value) || isUrl(value, /^postgres(ql)?:$/))
    .transform((value) =>
      value.startsWith('sqlite:') ? `sqlite:${resolve(cwd, value.slice('sqlite:'.length))}` : value,
    );
}

function proxiesSchema() {
  return z
    .string()
    .transform((value) =>
      value
        .split(',')
        .map((part) => part.trim())
        .filter((part) => part !== ''),
    )
    .refine((parts) => parts.every(isNetwork));
}

function isNetwork(value: string): boolean {
  const [address = '', prefix, ...rest] = value.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  if (prefix === undefined) return true;
  if (!/^\d{1,3}$/.test(prefix)) return false;
  try {
    new BlockList().addSubnet(address, Number(prefix), family === 4 ? 'ipv4' : 'ipv6');
    return true;
  } catch {
    return false;
  }
}
