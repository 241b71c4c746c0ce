import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { noStanding, operator, type PersonViewer, type Role } from '../accounts/index.ts';
import { isLoopback, readEnvironment, type Environment, type EnvironmentVariables } from '../platform/config/index.ts';
import { systemRuntime, type Runtime } from '../platform/runtime.ts';
import { hashToken } from '../platform/secrets/index.ts';
import type { Application } from './application.ts';
import { seedKnowledge } from './demoKnowledge.ts';
import { orderToTry, seedOrders } from './demoOrders/index.ts';

/** Everybody of the demo company Kitewood; the addresses are promises to whoever tries the portal. */
const people = [
  { name: 'Mei Lin', email: 'mei@kitewood.example', role: 'customer', tier: 'gold', account: 'Harbour Lane Hotels' },
  { name: 'Tom Aldridge', email: 'tom@kitewood.example', role: 'customer', tier: 'standard', account: null },
  { name: 'Ana Weiss', email: 'ana@kitewood.example', role: 'author', tier: null, account: null },
  { name: 'Ravi Menon', email: 'ravi@kitewood.example', role: 'agent', tier: null, account: null },
  { name: 'Robin Voss', email: 'root@kitewood.example', role: 'administrator', tier: null, account: null },
] as const satisfies readonly {
  name: string;
  email: string;
  role: Role;
  tier: string | null;
  account: string | null;
}[];

const tiers = {
  standard: { key: 'standard', rank: 1, names: { en: 'Standard', 'zh-cn': '标准' }, firstReplyHours: 8 },
  gold: {
    ...{ key: 'gold', rank: 2, names: { en: 'Gold', 'zh-cn': '金级' }, firstReplyHours: 4, solutionHours: 24 },
    benefits: {
      en: ['A contact of your own in the workshop', 'Spare parts before the next delivery round'],
      'zh-cn': ['工坊里有专人对接', '备件优先于下一轮配送'],
    },
  },
};

/** Mei's colleagues at the hotels. They sign in by a mailed link alone. */
const colleagues = [
  { name: 'Jonas Behrendt', email: 'jonas@harbourlane.example', role: 'manager' },
  { name: 'Hyacinth Okonkwo-Featherstonehaugh', email: 'hyacinth@harbourlane.example', role: 'member' },
] as const;

const tickets = [
  {
    from: 'mei@kitewood.example',
    order: 'KW-10011',
    subject: 'Two of eight headboards arrived with cracked edges',
    body: 'We unpacked the headboards for the third floor this morning. Six are perfect. On two of them the veneer has split along the lower edge, about 12 cm, and the cardboard there was pushed in.\n\nThe rooms open in two weeks. Could you send two new ones before then?',
    story: [
      { type: 'search.asked', body: { text: 'cracked veneer new furniture', verdict: 'unsure' } },
      { type: 'article.read', body: { title: 'A piece arrived damaged', slug: 'piece-arrived-damaged' } },
    ],
    reply:
      'Thank you for the clear description. That is damage from transport, and you do not have to prove anything further for it.\n\nOne thing I need first: a photo of the white label on one of the two cartons. The four letters at its lower right tell me which batch to check.',
    note: 'Third split veneer from batch KQ this month. If the label says KQRT, send from a newer batch and tell the workshop.',
  },
  {
    from: 'tom@kitewood.example',
    order: 'KW-9962',
    subject: 'The extension leaf of the Quay table stays open by four millimetres',
    body: 'It was fine in summer. Since the heating is on, the leaf does not close all the way and scratches the frame. Is that the wood, or did I do something wrong?',
  },
];

export interface DemoPeople {
  password: string;
  people: readonly { name: string; email: string; role: Role }[];
  /** Can be followed without signing in, by number and address. */
  order: { number: string; email: string };
}

/** The demo cannot be made or served as asked. The message says what to do instead. */
class DemoFault extends Error {
  readonly code: 'demo_refused' | 'demo_beyond_loopback';
  constructor(code: DemoFault['code'], message: string) {
    super(message);
    this.name = 'DemoFault';
    this.code = code;
  }
}

/** The password, kept so that every start can print it: under the first name until all of the demo is there. */
const BEGUN = 'demo-begun';
const WHOLE = 'demo-password';
/** What may lie in a data folder that counts as empty: an earlier start got no further, or a trial keeps its server there. */
const NO_DATA = new Set(['secret', 'postgres']);

/**
 * The environment with the demo switched on where a start makes one by itself: on this machine alone, with the embedded
 * database, in a data folder that is empty, or where an earlier start was cut off while it made the demo.
 */
export function withDemo(env: EnvironmentVariables, cwd: string): EnvironmentVariables {
  if (env['WAYPOST_DEMO'] || env['DATABASE_URL']) return env;
  const { host, dataFolder } = environmentOf(env, cwd) ?? {};
  if (host === undefined || dataFolder === undefined || !isLoopback(host)) return env;
  const entries = existsSync(dataFolder) && statSync(dataFolder).isDirectory() ? readdirSync(dataFolder) : [];
  const isOurs = entries.includes(BEGUN) || entries.every((name) => NO_DATA.has(name));
  return isOurs ? { ...env, WAYPOST_DEMO: '1' } : env;
}

/** Faults are told by `boot`, all at once. */
function environmentOf(env: EnvironmentVariables, cwd: string): Environment | null {
  try {
    return readEnvironment(env, cwd);
  } catch {
    return null;
  }
}

/** Keeps, before anything of it is made, that the demo is wanted: a start that is cut off is taken up by the next one. */
export function noteDemo({ demo, demoPassword, dataFolder }: Environment, runtime = systemRuntime()): void {
  if (demo) keptPassword(dataFolder, runtime, demoPassword);
}

/**
 * Fills the portal with the demo company: its people, tiers and account, its orders, two tickets, and what they left in
 * the knowledge base. Where it is there already, nothing changes; cut off, the next call adds what is missing.
 * @param options.password the password of all five; left out, a random one is made.
 * @throws an error with code `demo_refused` in a database that has people of its own.
 */
export async function seedDemo(app: Application, options: { password?: string | null } = {}): Promise<DemoPeople> {
  const whole = await knownDemo(app);
  if (whole) return whole;
  await refuseBesideOthers(app);
  const [begun, done] = [BEGUN, WHOLE].map((name) => join(app.settings.dataFolder, name)) as [string, string];
  // Of another database: this one's begins with the same password.
  if (existsSync(done)) renameSync(done, begun);
  const password = keptPassword(app.settings.dataFolder, app.runtime, options.password ?? null);
  const viewers = await seedPeople(app, password);
  await seedOrders(app);
  await seedTickets(app, viewers);
  await seedKnowledge(app, viewers);
  renameSync(begun, done);
  return { password, people, order: orderToTry };
}

/** The demo as an earlier start made it in this very database; null where there is none, or not all of it. */
export async function knownDemo(app: Application): Promise<DemoPeople | null> {
  const file = join(app.settings.dataFolder, WHOLE);
  if (!existsSync(file) || !(await hasDemoPeople(app))) return null;
  return { password: readFileSync(file, 'utf8').trim(), people, order: orderToTry };
}

/** @throws an error with code `demo_beyond_loopback` when others than this machine would reach people everybody knows. */
export async function refuseDemoBeyondLoopback(app: Application, host: string): Promise<void> {
  if (isLoopback(host) || !(await hasDemoPeople(app))) return;
  throw new DemoFault(
    'demo_beyond_loopback',
    `This database holds the demo company, whose people are known: it is served on this machine alone, and HOST is “${host}”. Set WAYPOST_DATA or DATABASE_URL to another for a portal of your own.`,
  );
}

async function hasDemoPeople({ accounts, database }: Application): Promise<boolean> {
  const found = await Promise.all(people.map(({ email }) => accounts.personByEmail(database.db, email)));
  return found.some((person) => person !== null);
}

async function refuseBesideOthers(app: Application): Promise<void> {
  const anybody = await app.database.db.selectFrom('person').select('id').limit(1).executeTakeFirst();
  if (!anybody || (await hasDemoPeople(app))) return;
  rmSync(join(app.settings.dataFolder, BEGUN), { force: true });
  throw new DemoFault(
    'demo_refused',
    'This database has people of its own, and the demo company belongs into an empty one. Set WAYPOST_DATA or DATABASE_URL to another.',
  );
}

async function seedPeople(app: Application, password: string): Promise<Map<string, PersonViewer>> {
  const { accounts, database } = app;
  const viewers = new Map<string, PersonViewer>();
  for (const { name, email, role, tier, account } of people) {
    const locale = 'en' as const;
    const known = await accounts.personByEmail(database.db, email);
    const tierId = tier && !known ? await tierOf(app, tier) : undefined;
    const personId =
      known?.id ??
      (await accounts.addPerson(operator, { name, email, role, locale, verified: true, password, tierId })).personId;
    if (account && !known) {
      const { accountId } = await accounts.addAccount(operator, { name: account, externalId: 'C-204' });
      await accounts.addMember(operator, { accountId, personId, role: 'owner' });
      for (const colleague of colleagues) {
        const member = { name: colleague.name, email: colleague.email, role: 'customer', verified: true } as const;
        const added = await accounts.addPerson(operator, { ...member, tierId });
        await accounts.addMember(operator, { accountId, personId: added.personId, role: colleague.role });
      }
    }
    viewers.set(email, { kind: 'person', personId, name, email, role, locale, verified: true, ...noStanding });
  }
  return viewers;
}

async function seedTickets(app: Application, viewers: ReadonlyMap<string, PersonViewer>): Promise<void> {
  const agent = viewers.get('ravi@kitewood.example');
  for (const [index, { from, order, subject, body, story, reply, note }] of tickets.entries()) {
    const viewer = viewers.get(from);
    if (!viewer || !agent) continue;
    const key = `demo-${index}`;
    const client = { address: '127.0.0.1', userAgent: null };
    const input = {
      order,
      subject,
      body,
      inquiry: await seedInquiry(app, viewer, `${key}:${viewer.personId}`, story ?? []),
    };
    const { number } = await app.escalate({ viewer, client, locale: 'en', channel: 'web', input, key });
    if (reply) await app.bridge.desk.reply(agent, number, { body: reply, then: 'waiting_for_you' }, key);
    if (note) await app.bridge.desk.note(agent, number, { body: note }, key);
  }
}

/** What a customer tried before asking. The id is always the same, since a repeated seeding must be the same request. */
async function seedInquiry(
  { bridge }: Application,
  { personId }: PersonViewer,
  seed: string,
  story: readonly { type: string; body: Record<string, unknown> }[],
): Promise<string> {
  const inquiry = hashToken(seed).slice(0, 32);
  for (const { type, body } of story) {
    bridge.touches.record({ type, channel: 'web', direction: 'inbound', actor: 'customer', personId, inquiry, body });
  }
  await bridge.touches.flush();
  return inquiry;
}

/** Kept before the first person has it, so that a start that is cut off leaves nobody with an unknown password. */
function keptPassword(dataFolder: string, runtime: Pick<Runtime, 'randomBytes'>, given: string | null): string {
  for (const name of [WHOLE, BEGUN]) {
    const file = join(dataFolder, name);
    if (existsSync(file)) return readFileSync(file, 'utf8').trim();
  }
  const password = given ?? Buffer.from(runtime.randomBytes(12)).toString('base64url');
  const file = join(dataFolder, BEGUN);
  writeFileSync(`${file}.new`, password, { mode: 0o600 });
  renameSync(`${file}.new`, file);
  return password;
}

async function tierOf({ accounts, database }: Application, name: keyof typeof tiers): Promise<string> {
  const tier = tiers[name];
  const known = await database.db.selectFrom('tier').select('id').where('rank', '=', tier.rank).executeTakeFirst();
  return known?.id ?? (await accounts.addTier(operator, tier)).tierId;
}
