import { anonymous, operator, type PersonViewer, type Viewer } from '../../src/accounts/index.ts';
import { hurry, tokenIn } from '../app/orderLookUpSetup.ts';
import { readMail, type ReadMail } from '../support/mail.ts';
import type { TestPerson, TestPortal } from '../support/portal.ts';
import { owners, type Looker, type Owner } from './ownershipRules.ts';

/** Where a word stands; each of them in one object alone. */
export const places = [
  ...['number', 'reference', 'deliverTo', 'product', 'invoice'],
  ...['subject', 'message', 'fileName', 'file', 'shared', 'answer', 'note'],
] as const satisfies string[];
export type Place =
  | ('number' | 'reference' | 'deliverTo' | 'product' | 'invoice')
  | ('subject' | 'message' | 'fileName' | 'file' | 'shared' | 'answer' | 'note');

/** An owner's order and the ticket about it. */
export interface Owned {
  owner: Owner;
  words: Record<Place, string>;
  ticket: string;
  file: string;
  personId: string;
}

export interface OwnershipWorld {
  portal: TestPortal;
  /** What each of them sends to be recognised. */
  headers: Record<Looker, Record<string, string>>;
  objects: Owned[];
  /** Tokens of the links that were mailed to an order's address. */
  links: Partial<Record<Owner, string>>;
  /** Mails from before somebody left the company, and since. */
  mails: { before: ReadMail[]; since: ReadMail[] };
  addresses: Record<Exclude<Looker, 'anonymous' | 'systemKey'>, string>;
  /** All who belong to the account act in it from now on, or for themselves. */
  actIn(account: boolean): Promise<void>;
}

const client = { address: '192.0.2.9', userAgent: null };
const hour = 3_600_000;

/** The words of an owner's things. Nothing else in the portal says them. */
function wordsOf(owner: Owner): Record<Place, string> {
  const of = (place: Place) => `CANARY-${place}-${owner}`.toUpperCase();
  const entries = places.map((place) => [place, of(place)] as const);
  return { ...(Object.fromEntries(entries) as Record<Place, string>), number: `KW-7000${owners.indexOf(owner)}` };
}

/** A company with those who belong to it, everybody around it, and for five of them an order and a ticket about it. */
export async function makeOwnershipWorld(portal: TestPortal): Promise<OwnershipWorld> {
  const { app } = portal;
  const { db } = app.database;
  const people = await makePeople(portal);
  const { accountId } = await app.accounts.addAccount(operator, { name: 'Harbour Lane Hotels', externalId: 'HLH' });
  const join = async (person: TestPerson, role: 'manager' | 'member', sees: 'own' | 'all') => {
    await app.accounts.addMember(operator, { accountId, personId: person.id, role });
    const row = db.updateTable('membership').set({ orders: sees, tickets: sees });
    await row.where('personId', '=', person.id).execute();
  };
  await join(people.own, 'member', 'own');
  await join(people.colleagueOwn, 'member', 'own');
  await join(people.colleagueAll, 'member', 'all');
  await join(people.manager, 'manager', 'own');
  await join(people.left, 'member', 'own');
  const members = [people.own, people.colleagueOwn, people.colleagueAll, people.manager, people.left];
  const actIn = async (account: boolean) => {
    const row = db.updateTable('person').set({ accountId: account ? accountId : null });
    await row
      .where(
        'id',
        'in',
        members.map(({ id }) => id),
      )
      .execute();
  };
  await actIn(true);
  const keys = {
    system: await app.accounts.addKey(operator, { role: 'system', name: 'ERP' }),
    shop: await app.accounts.addKey(operator, { role: 'system', name: 'Shop' }),
  };
  const who: Record<Owner, TestPerson> = {
    ...{ own: people.own, colleague: people.colleagueOwn, stranger: people.stranger },
    ...{ guest: people.unverified, left: people.left },
  };
  const push = async (owner: Owner, shipped: boolean) => {
    const erp = { kind: 'key', keyId: keys.system.id, name: 'ERP', role: 'system', carrier: null } as const;
    await app.orders.put(erp, wordsOf(owner).number, orderOf(app.runtime.now(), owner, who[owner].email, shipped));
  };
  const viewer = async ({ cookie }: TestPerson) =>
    (await app.accounts.viewerOf({ headers: new Headers({ cookie }) })) as PersonViewer;
  const objects: Owned[] = [];
  for (const owner of owners) {
    await push(owner, false);
    const asker = owner === 'guest' ? anonymous : await viewer(who[owner]);
    objects.push(await ask(portal, owner, asker, who[owner]));
  }
  await app.queue.runDue();
  const before = portal.mails().length;

  await db
    .updateTable('membership')
    .set({ endedAt: new Date(app.runtime.now()).toISOString() })
    .where('personId', '=', people.left.id)
    .execute();
  const [manager, agent] = [await viewer(people.manager), await viewer(people.agent)];
  for (const { owner, words, ticket } of objects) {
    await push(owner, true);
    if (['own', 'colleague', 'left'].includes(owner))
      await app.bridge.tickets.answer(manager, ticket, { body: words.shared }, null);
    await app.bridge.desk.note(agent, ticket, { body: words.note }, null);
    await app.bridge.desk.reply(agent, ticket, { body: words.answer }, null);
    await app.orderLookUp.ask({ client, locale: 'en' }, { number: words.number, email: who[owner].email });
  }
  await hurry(app);
  await app.queue.runDue();
  await app.kb.catchUp();
  const mails = portal.mails().map(readMail);
  const bearer = ({ key }: { key: string }) => ({ authorization: `Bearer ${key}` });
  const cookies = Object.entries(people).map(([name, { cookie }]): [string, { cookie: string }] => [name, { cookie }]);
  return {
    ...{ portal, objects, actIn },
    headers: {
      ...(Object.fromEntries(cookies) as Record<keyof typeof people, { cookie: string }>),
      ...{ anonymous: {}, systemKey: bearer(keys.shop) },
    },
    links: linksIn(mails),
    mails: { before: mails.slice(0, before), since: mails.slice(before) },
    addresses: Object.fromEntries(
      Object.entries(people).map(([name, { email }]) => [name, email]),
    ) as OwnershipWorld['addresses'],
  };
}

async function makePeople(portal: TestPortal) {
  const people = {
    unverified: await portal.person('Una'),
    own: await portal.person('Mei'),
    colleagueOwn: await portal.person('Jonas'),
    colleagueAll: await portal.person('Alma'),
    manager: await portal.person('Mona'),
    left: await portal.person('Lars'),
    stranger: await portal.person('Tom'),
    author: await portal.person('Ana', 'author'),
    agent: await portal.person('Ravi', 'agent'),
  };
  const { db } = portal.app.database;
  await db.updateTable('person').set({ verifiedAt: null }).where('id', '=', people.unverified.id).execute();
  return people;
}

/** As a source tells it; the company's carry its account. */
function orderOf(now: number, owner: Owner, email: string, shipped: boolean) {
  const words = wordsOf(owner);
  const at = (ms: number) => new Date(now + ms).toISOString();
  const parcel = { tracking: `JD014600${words.number}`, carrier: 'DHL', expectedAt: at(48 * hour) };
  return {
    customer: { email, name: `Customer of ${owner}` },
    ...(['own', 'colleague', 'left'].includes(owner) && { account: { id: 'HLH', name: 'Harbour Lane Hotels' } }),
    ...{ reference: words.reference, deliverTo: `${words.deliverTo}\nHamburg` },
    ...{ state: shipped ? 'shipped' : 'in_preparation', placedAt: at(-90 * hour), currency: 'EUR', total: '129.00' },
    updatedAt: at(shipped ? -hour : -2 * hour),
    lines: [{ sku: 'CH-12', name: words.product, quantity: '1', unitPrice: '129.00' }],
    shipments: shipped
      ? [{ ...parcel, state: 'in_transit', events: [{ at: at(-hour), state: 'in_transit', place: 'Hamburg' }] }]
      : [],
    invoices: [{ number: words.invoice, issuedAt: '2026-01-02', total: '129.00', state: 'open' }],
  };
}

async function ask({ app }: TestPortal, owner: Owner, viewer: Viewer, { id, email }: TestPerson): Promise<Owned> {
  const words = wordsOf(owner);
  const upload = await app.bridge.attachments.stage({ name: `${words.fileName}.txt` });
  upload.stream.write(words.file);
  const { id: token } = await upload.finish();
  const { number } = await app.escalate({
    ...{ viewer, client, locale: 'en', channel: 'web', key: null },
    input: {
      ...{ subject: words.subject, body: words.message, order: words.number, files: [token] },
      ...(viewer.kind === 'anonymous' && { email, name: 'Una' }),
    },
  });
  const { id: file } = await app.database.db
    .selectFrom('attachment')
    .select('id')
    .where('name', '=', `${words.fileName}.txt`)
    .executeTakeFirstOrThrow();
  return { owner, words, ticket: number, file, personId: id };
}

function linksIn(mails: readonly ReadMail[]): OwnershipWorld['links'] {
  const found = owners.flatMap((owner) => {
    const mail = mails.find(({ text }) => tokenIn({ text } as ReadMail) !== '' && text.includes(wordsOf(owner).number));
    return mail ? [[owner, tokenIn(mail)] as const] : [];
  });
  return Object.fromEntries(found);
}
