import { relative } from 'node:path';
import type { Environment } from '../platform/config/index.ts';
import type { Application } from './application.ts';
import type { DemoPeople } from './demo.ts';

/**
 * What a start tells whoever ran it: where the portal is, what it stands on, and how to come in.
 * @param cwd paths are shown from here.
 */
export async function greeting(
  app: Application,
  environment: Environment,
  demo: DemoPeople | null,
  cwd: string,
): Promise<string[]> {
  const { engine, ready, answering } = await app.kb.searchState();
  const { databaseUrl, dataFolder, publicUrl, smtpUrl, meilisearch } = environment;
  const shown = (path: string): string => relative(cwd, path) || path;
  const isFile = databaseUrl.startsWith('sqlite:');
  return [
    '',
    `${app.site.brand.name}: the portal is open.`,
    `  Address    ${publicUrl}`,
    `  Database   ${isFile ? `SQLite, ${shown(databaseUrl.slice('sqlite:'.length))}` : 'PostgreSQL'}`,
    `  Search     ${engine}${ready ? '' : `, not ready yet: ${answering === 'database' ? 'the database' : answering} answers`}`,
    ...(meilisearch !== null && engine !== 'meilisearch'
      ? [`             MEILI_URL is set, but waypost.config.ts names ${engine}.`]
      : []),
    `  Mail       ${smtpUrl === null ? `written to ${shown(dataFolder)}/mail` : 'sent by SMTP'}`,
    ...(await wayIn(app, demo)),
    '',
    '  Ctrl-C stops it.',
    '',
  ];
}

/** The demo's people and their password, and an order to look up without either. */
export function demoLines({ people, password, order }: DemoPeople): string[] {
  const wide = Math.max(...people.map(({ email }) => email.length));
  return [
    `Demo people, all with the password ${password}`,
    ...people.map(({ email, name, role }) => `  ${email.padEnd(wide)}  ${name}, ${role}`),
    `An order to follow without signing in, at /en/orders/find: ${order.number} with ${order.email}`,
  ];
}

async function wayIn({ accounts, settings, site }: Application, demo: DemoPeople | null): Promise<string[]> {
  if (demo) return ['', ...demoLines(demo).map((line) => `  ${line}`)];
  const minted = await accounts.mintSetUpToken();
  if (!minted) return [];
  return [
    '',
    '  Nobody is an administrator yet. Whoever opens this link first becomes it, once, within a day:',
    `    ${settings.publicUrl}/${site.brand.locales[0]}/set-up?token=${minted.token}`,
  ];
}
