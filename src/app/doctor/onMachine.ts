import { existsSync, readFileSync, statSync, statfsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { isLoopback, type Environment } from '../../platform/config/index.ts';
import { note, ok, wrong, type Finding } from './finding.ts';

const DAY_MS = 24 * 3_600_000;
const BACKUP_DAYS = 7;
const LEAST_FREE = 1024 * 1024 * 1024;
const MEILI_MS = 3_000;

/** Where a backup notes that it was made. */
export const LAST_BACKUP = 'last-backup.json';

const lastBackup = z.object({ at: z.iso.datetime(), file: z.string() });

/** What the environment, the data folder and this machine tell. */
export async function lookAtMachine(
  environment: Environment,
  now: number,
  fetch: typeof globalThis.fetch,
): Promise<Finding[]> {
  return [
    ...addresses(environment),
    ...secrets(environment),
    ...modes(environment),
    ...room(environment),
    ...backups(environment, now),
    ...(await meilisearch(environment, fetch)),
  ];
}

function addresses({ host, port, publicUrl, trustedProxies, smtpUrl }: Environment): Finding[] {
  const url = new URL(publicUrl);
  const isLocal = isLoopback(host);
  const isPublic = !isLoopback(url.hostname);
  const findings = [
    isLocal
      ? ok('public', `Listens on ${host}:${port}, for this machine alone; reached as ${publicUrl}.`)
      : note('public', `Listens on ${host}:${port}, for every machine that reaches it; reached as ${publicUrl}.`),
  ];
  if (url.protocol === 'http:' && isPublic)
    findings.push(
      wrong(
        'setup',
        'PUBLIC_URL is http: whoever listens on the way reads passwords and sessions.',
        'Put TLS before it and say https: in PUBLIC_URL.',
      ),
    );
  if (!isLocal && !isPublic)
    findings.push(
      wrong(
        'setup',
        'PUBLIC_URL names this machine alone, and HOST lets others in.',
        'Set PUBLIC_URL to what people type.',
      ),
    );
  if (url.protocol === 'https:' && trustedProxies.length === 0)
    findings.push(
      wrong(
        'setup',
        'A proxy speaks TLS, and TRUSTED_PROXIES names none: all visitors share one allowance.',
        'Set TRUSTED_PROXIES to the proxy’s address.',
      ),
    );
  if (trustedProxies.some((network) => /\/0$/.test(network)))
    findings.push(
      wrong('setup', 'TRUSTED_PROXIES believes everybody: anyone can claim any address.', 'Name your proxies alone.'),
    );
  if (smtpUrl === null)
    findings.push(
      isPublic
        ? wrong('setup', 'SMTP_URL is not set: mails are written to the data folder and reach nobody.', 'Set SMTP_URL.')
        : note('setup', 'SMTP_URL is not set: mails are written to the data folder.'),
    );
  return findings;
}

function secrets({ secret, databaseUrl, dataFolder, erasuresFile }: Environment): Finding[] {
  const findings: Finding[] = [];
  if (secret === null && /^postgres/.test(databaseUrl))
    findings.push(
      wrong(
        'setup',
        'The secret lies in this machine’s data folder, and the database elsewhere.',
        'Set WAYPOST_SECRET.',
      ),
    );
  else if (secret === null)
    findings.push(
      note('setup', `The secret lies in ${join(dataFolder, 'secret')}.`, 'Keep a copy apart from your backups.'),
    );
  else findings.push(ok('setup', 'The secret comes from WAYPOST_SECRET.'));
  if (erasuresFile.startsWith(join(dataFolder, '/')))
    findings.push(
      note(
        'setup',
        `Erasures are written down in ${erasuresFile}.`,
        'Copy it elsewhere, too: a restore needs it to erase again.',
      ),
    );
  return findings;
}

/** What others on this machine may read. */
function modes({ dataFolder, databaseUrl, erasuresFile }: Environment): Finding[] {
  const places: [path: string, allowed: number][] = [
    [dataFolder, 0o770],
    [join(dataFolder, 'secret'), 0o700],
    [join(dataFolder, 'demo-password'), 0o700],
    [erasuresFile, 0o770],
    [join(dataFolder, 'files'), 0o770],
  ];
  if (databaseUrl.startsWith('sqlite:')) places.push([databaseUrl.slice('sqlite:'.length), 0o770]);
  const findings = places.flatMap(([path, allowed]) => {
    if (!existsSync(path)) return [];
    const open = statSync(path).mode & 0o777 & ~allowed;
    // Nobody else comes to what lies in a folder that nobody else may enter.
    const isInside = (statSync(dirname(path)).mode & 0o007) === 0;
    if (open === 0 || (isInside && allowed === 0o770)) return [];
    const mode = allowed === 0o700 ? 'go=' : 'o=';
    return [wrong('setup', `Others on this machine may use ${path}.`, `chmod ${mode} ${path}`)];
  });
  return findings.length > 0 ? findings : [ok('setup', 'The data folder is closed to others on this machine.')];
}

function room({ dataFolder }: Environment): Finding[] {
  const { bavail, bsize, blocks } = statfsSync(dataFolder);
  const free = bavail * bsize;
  const words = `${(free / 1024 ** 3).toFixed(1)} GiB are free in ${dataFolder}.`;
  return free < LEAST_FREE || free < blocks * bsize * 0.05
    ? [wrong('setup', words, 'Make room: a full disk refuses every write.')]
    : [ok('setup', words)];
}

function backups({ dataFolder }: Environment, now: number): Finding[] {
  const path = join(dataFolder, LAST_BACKUP);
  const known = existsSync(path) ? lastBackup.safeParse(asJson(readFileSync(path, 'utf8'))) : null;
  if (!known?.success) return [note('old', 'No backup by “waypost backup” is known here.', 'waypost backup FILE')];
  const { at, file } = known.data;
  const words = `The last backup was made at ${at}: ${file}.`;
  return Date.parse(at) < now - BACKUP_DAYS * DAY_MS
    ? [wrong('old', words, `waypost backup FILE, at least every ${BACKUP_DAYS} days.`)]
    : [ok('old', words)];
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** The key has to make keys that can only search. */
async function meilisearch({ meilisearch: server }: Environment, fetch: typeof globalThis.fetch): Promise<Finding[]> {
  if (!server) return [];
  const headers = server.key === null ? {} : { authorization: `Bearer ${server.key}` };
  try {
    const signal = AbortSignal.timeout(MEILI_MS);
    const { status } = await fetch(new URL('/keys?limit=1', server.url), { headers, signal });
    if (status === 200)
      return server.key === null
        ? [
            wrong(
              'setup',
              'Meilisearch asks for no key: whoever reaches it reads staff articles.',
              'Start it with a master key.',
            ),
          ]
        : [ok('setup', 'The key of Meilisearch may manage keys.')];
    return [
      wrong(
        'setup',
        `Meilisearch refuses to let the key manage keys (${status}).`,
        'Set MEILI_KEY to the master key or an admin key.',
      ),
    ];
  } catch {
    return [wrong('setup', 'Meilisearch does not answer; lunr searches instead.', 'See that it runs, and MEILI_URL.')];
  }
}
