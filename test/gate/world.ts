import { instant, newId } from '../../src/platform/runtime.ts';
import { noStanding } from '../../src/accounts/index.ts';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import { root } from '../../scripts/install.mjs';
import { hurry, tokenIn } from '../app/orderLookUpSetup.ts';
import { readMail } from '../support/mail.ts';
import type { TestPerson, TestPortal } from '../support/portal.ts';

/** Who calls. The ten columns of the permission tables. */
export const viewers = [
  'anonymous',
  'unverified',
  'customer',
  'colleague',
  'stranger',
  'author',
  'agent',
  'administrator',
  'systemKey',
  'partnerKey',
] as const;
export type ViewerName = (typeof viewers)[number];

/** Texts that stand in one place only; whoever may not read that place must never see them. */
export const canaries = {
  ticket: 'CANARY-TICKET-4f1c',
  note: 'CANARY-NOTE-9ab2',
  file: 'CANARY-FILE-77de',
  order: 'CANARY-ORDER-b60d',
  orderFile: 'CANARY-ORDER-FILE-20ce',
} as const;

/** Pictures, by the audience of the article that shows each, with a word that stands in that picture alone. */
export const pictureCanaries = {
  'gate-public': 'CANARY-PICTURE-PUBLIC-1d7e',
  'gate-customers': 'CANARY-PICTURE-CUSTOMERS-52b0',
  'gate-staff': 'CANARY-PICTURE-STAFF-c3a9',
  'gate-unused': 'CANARY-PICTURE-UNUSED-08f6',
} as const;

/** A customer with a ticket, everybody else around them, and what each of them sends to be recognised. */
export interface World {
  portal: TestPortal;
  headers: Record<ViewerName, Record<string, string>>;
  ticket: string;
  file: string;
  /** The customer's order, with a parcel of the partner's. */
  order: string;
  /** A file of orders that waits to be described. */
  orderFile: string;
  /** The token of a link that was mailed to that order's address. */
  view: string;
  customerId: string;
  /** The company's account that customer and colleague are members of. */
  accountId: string;
  /** The customer's file with everything about them. */
  personalFile: string;
  agentId: string;
  gapId: string;
  /** An article for colleagues alone. */
  articleId: string;
  /** One parked operation for each viewer, so that nobody's replay spoils another's. */
  parkedJobs: Record<ViewerName, string>;
}

export async function makeWorld(portal: TestPortal): Promise<World> {
  const { app } = portal;
  const operator = { kind: 'operator' } as const;
  const people = {
    unverified: await portal.person('Una'),
    customer: await portal.person('Mei'),
    colleague: await portal.person('Jonas'),
    stranger: await portal.person('Tom'),
    author: await portal.person('Ana', 'author'),
    agent: await portal.person('Ravi', 'agent'),
    administrator: await portal.person('Robin', 'administrator'),
  };
  const { accountId } = await app.accounts.addAccount(operator, { name: 'Harbour Lane Hotels' });
  for (const { id } of [people.customer, people.colleague]) {
    await app.accounts.addMember(operator, { accountId, personId: id, role: 'member' });
  }
  const names = { en: 'Of the gate', 'zh-cn': '门' };
  const group = {
    id: newId(app.runtime),
    key: 'gate',
    names: JSON.stringify(names),
    createdAt: instant(app.runtime.now()),
  };
  await app.database.db.insertInto('customerGroup').values(group).execute();
  const { ticket, file } = await openTicket(portal, people.customer, people.agent);
  await addPictures(portal);
  await app.database.db
    .updateTable('person')
    .set({ verifiedAt: null })
    .where('id', '=', people.unverified.id)
    .execute();
  const keys = {
    systemKey: await app.accounts.addKey(operator, { role: 'system', name: 'ERP' }),
    partnerKey: await app.accounts.addKey(operator, { role: 'partner', name: 'DHL', carrier: 'DHL' }),
  };
  const order = await pushOrder(portal, keys.systemKey.id);
  const cookie = (person: TestPerson) => ({ cookie: person.cookie });
  const bearer = ({ key }: { key: string }) => ({ authorization: `Bearer ${key}` });
  return {
    portal,
    headers: {
      anonymous: {},
      unverified: cookie(people.unverified),
      customer: cookie(people.customer),
      colleague: cookie(people.colleague),
      stranger: cookie(people.stranger),
      author: cookie(people.author),
      agent: cookie(people.agent),
      administrator: cookie(people.administrator),
      systemKey: bearer(keys.systemKey),
      partnerKey: bearer(keys.partnerKey),
    },
    ticket,
    file,
    order,
    view: await mailedView(portal, order),
    orderFile: await sendOrders(portal, people.administrator),
    customerId: people.customer.id,
    accountId,
    personalFile: await takeAlong(portal, people.customer),
    agentId: people.agent.id,
    gapId: await askInVain(portal),
    articleId: await staffArticle(portal),
    parkedJobs: await parkForEach(portal),
  };
}

async function pushOrder({ app }: TestPortal, keyId: string): Promise<string> {
  const erp = { kind: 'key', keyId, name: 'ERP', role: 'system', carrier: null } as const;
  const { order } = await app.orders.put(erp, 'KW-10023', orderOf('mei@kitewood.example'));
  return order.number;
}

/** A table in which one cell is the canary. */
async function sendOrders({ app }: TestPortal, { cookie }: TestPerson): Promise<string> {
  const viewer = await app.accounts.viewerOf({ headers: new Headers({ cookie }) });
  const upload = async (path: string) => {
    writeFileSync(path, `Order number,Customer\nKW-1,${canaries.orderFile}\n`);
    return { name: 'orders.csv', size: 1 };
  };
  return (await app.orderFiles.receive(viewer, { upload })).id;
}

async function mailedView(portal: TestPortal, number: string): Promise<string> {
  const client = { address: '192.0.2.1', userAgent: null };
  await portal.app.orderLookUp.ask({ client, locale: 'en' }, { number, email: 'mei@kitewood.example' });
  await hurry(portal.app);
  await portal.app.queue.runDue();
  const mails = portal.mails().map(readMail);
  return tokenIn(mails.findLast(({ subject }) => subject.includes(number)));
}

/** An order as a source tells it. */
export function orderOf(email: string) {
  return {
    customer: { email, name: 'Mei Lin' },
    reference: canaries.order,
    state: 'shipped',
    placedAt: '2026-11-02T09:00:00Z',
    updatedAt: '2026-11-05T10:00:00Z',
    currency: 'EUR',
    total: '258.00',
    lines: [{ sku: 'CH-12', name: 'Alder chair', quantity: '2', unitPrice: '129.00' }],
    shipments: [{ tracking: 'JD0146000034', carrier: 'DHL', state: 'in_transit', expectedAt: '2026-11-07T18:00:00Z' }],
  };
}

async function staffArticle({ app }: TestPortal): Promise<string> {
  const { id } = await app.database.db
    .selectFrom('article')
    .select('id')
    .where('locale', '=', 'en')
    .where('slug', '=', 'how-we-answer')
    .executeTakeFirstOrThrow();
  return id;
}

async function openTicket({ app }: TestPortal, customer: TestPerson, agent: TestPerson) {
  const upload = await app.bridge.attachments.stage({ name: `${canaries.file}.txt` });
  upload.stream.write('the label of the carton');
  const { id: token } = await upload.finish();
  const viewer = (person: TestPerson, role: 'customer' | 'agent') =>
    ({
      kind: 'person',
      personId: person.id,
      name: person.name,
      email: person.email,
      verified: true,
      role,
      locale: 'en',
      ...noStanding,
    }) as const;
  const { number } = await app.escalate({
    viewer: viewer(customer, 'customer'),
    client: { address: '127.0.0.1', userAgent: null },
    locale: 'en',
    channel: 'web',
    input: { subject: canaries.ticket, body: 'Two are split.', files: [token] },
    key: null,
  });
  await app.bridge.desk.note(viewer(agent, 'agent'), number, { body: canaries.note }, null);
  await app.queue.runDue();
  const read = await app.bridge.tickets.read(viewer(customer, 'customer'), number);
  const file = read.messages[0]?.attachments[0]?.id;
  if (file === undefined) throw new Error('The ticket has no file.');
  return { ticket: number, file };
}

async function takeAlong({ app }: TestPortal, { cookie }: TestPerson): Promise<string> {
  const viewer = await app.accounts.viewerOf({ headers: new Headers({ cookie }) });
  await app.privacy.askFile(viewer);
  await app.queue.runDue();
  const { id } = await app.database.db.selectFrom('personalFile').select('id').executeTakeFirstOrThrow();
  return id;
}

async function askInVain({ app }: TestPortal): Promise<string> {
  await app.kb.search({ kind: 'anonymous' }, { text: 'zebra crossing', locale: 'en' });
  await app.kb.gaps.flush();
  const { id } = await app.database.db.selectFrom('gap').select('id').executeTakeFirstOrThrow();
  return id;
}

async function parkForEach({ app }: TestPortal): Promise<Record<ViewerName, string>> {
  await app.database.transaction(async (tx) => {
    for (const viewer of viewers) {
      await app.queue.enqueue(tx, { kind: 'mail.opened', key: `gate:${viewer}`, payload: { ticketId: 'gone' } });
    }
  });
  const parked = async () => {
    // On a busy machine a try may fail for want of a connection; it comes again a moment later.
    await app.queue.runDue();
    return (await app.queue.list({ state: 'parked' })).jobs;
  };
  await expect.poll(parked, { timeout: 20_000, interval: 500 }).toHaveLength(viewers.length);
  const jobs = await parked();
  const idOf = (viewer: ViewerName): string => jobs.find(({ key }) => key === `gate:${viewer}`)?.id ?? '';
  return Object.fromEntries(viewers.map((viewer) => [viewer, idOf(viewer)])) as Record<ViewerName, string>;
}

async function addPictures({ app }: TestPortal): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'waypost-gate-'));
  // Beside the demo's own: an article whose file is not there any more is taken from readers.
  cpSync(join(root, 'content'), folder, { recursive: true });
  const put = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  for (const [name, canary] of Object.entries(pictureCanaries)) {
    const audience = name.replace('gate-', '');
    put(
      `images/${name}.svg`,
      `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 30"><title>${canary}</title><path d="M1 1h9"/></svg>`,
    );
    if (audience === 'unused') continue;
    const matter = `title: Of the gate, ${audience}\nsummary: Words.\nkind: service\naudience: ${audience}`;
    put(`en/gate/${name}.md`, `---\n${matter}\n---\n\n![A line](../../images/${name}.svg)\n`);
  }
  await app.kb.importContent({ folder, locales: app.site.brand.locales });
  rmSync(folder, { recursive: true, force: true });
}
