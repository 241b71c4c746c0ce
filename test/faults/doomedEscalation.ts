import { anonymous } from '../../src/accounts/index.ts';
import { createApplication, siteSchema, type Application, type Escalation } from '../../src/app/index.ts';
import { createLog } from '../../src/platform/log/index.ts';
import { systemRuntime } from '../../src/platform/runtime.ts';

/** One escalation of somebody who is not signed in, and where its process dies. */
export interface DoomedEscalation {
  databaseUrl: string;
  folder: string;
  /** The number of the statement before which it dies, counted from 1; `answer`: after all of them, before it answers. */
  killAt: number | 'answer';
  subject: string;
  inquiry: string;
  email: string;
  key: string;
}

/** The application on the site's database, and nothing around it. */
export function openForEscalations(
  { databaseUrl, folder }: Pick<DoomedEscalation, 'databaseUrl' | 'folder'>,
  onStatement?: () => void,
): Promise<Application> {
  return createApplication({
    settings: {
      ...{ databaseUrl, dataFolder: folder, siteFolder: folder, publicUrl: 'http://127.0.0.1:4321' },
      secret: 'a secret that is used by fault runs alone',
    },
    site: siteSchema.parse({
      brand: { name: 'Faults', locales: ['en'], timeZone: 'UTC' },
      limits: { questions: { max: 10_000, windowSeconds: 3_600 } },
    }),
    runtime: systemRuntime(),
    log: createLog({ level: 'silent' }),
    ...(onStatement && { onStatement }),
  });
}

export function escalationOf({ subject, inquiry, email, key }: DoomedEscalation): Escalation {
  return {
    viewer: anonymous,
    client: { address: '127.0.0.1', userAgent: null },
    locale: 'en',
    channel: 'web',
    input: { subject, body: subject, email, inquiry },
    key,
  };
}

/** The process itself: `doomedEscalation.ts JSON`. It prints the ticket's number if it lives so long. */
async function main(about: DoomedEscalation): Promise<void> {
  let armed = false;
  let statement = 0;
  const app = await openForEscalations(about, () => {
    if (armed && ++statement === about.killAt) process.kill(process.pid, 'SIGKILL');
  });
  armed = true;
  const { number } = await app.escalate(escalationOf(about));
  if (about.killAt === 'answer') process.kill(process.pid, 'SIGKILL');
  process.stdout.write(number, () => process.exit(0));
}

if (process.argv[1] === import.meta.filename) await main(JSON.parse(process.argv[2] ?? '{}') as DoomedEscalation);
