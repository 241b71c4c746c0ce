import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { operator, type PersonViewer, type Role } from '../accounts/index.ts';
import type { Application } from './application.ts';

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
  standard: { rank: 1, names: { en: 'Standard', 'zh-cn': '标准' }, firstReplyHours: 8 },
  gold: { rank: 2, names: { en: 'Gold', 'zh-cn': '金牌' }, firstReplyHours: 4 },
};

const tickets = [
  {
    from: 'mei@kitewood.example',
    subject: 'Two of eight headboards arrived with cracked edges',
    body: 'We unpacked the headboards for the third floor this morning. Six are perfect. On two of them the veneer has split along the lower edge, about 12 cm, and the cardboard there was pushed in.\n\nThe rooms open in two weeks. Could you send two new ones before then?',
    reply:
      'Thank you for the clear description. That is damage from transport, and you do not have to prove anything further for it.\n\nOne thing I need first: a photo of the white label on one of the two cartons. The four letters at its lower right tell me which batch to check.',
    note: 'Third split veneer from batch KQ this month. If the label says KQRT, send from a newer batch and tell the workshop.',
  },
  {
    from: 'tom@kitewood.example',
    subject: 'The extension leaf of the Quay table stays open by four millimetres',
    body: 'It was fine in summer. Since the heating is on, the leaf does not close all the way and scratches the frame. Is that the wood, or did I do something wrong?',
  },
];

export interface DemoPeople {
  password: string;
  people: readonly { name: string; email: string; role: Role }[];
}

/**
 * Fills the portal with the demo company: its people, tiers and account, and two tickets. Run again, it adds what is
 * missing and changes nothing; the password is kept in the data folder so that every start can print it.
 * @param options.password the password of all five; left out, a random one is made.
 */
export async function seedDemo(app: Application, options: { password?: string | null } = {}): Promise<DemoPeople> {
  const { accounts, database, bridge } = app;
  const password = keptPassword(app, options.password ?? null);
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
      await accounts.addMember(operator, { accountId, personId, role: 'manager' });
    }
    viewers.set(email, { kind: 'person', personId, name, email, role, locale, verified: true });
  }
  const agent = viewers.get('ravi@kitewood.example');
  for (const [index, { from, subject, body, reply, note }] of tickets.entries()) {
    const viewer = viewers.get(from);
    if (!viewer || !agent) continue;
    const key = `demo-${index}`;
    const client = { address: '127.0.0.1', userAgent: null };
    const { number } = await app.escalate({
      viewer,
      client,
      locale: 'en',
      channel: 'web',
      input: { subject, body },
      key,
    });
    if (reply) await bridge.desk.reply(agent, number, { body: reply, then: 'waiting_for_you' }, key);
    if (note) await bridge.desk.note(agent, number, { body: note }, key);
  }
  return { password, people };
}

/** The demo's people as an earlier start made them; null where there was none. */
export function knownDemo(dataFolder: string): DemoPeople | null {
  const file = fileOf(dataFolder);
  return existsSync(file) ? { password: readFileSync(file, 'utf8').trim(), people } : null;
}

function fileOf(dataFolder: string): string {
  return join(dataFolder, 'demo-password');
}

/** Kept before the first person has it, so that a start that is cut off leaves nobody with an unknown password. */
function keptPassword({ settings, runtime }: Application, given: string | null): string {
  const file = fileOf(settings.dataFolder);
  if (!existsSync(file)) {
    const password = given ?? Buffer.from(runtime.randomBytes(12)).toString('base64url');
    writeFileSync(`${file}.new`, password, { mode: 0o600 });
    renameSync(`${file}.new`, file);
  }
  return readFileSync(file, 'utf8').trim();
}

async function tierOf({ accounts, database }: Application, name: keyof typeof tiers): Promise<string> {
  const tier = tiers[name];
  const known = await database.db.selectFrom('tier').select('id').where('rank', '=', tier.rank).executeTakeFirst();
  return known?.id ?? (await accounts.addTier(operator, tier)).tierId;
}
